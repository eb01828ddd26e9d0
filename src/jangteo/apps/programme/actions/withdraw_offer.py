"""A company takes its offer back before the market answered."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.access import own_offer
from jangteo.apps.programme.errors import OfferAnswered
from jangteo.apps.programme.models import VendorOffer
from jangteo.platform.permissions import Actor, Role, action


@action("programme.withdraw_offer", allow={Role.SHOPPER}, within="market")
def withdraw_offer(*, actor: Actor, market_id: int, offer_id: int, now: datetime) -> None:
    """Take it back. Raises `NotFound`, `OfferAnswered`."""
    offer = own_offer(actor, market_id, offer_id)
    if offer.state != VendorOffer.State.SENT:
        raise OfferAnswered
    offer.state = VendorOffer.State.WITHDRAWN
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at"])
