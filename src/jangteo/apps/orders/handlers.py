"""What other apps tell about people."""

from __future__ import annotations

from jangteo.apps.accounts.events import GuestClaimed
from jangteo.apps.orders.models import Cart, Order
from jangteo.platform.events import subscribe
from jangteo.platform.tenancy import every_market


@subscribe(GuestClaimed)
def claim_orders(event: GuestClaimed) -> None:
    """Orders of her browser from before she signed in are hers; the browser's carts go."""
    with every_market():
        orders = Order.objects.filter(person=None, guest_key=event.guest_key)
        orders.exclude(guest_key="").update(person_id=event.person_id, guest_key="")
        Cart.objects.filter(person=None, guest_key=event.guest_key).exclude(guest_key="").delete()
