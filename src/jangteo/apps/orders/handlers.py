"""What other apps tell about people."""

from __future__ import annotations

from jangteo.apps.accounts.events import GuestClaimed
from jangteo.apps.decisions.ownership import register_owner
from jangteo.apps.orders.models import Cart, Order, OrderLine
from jangteo.platform.events import subscribe
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market


@subscribe(GuestClaimed)
def claim_orders(event: GuestClaimed) -> None:
    """Orders of her browser from before she signed in are hers; the browser's carts go."""
    with every_market():
        orders = Order.objects.filter(person=None, guest_key=event.guest_key)
        orders.exclude(guest_key="").update(person_id=event.person_id, guest_key="")
        Cart.objects.filter(person=None, guest_key=event.guest_key).exclude(guest_key="").delete()


def _own_line(actor: Actor, market_id: int, line_id: str) -> bool:
    """Is a line of an order the actor's own?"""
    if not line_id.isdecimal():
        return False
    lines = OrderLine.objects.filter(market_id=market_id, pk=int(line_id))
    line = lines.select_related("part__order").first()
    if line is None:
        return False
    order = line.part.order
    return actor.owns(person_id=order.person_id, guest_key=order.guest_key)


register_owner("line", _own_line)
