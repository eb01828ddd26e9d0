"""What delivery or collection costs now and when it will be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from jangteo.apps.markets.errors import ClosedForNow, NoPickup, OutOfZone
from jangteo.apps.markets.info import MarketInfo, market_by_id
from jangteo.apps.markets.models import Zone
from jangteo.apps.markets.opening import next_open_day, opening_on
from jangteo.platform.clock import at_seoul, seoul
from jangteo.platform.text import fold

#: a promise is given on the next mark of the clock
_ROUND_TO_MINUTES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """One way to get the goods."""

    #: None for collection
    zone_id: int | None
    zone_name: str
    #: what the shopper pays for it now
    fee_krw: int
    #: goods worth this much travel free; None: never, or free anyway
    free_from_krw: int | None
    #: goods still missing for that; 0 when it is free or never becomes free
    missing_krw: int
    #: from `starts_at` on
    minutes: int
    #: when work on it begins: now, or the next opening
    starts_at: datetime
    promised_at: datetime


def delivery_quote(market_id: int, area: str, goods_krw: int, now: datetime) -> Quote:
    """Deliver goods worth ``goods_krw`` to a neighbourhood (or an address that names one).

    Raises `OutOfZone` or `ClosedForNow`. Needs the market's scope.
    """
    market = market_by_id(market_id)
    zone = zone_for(zones_of_market(market_id), area)
    last_order = min(zone.last_order_at or market.closes_at, market.closes_at)
    starts_at = service_starts_at(market, now, last_order)
    is_free = zone.free_from_krw is not None and goods_krw >= zone.free_from_krw
    free_from = zone.free_from_krw if zone.fee_krw else None
    return Quote(
        zone_id=zone.pk,
        zone_name=zone.name,
        fee_krw=0 if is_free else zone.fee_krw,
        free_from_krw=free_from,
        missing_krw=max(0, free_from - goods_krw) if free_from is not None else 0,
        minutes=zone.delivery_minutes,
        starts_at=starts_at,
        promised_at=_round_up(starts_at + timedelta(minutes=zone.delivery_minutes)),
    )


def pickup_quote(market_id: int, now: datetime) -> Quote:
    """Collect at the market's hub. Raises `NoPickup` or `ClosedForNow`."""
    market = market_by_id(market_id)
    if not market.pickup_enabled:
        raise NoPickup
    closing = datetime.combine(seoul(now).date(), market.closes_at)
    last_order = max(
        closing - timedelta(minutes=market.pickup_minutes),
        datetime.combine(closing.date(), time.min),
    )
    starts_at = service_starts_at(market, now, last_order.time())
    return Quote(
        zone_id=None,
        zone_name=market.hub_name,
        fee_krw=0,
        free_from_krw=None,
        missing_krw=0,
        minutes=market.pickup_minutes,
        starts_at=starts_at,
        promised_at=_round_up(starts_at + timedelta(minutes=market.pickup_minutes)),
    )


def zones_of_market(market_id: int) -> list[Zone]:
    """Delivery zones in the order they are tried."""
    return list(Zone.objects.filter(market_id=market_id).order_by("position", "id"))


def zone_for(zones: list[Zone], area: str) -> Zone:
    """The first zone that covers the neighbourhood. Raises `OutOfZone` naming all covered ones."""
    wanted = fold(area)
    words = {
        fold(word) for word in area.replace(",", " ").replace("(", " ").replace(")", " ").split()
    }
    for zone in zones:
        if any(fold(name) == wanted or fold(name) in words for name in zone.areas):
            return zone
    covered = list(dict.fromkeys(name for zone in zones for name in zone.areas))
    raise OutOfZone(area=area, areas=", ".join(covered) or "-", covered=covered)


def service_starts_at(
    market: MarketInfo, now: datetime, last_order: time | None = None
) -> datetime:
    """When work on an order placed now begins: now, at today's opening, or at the next open day's.

    ``last_order`` is the Korean wall-clock time after which it is the next day's; closing time by default. An order
    is never refused for the hour: the promise says which day. Raises `ClosedForNow` when no day is coming at all.
    """
    local = seoul(now)
    if opening_on(market, local.date()).is_open and local.time() < (last_order or market.closes_at):
        return max(now, at_seoul(local.date(), market.opens_at))
    coming = next_open_day(market, local.date())
    if coming is None:
        raise ClosedForNow
    return at_seoul(coming, market.opens_at)


def _round_up(moment: datetime) -> datetime:
    step = timedelta(minutes=_ROUND_TO_MINUTES)
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole + -((whole - moment) // step) * step
