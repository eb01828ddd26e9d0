"""A market's offers a page at a time, for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jangteo.apps.catalog.cards import OfferCard, cards
from jangteo.apps.catalog.models import Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferPage:
    """Some offers and how many there are in all."""

    cards: tuple[OfferCard, ...]
    total: int


def list_offers(
    market_id: int,
    day: date,
    *,
    stall_slug: str = "",
    category_slug: str = "",
    limit: int = 60,
    offset: int = 0,
) -> OfferPage:
    """Offers in the order of their ids, so that pages do not shift. Two queries. Needs the market's scope."""
    rows = Offer.objects.filter(market_id=market_id, stall__is_active=True).exclude(
        state__in=Offer.UNSEEN
    )
    if stall_slug:
        rows = rows.filter(stall__slug=stall_slug)
    if category_slug:
        rows = rows.filter(category__slug=category_slug)
    page = cards(rows.order_by("id")[offset : offset + limit], day)
    return OfferPage(cards=tuple(page), total=rows.count())
