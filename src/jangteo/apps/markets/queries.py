"""Reads of markets, stalls, zones, hours, quotes and the register. Stall and zone reads need the market's scope."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, When

from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.info import MarketInfo, forget_markets, market_by_id, market_by_slug
from jangteo.apps.markets.models import Market, RegisterEntry, SpecialDay, Stall
from jangteo.apps.markets.opening import (
    Opening,
    market_is_open,
    next_open_day,
    opening_on,
    stall_is_open,
    stall_sells_on,
)
from jangteo.apps.markets.quote import (
    Quote,
    delivery_quote,
    pickup_quote,
    service_starts_at,
    zones_of_market,
)

__all__ = [
    "MarketInfo",
    "Opening",
    "Quote",
    "delivery_quote",
    "find_register_entries",
    "forget_markets",
    "market_by_id",
    "market_by_slug",
    "market_is_open",
    "market_list",
    "next_open_day",
    "opening_on",
    "pickup_quote",
    "service_starts_at",
    "special_days_from",
    "stall_by_id",
    "stall_by_slug",
    "stall_is_open",
    "stall_sells_on",
    "stalls_of_market",
    "zones_of_market",
]


def market_list() -> list[Market]:
    """Every market at work, by name."""
    return list(Market.objects.order_by("name", "id"))


def stalls_of_market(market_id: int) -> list[Stall]:
    """The market's active stalls in their order."""
    stalls = Stall.objects.filter(market_id=market_id, is_active=True)
    return list(stalls.order_by("position", "name", "id"))


def stall_by_slug(market_id: int, slug: str) -> Stall:
    """One active stall. Raises `StallNotFound`."""
    return _one(Stall.objects.filter(market_id=market_id, slug=slug, is_active=True))


def stall_by_id(market_id: int, stall_id: int) -> Stall:
    """One stall of the market, active or not. Raises `StallNotFound`."""
    return _one(Stall.objects.filter(market_id=market_id, pk=stall_id))


def _one(stalls: QuerySet[Stall]) -> Stall:
    stall = stalls.first()
    if stall is None:
        raise StallNotFound
    return stall


def special_days_from(market_id: int, day: date) -> list[SpecialDay]:
    """Special days on ``day`` and later."""
    return list(SpecialDay.objects.filter(market_id=market_id, day__gte=day).order_by("day"))


def find_register_entries(text: str, limit: int = 50) -> list[RegisterEntry]:
    """Register entries whose name or address contains every word; names that begin with the text first.

    An empty text finds all, by name.
    """
    found = RegisterEntry.objects.all()
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(road_address__icontains=word)
            | Q(lot_address__icontains=word)
        )
    rank = Case(
        When(name__istartswith=text.strip(), then=0),
        When(name__icontains=text.strip(), then=1),
        default=2,
        output_field=IntegerField(),
    )
    return list(found.order_by(rank, "name", "code")[:limit])
