"""Put goods into a cart, change their quantity or rule, take them out."""

from __future__ import annotations

from dataclasses import dataclass

from jangteo.apps.catalog.models import Offer
from jangteo.apps.orders.errors import NotOnSale, QuantityMakesNoSense, TooMuch
from jangteo.apps.orders.models import Cart, CartLine, Substitution
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action

MAX_LINES = 100
MAX_QUANTITY = 999


@dataclass(frozen=True, kw_only=True, slots=True)
class CartChange:
    """What the cart holds of this offer now, and what it held before (for undo)."""

    offer_id: int
    name: str
    quantity: int
    before: int
    lines: int


def own_cart(actor: Actor, market_id: int) -> Cart:
    """The actor's cart in this market, made when missing."""
    if actor.person_id is not None:
        cart, _ = Cart.objects.get_or_create(market_id=market_id, person_id=actor.person_id)
    else:
        cart, _ = Cart.objects.get_or_create(
            market_id=market_id, person=None, guest_key=actor.guest_key
        )
    return cart


@action("orders.change_cart", allow={Role.SHOPPER}, within="market", token_scope="cart:write")
def change_cart(
    *,
    actor: Actor,
    market_id: int,
    offer_id: int,
    quantity: int | None = None,
    add: int | None = None,
    substitution: Substitution | None = None,
    max_rise_pct: int | None = None,
) -> CartChange:
    """Set the ``quantity`` of an offer (0 takes it out) or ``add`` to it, and the rule when it runs out.

    Raises `NotFound`, `NotOnSale`, `QuantityMakesNoSense`, `TooMuch`.
    """
    offer = Offer.objects.filter(market_id=market_id, pk=offer_id).first()
    if offer is None:
        raise NotFound
    cart = own_cart(actor, market_id)
    line = CartLine.objects.select_for_update().filter(cart=cart, offer=offer).first()
    before = line.quantity if line else 0
    wanted = before + add if add is not None else quantity if quantity is not None else before
    if not 0 <= wanted <= MAX_QUANTITY:
        raise QuantityMakesNoSense(at_most=MAX_QUANTITY)
    count = CartLine.objects.filter(cart=cart).count()
    if wanted == 0:
        if line:
            line.delete()
            count -= 1
    else:
        if wanted > before and offer.state != Offer.State.ON_SALE:
            raise NotOnSale(name=offer.name)
        if line is None:
            if count >= MAX_LINES:
                raise TooMuch(at_most=MAX_LINES)
            line = CartLine(market_id=market_id, cart=cart, offer=offer)
            count += 1
        line.quantity = wanted
        line.seen_price_krw = offer.price_krw
        line.substitution = substitution or line.substitution
        if max_rise_pct is not None:
            line.max_rise_pct = min(max(max_rise_pct, 0), 50)
        line.save()
    return CartChange(
        offer_id=offer.pk, name=offer.name, quantity=wanted, before=before, lines=count
    )
