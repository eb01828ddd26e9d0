"""Start a market of the register as a working market."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from jangteo.apps.markets.errors import RegisterCodeNotFound, SlugTaken
from jangteo.apps.markets.models import Market, RegisterEntry
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, action
from jangteo.platform.text import ascii_slug

#: most markets of the register trade in these hours; the office sets its own
_OPENS_AT, _CLOSES_AT = time(9), time(20)
FAIR_ONLY_KIND = "5일장"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedMarket:
    """The market, and whether this call made it."""

    market_id: int
    slug: str
    name: str
    is_new: bool


@action("markets.open_market", allow=set(), within="anywhere")
def open_market(*, actor: Actor, code: str, slug: str = "", now: datetime) -> OpenedMarket:
    """Open the registered market with its name, address, place and fair days. Again: the same market.

    Raises `RegisterCodeNotFound`, `SlugTaken`, `InvalidInput`.
    """
    entry = RegisterEntry.objects.select_for_update().filter(code=code).first()
    if entry is None:
        raise RegisterCodeNotFound(value=code)
    existing = Market.objects.filter(register_code=code).first()
    if existing is not None:
        return _opened(existing, is_new=False)
    market = Market.objects.create(
        slug=_checked(slug) if slug else _free_slug(entry),
        register_code=code,
        name=entry.name,
        address=entry.road_address or entry.lot_address,
        latitude=entry.latitude,
        longitude=entry.longitude,
        phone=entry.phone,
        opens_at=_OPENS_AT,
        closes_at=_CLOSES_AT,
        fair_days=entry.fair_days,
        fair_only=entry.kind == FAIR_ONLY_KIND,
        vouchers=entry.vouchers,
    )
    return _opened(market, is_new=True)


def _opened(market: Market, *, is_new: bool) -> OpenedMarket:
    return OpenedMarket(market_id=market.pk, slug=market.slug, name=market.name, is_new=is_new)


def _checked(slug: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        raise InvalidInput(
            field="slug",
            ko="주소는 영어 소문자, 숫자, 붙임표(-)로 60자까지 적어 주세요.",
            en="Use lower-case letters, digits and hyphens, at most 60.",
        )
    if Market.objects.filter(slug=slug).exists():
        raise SlugTaken(slug=slug)
    return slug


def _free_slug(entry: RegisterEntry) -> str:
    """The name in Latin letters; on a clash with its city, then with its code."""
    name = re.sub(r"\([^)]*\)|\[[^]]*\]", "", entry.name).strip()
    bare = ascii_slug(re.sub(r"(전통|종합|공설)?시장$", "", name)) or ascii_slug(name) or "market"
    district = (entry.road_address or entry.lot_address).split()[1:2]
    city = ascii_slug(re.sub(r"(?<=..)[시군구]$", "", district[0])) if district else ""
    candidates = [bare, f"{bare}-{city}" if city else bare, f"{bare}-{entry.code}"]
    taken = set(Market.objects.filter(slug__in=candidates).values_list("slug", flat=True))
    return next(slug for slug in candidates if slug not in taken)
