"""Take goods off the shop without losing their history."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.hide_offer",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def hide_offer(
    *, actor: Actor, market_id: int, stall_id: int, offer_id: int, now: datetime
) -> None:
    """Shoppers no longer see it; `mark_on_sale` brings it back. Idempotent. Raises `OfferNotFound`."""
    offer = lock_offer(market_id, stall_id, offer_id)
    if offer.state == Offer.State.HIDDEN:
        return
    offer.state = Offer.State.HIDDEN
    offer.save(update_fields=["state", "updated_at"])
    tell(offer, now)
