"""One tap: these goods must go today."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.mark_today_only",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def mark_today_only(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    offer_id: int,
    is_on: bool = True,
    now: datetime,
) -> None:
    """Shown among what must go, for this Korean calendar day; the price is the owner's own. ``is_on=False`` takes the mark off. Raises `OfferNotFound`."""
    offer = lock_offer(market_id, stall_id, offer_id)
    offer.today_only_on = seoul_day(now) if is_on else None
    offer.save(update_fields=["today_only_on", "updated_at"])
    tell(offer, now)
