"""Texts follow the fields they were written from: what is no longer true comes down at once."""

from __future__ import annotations

from jangteo.apps.catalog.events import OfferChanged, OffersChanged
from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.texts.checks import recheck_offer, recheck_stall
from jangteo.platform.events import subscribe


@subscribe(OfferChanged)
def offer_changed(event: OfferChanged) -> None:
    """One offer: its texts are checked against what it is now."""
    offers = Offer.objects.select_related("stall", "item")
    offer = offers.filter(market_id=event.market_id, pk=event.offer_id).first()
    if offer is not None:
        recheck_offer(offer, event.at)


@subscribe(OffersChanged)
def offers_changed(event: OffersChanged) -> None:
    """A price list: all texts of the stall."""
    recheck_stall(event.market_id, event.stall_id, event.at)
