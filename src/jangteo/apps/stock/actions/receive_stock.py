"""Goods come in."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.rows import find_offer, tell
from jangteo.apps.stock.actions.count_stock import Counted, check_units, level_of, write_move
from jangteo.apps.stock.errors import NotCounted
from jangteo.apps.stock.models import StockMove
from jangteo.platform.permissions import Actor, Role, action


@action(
    "stock.receive_stock",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stock:write",
)
def receive_stock(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    quantity: int,
    now: datetime,
) -> Counted:
    """``quantity`` units more. Only for goods that are counted: raises `NotCounted` otherwise.

    Raises `InvalidInput`, `OfferNotFound`.
    """
    check_units(quantity, least=1)
    offer = find_offer(market_id, stall_id, offer_id)
    level = level_of(market_id, offer_id)
    if not level.is_counted:
        raise NotCounted(name=offer.name)
    write_move(level, StockMove.Kind.RECEIVE, quantity, "", actor, now)
    level.quantity += quantity
    level.save(update_fields=["quantity"])
    tell(offer, now)
    return Counted(quantity=level.quantity, reserved=level.reserved, delta=quantity)
