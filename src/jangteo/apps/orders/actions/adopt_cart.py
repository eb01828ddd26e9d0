"""A guest signs in: what this browser had put in its cart becomes the person's."""

from __future__ import annotations

from jangteo.apps.orders.actions.change_cart import MAX_QUANTITY, own_cart
from jangteo.apps.orders.models import Cart, CartLine
from jangteo.platform.permissions import Actor, Role, action


@action("orders.adopt_cart", allow={Role.SHOPPER}, within="market")
def adopt_cart(*, actor: Actor, market_id: int, guest_key: str) -> int:
    """Move the lines of a guest's cart into the signed-in actor's. Returns how many lines moved."""
    guest = Cart.objects.filter(market_id=market_id, person=None, guest_key=guest_key).first()
    if guest is None or actor.person_id is None or not guest_key:
        return 0
    cart = own_cart(actor, market_id)
    kept = {line.offer_id: line for line in CartLine.objects.filter(cart=cart)}
    moved = 0
    for line in CartLine.objects.select_for_update().filter(cart=guest).order_by("id"):
        existing = kept.get(line.offer_id)
        if existing:
            existing.quantity = min(existing.quantity + line.quantity, MAX_QUANTITY)
            existing.save(update_fields=["quantity"])
        else:
            CartLine.objects.filter(pk=line.pk).update(cart=cart)
        moved += 1
    guest.delete()
    return moved
