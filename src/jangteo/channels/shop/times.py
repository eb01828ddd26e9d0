"""Today's line, the promise, and what receiving costs, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.apps.markets.errors import ClosedForNow, NoPickup
from jangteo.apps.markets.models import Zone
from jangteo.apps.markets.opening import hour_text, market_is_open, next_open_day, opening_on
from jangteo.apps.markets.queries import pickup_quote, zones_of_market
from jangteo.channels.shop.page import Shop
from jangteo.channels.ui.filters import clock, day, won
from jangteo.platform.clock import seoul, seoul_day
from jangteo.platform.errors import JangteoError


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """The line at the top of the first page."""

    is_open: bool
    line: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiving:
    """What it costs to receive goods, known from the first page on."""

    #: "" when there is no collection
    pickup: str
    #: "" when nothing is delivered
    delivery: str


def today(shop: Shop) -> Today:
    """Open, not yet open, or over for today."""
    market = shop.market
    opening = opening_on(market, shop.day)
    if market_is_open(market, shop.now) or not opening.is_open:
        return Today(is_open=opening.is_open, line=opening.note)
    if seoul(shop.now).time() < opening.opens_at:
        line = _("오늘 %(time)s에 열어요") % {"time": hour_text(opening.opens_at)}
        return Today(is_open=False, line=line)
    coming = next_open_day(market, shop.day)
    if coming is None:
        return Today(is_open=False, line=_("오늘 장은 끝났어요"))
    line = _("오늘 장은 끝났어요. %(day)s %(time)s에 열어요") % {
        "day": near_day(coming, shop.day),
        "time": hour_text(market.opens_at),
    }
    return Today(is_open=False, line=line)


def near_day(value: date, today_day: date) -> str:
    """ "오늘", "내일" or the date."""
    if value == today_day:
        return _("오늘")
    if value == today_day + timedelta(days=1):
        return _("내일")
    return day(value)


def promise(moment: datetime, now: datetime) -> str:
    """Such as "오늘 오후 5:20까지"."""
    return _("%(day)s %(time)s까지") % {
        "day": near_day(seoul_day(moment), seoul_day(now)),
        "time": clock(moment),
    }


def receiving(shop: Shop, zones: list[Zone] | None = None) -> Receiving:
    """Both ways in one sentence each. One query when ``zones`` are not given."""
    found = zones_of_market(shop.market.id) if zones is None else zones
    return Receiving(pickup=_pickup(shop), delivery=_delivery(found))


def _pickup(shop: Shop) -> str:
    try:
        quote = pickup_quote(shop.market.id, shop.now)
    except (NoPickup, ClosedForNow):
        return ""
    when = _("%(day)s %(time)s부터") % {
        "day": near_day(seoul_day(quote.promised_at), shop.day),
        "time": clock(quote.promised_at),
    }
    return _("찾아가면 무료, %(when)s") % {"when": when}


def _delivery(zones: list[Zone]) -> str:
    if not zones:
        return ""
    fees = sorted({zone.fee_krw for zone in zones})
    fee = won(fees[0]) if len(fees) == 1 else f"{won(fees[0])}~{won(fees[-1])}"
    free = {zone.free_from_krw for zone in zones}
    text = _("배달 %(fee)s") % {"fee": fee}
    if len(free) == 1 and (at := free.pop()) is not None and fees[-1]:
        return text + " " + _("(%(amount)s부터 무료)") % {"amount": won(at)}
    return text


def told(problem: JangteoError) -> str:
    """An error's sentence in the page's language."""
    return problem.message(get_language() or "ko")
