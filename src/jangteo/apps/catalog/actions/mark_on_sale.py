"""One tap: it is there again."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.labelling import gate, refuse
from jangteo.apps.catalog.rows import lock_offer, tell
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.mark_on_sale",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def mark_on_sale(
    *, actor: Actor, market_id: int, stall_id: int, offer_id: int, now: datetime
) -> None:
    """Orderable again, from sold out, hidden or draft. A counted offer also needs a count above nothing. Idempotent.

    Raises `OfferNotFound`, `LabelIncomplete` when its label lacks what the law asks.
    """
    offer = lock_offer(market_id, stall_id, offer_id)
    if offer.state == Offer.State.ON_SALE:
        return
    refuse(offer, gate(offer))
    offer.state = Offer.State.ON_SALE
    offer.save(update_fields=["state", "updated_at"])
    tell(offer, now)
