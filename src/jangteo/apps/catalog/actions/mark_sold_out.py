"""One tap: no more of it for now."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.mark_sold_out",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def mark_sold_out(
    *, actor: Actor, market_id: int, stall_id: int, offer_id: int, now: datetime
) -> None:
    """Shown as sold out, not orderable; orders taken stay. Idempotent; a draft stays one. Raises `OfferNotFound`."""
    offer = lock_offer(market_id, stall_id, offer_id)
    if offer.state in (Offer.State.SOLD_OUT, Offer.State.DRAFT):
        return
    offer.state = Offer.State.SOLD_OUT
    offer.save(update_fields=["state", "updated_at"])
    tell(offer, now)
