"""The market does not want to try an offer."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.actions.accept_offer import offer_to_answer
from jangteo.apps.programme.models import VendorOffer
from jangteo.platform.permissions import Actor, Role, action


@action("programme.decline_offer", allow={Role.OFFICE}, within="market")
def decline_offer(*, actor: Actor, market_id: int, offer_id: int, now: datetime) -> None:
    """Decline it; the company sees that at once. Raises `NotFound`, `OfferAnswered`."""
    offer = offer_to_answer(market_id, offer_id)
    offer.state = VendorOffer.State.DECLINED
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at"])
