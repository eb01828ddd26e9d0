"""What every page needs to know of a market, in one record, kept in memory for some seconds."""

from __future__ import annotations

import time as clock
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from jangteo.apps.markets.errors import MarketNotFound
from jangteo.apps.markets.models import Market, SpecialDay
from jangteo.apps.markets.opening import Special
from jangteo.platform.config import config
from jangteo.platform.tenancy import every_market, market_scope


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketInfo:
    """A market as every page needs it, special days included. Cached for `Config.market_cache_seconds`."""

    id: int
    slug: str
    register_code: str | None
    name: str
    name_en: str
    address: str
    latitude: float | None
    longitude: float | None
    phone: str
    story: str
    story_en: str
    opens_at: time
    closes_at: time
    fair_days: tuple[int, ...]
    #: True: open on fair days only
    fair_only: bool
    #: 0 Monday ... 6 Sunday
    closed_weekdays: tuple[int, ...]
    special_days: tuple[Special, ...]
    vouchers: tuple[str, ...]
    hub_name: str
    pickup_enabled: bool
    pickup_minutes: int
    commission_bp: int
    card_fee_bp: int
    payout_days: int
    answer_minutes: int
    operator: MappingProxyType[str, Any]
    is_sample: bool


_cache: dict[str | int, tuple[float, MarketInfo]] = {}


def market_by_slug(slug: str) -> MarketInfo:
    """The market at this web address. Raises `MarketNotFound`."""
    return _cached(slug, Q(slug=slug))


def market_by_id(market_id: int) -> MarketInfo:
    """The market with this id. Raises `MarketNotFound`."""
    return _cached(market_id, Q(pk=market_id))


def forget_markets() -> None:
    """Empty this process's cache; other processes notice within `Config.market_cache_seconds`."""
    _cache.clear()


@contextmanager
def inside_market(slug: str) -> Iterator[MarketInfo]:
    """The market at this web address, within its scope. Raises `MarketNotFound`.

    As `market_by_slug` and then `market_scope`, but a market that is not in memory is read within the scope that is
    entered anyway: with a thousand markets that is nearly every request.
    """
    kept = _kept(slug)
    if kept is not None:
        with market_scope(kept.id):
            yield kept
        return
    market = _read(slug, Q(slug=slug))
    with market_scope(market.pk):
        yield _keep(market)


def _kept(key: str | int) -> MarketInfo | None:
    kept = _cache.get(key)
    if kept is not None and clock.monotonic() - kept[0] < config().market_cache_seconds:
        return kept[1]
    return None


def _read(key: str | int, where: Q) -> Market:
    market = Market.objects.filter(where).first()
    if market is None:
        _cache.pop(key, None)
        raise MarketNotFound
    return market


def _keep(market: Market) -> MarketInfo:
    moment = clock.monotonic()
    info = _info(market)
    _cache[info.id] = _cache[info.slug] = (moment, info)
    return info


def _cached(key: str | int, where: Q) -> MarketInfo:
    return _kept(key) or _keep(_read(key, where))


def _info(market: Market, special_days: Iterable[SpecialDay] | None = None) -> MarketInfo:
    days = market.special_days if special_days is None else special_days
    special = tuple(Special(day=s.day, is_open=s.is_open, note=s.note) for s in days)
    return MarketInfo(
        id=market.pk,
        slug=market.slug,
        register_code=market.register_code,
        name=market.name,
        name_en=market.name_en,
        address=market.address,
        latitude=market.latitude,
        longitude=market.longitude,
        phone=market.phone,
        story=market.story,
        story_en=market.story_en,
        opens_at=market.opens_at,
        closes_at=market.closes_at,
        fair_days=tuple(market.fair_days),
        fair_only=market.fair_only,
        closed_weekdays=tuple(market.closed_weekdays),
        special_days=special,
        vouchers=tuple(market.vouchers),
        hub_name=market.hub_name,
        pickup_enabled=market.pickup_enabled,
        pickup_minutes=market.pickup_minutes,
        commission_bp=market.commission_bp,
        card_fee_bp=market.card_fee_bp,
        payout_days=market.payout_days,
        answer_minutes=market.answer_minutes,
        operator=MappingProxyType(dict(market.operator)),
        is_sample=market.is_sample,
    )


def market_infos() -> list[MarketInfo]:
    """Every market at work, by name. As many statements for a thousand markets as for one."""
    special: dict[int, list[SpecialDay]] = {}
    with every_market():
        for day in SpecialDay.objects.order_by("market_id", "day"):
            special.setdefault(day.market_id, []).append(day)
    return [
        _info(market, special.get(market.pk, ()))
        for market in Market.objects.order_by("name", "id")
    ]
