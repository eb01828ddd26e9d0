"""One tap: these goods came in this morning."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.mark_arrived_today",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def mark_arrived_today(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    is_on: bool = True,
    now: datetime,
) -> None:
    """Shown among what arrived, for this Korean calendar day. ``is_on=False`` takes the mark off. Raises `OfferNotFound`."""
    offer = lock_offer(market_id, stall_id, offer_id)
    offer.arrived_on = seoul_day(now) if is_on else None
    offer.save(update_fields=["arrived_on", "updated_at"])
    tell(offer, now)
