"""Sell without counting: only the owner's word says whether it is there."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.rows import find_offer, tell
from jangteo.apps.stock.actions.count_stock import level_of, write_move
from jangteo.apps.stock.models import StockMove
from jangteo.platform.permissions import Actor, Role, action


@action(
    "stock.stop_counting",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stock:write",
)
def stop_counting(
    *, actor: Actor, market_id: int, stall_id: int, offer_id: int, now: datetime
) -> None:
    """Switch counting off; the last count stays in the ledger. Idempotent. Raises `OfferNotFound`."""
    offer = find_offer(market_id, stall_id, offer_id)
    level = level_of(market_id, offer_id)
    if not level.is_counted:
        return
    write_move(level, StockMove.Kind.START, 0, "off", actor, now)
    level.is_counted = False
    level.save(update_fields=["is_counted"])
    tell(offer, now)
