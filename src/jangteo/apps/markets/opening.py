"""When a market and its stalls are open: daily markets, five-day fairs, special days. No database here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.platform.clock import seoul

#: a market that opens on no day of the coming half year has no next day
_LOOK_AHEAD_DAYS = 183
_WEEKDAYS_KO = "월화수목금토일"


@dataclass(frozen=True, kw_only=True, slots=True)
class Special:
    """A day open or closed against the rule."""

    day: date
    is_open: bool
    note: str


class SpecialLike(Protocol):
    """A `Special` or the model `SpecialDay`."""

    @property
    def day(self) -> date: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def note(self) -> str: ...


class Hours(Protocol):
    """What of a market decides its opening; `MarketInfo` and the model `Market` have it."""

    @property
    def opens_at(self) -> time: ...
    @property
    def closes_at(self) -> time: ...
    @property
    def fair_days(self) -> Sequence[int]: ...
    @property
    def fair_only(self) -> bool: ...
    @property
    def closed_weekdays(self) -> Sequence[int]: ...
    @property
    def special_days(self) -> Sequence[SpecialLike]: ...


class StallHours(Protocol):
    """What of a stall decides its opening; the model `Stall` has it. None: as the market."""

    @property
    def is_active(self) -> bool: ...
    @property
    def opens_at(self) -> time | None: ...
    @property
    def closes_at(self) -> time | None: ...
    @property
    def closed_weekdays(self) -> Sequence[int]: ...
    @property
    def closed_on(self) -> date | None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """One Korean calendar day of a market. The hours stand even on a closed day."""

    day: date
    is_open: bool
    opens_at: time
    closes_at: time
    is_fair_day: bool
    #: the sentence to show on that day, in the active language
    note: str


def is_fair_day(fair_days: Sequence[int], day: date) -> bool:
    """Five-day fairs go by the last digit of the day of the month: 3 and 8 mean 3, 8, 13, 18, 23, 28.

    The 31st is none (the next fair is on the 1st); where custom differs, the market sets a special day.
    """
    return day.day != 31 and day.day % 10 in {fair % 10 for fair in fair_days}


def opening_on(market: Hours, day: date) -> Opening:
    """Is the market open on this Korean calendar day, when, and what to say about it."""
    is_fair = is_fair_day(market.fair_days, day)
    special = next((s for s in market.special_days if s.day == day), None)
    is_open = special.is_open if special else _by_rule(market, day, is_fair)
    return Opening(
        day=day,
        is_open=is_open,
        opens_at=market.opens_at,
        closes_at=market.closes_at,
        is_fair_day=is_fair and is_open,
        note=_note(market, day, is_open=is_open, is_fair=is_fair, special=special),
    )


def _by_rule(market: Hours, day: date, is_fair: bool) -> bool:
    if market.fair_only:
        return is_fair
    return is_fair or day.weekday() not in market.closed_weekdays


def _open_day(market: Hours, day: date) -> bool:
    special = next((s for s in market.special_days if s.day == day), None)
    return special.is_open if special else _by_rule(market, day, is_fair_day(market.fair_days, day))


def next_open_day(market: Hours, after: date) -> date | None:
    """The first open day later than ``after``; None when there is none within half a year."""
    coming = (after + timedelta(days=n) for n in range(1, _LOOK_AHEAD_DAYS + 1))
    return next((day for day in coming if _open_day(market, day)), None)


def _note(
    market: Hours, day: date, *, is_open: bool, is_fair: bool, special: SpecialLike | None
) -> str:
    if is_open and is_fair:
        text = _("오늘은 장날, %(time)s까지") % {"time": hour_text(market.closes_at)}
    elif is_open:
        text = _("오늘 %(time)s까지") % {"time": hour_text(market.closes_at)}
    else:
        text = _closed_note(market, day)
    return f"{text} · {special.note}" if special and special.note else text


def _closed_note(market: Hours, day: date) -> str:
    coming = next_open_day(market, day)
    if coming is None:
        return _("오늘은 쉬어요. 여는 날은 시장에 물어봐 주세요.")
    if market.fair_only:
        return _("오늘은 장이 서지 않아요. 다음 장날은 %(day)s") % {"day": day_text(coming)}
    return _("오늘은 쉬어요. %(day)s에 열어요.") % {"day": day_text(coming)}


def market_is_open(market: Hours, now: datetime) -> bool:
    """Open at this very moment."""
    local = seoul(now)
    return _open_day(market, local.date()) and market.opens_at <= local.time() < market.closes_at


def stall_is_open(stall: StallHours, market: Hours, now: datetime) -> bool:
    """Does this stall sell at this moment: its market open, itself not closed, within its hours."""
    local = seoul(now)
    opens, closes = stall.opens_at or market.opens_at, stall.closes_at or market.closes_at
    return stall_sells_on(stall, market, local.date()) and opens <= local.time() < closes


def stall_sells_on(stall: StallHours, market: Hours, day: date) -> bool:
    """Does this stall sell at all on this Korean calendar day."""
    return (
        stall.is_active
        and stall.closed_on != day
        and day.weekday() not in stall.closed_weekdays
        and _open_day(market, day)
    )


def hour_text(moment: time, language: str | None = None) -> str:
    """``20:00`` -> "오후 8시" or "8 pm"; ``20:30`` -> "오후 8시 30분" or "8:30 pm"."""
    hour = moment.hour % 12 or 12
    if (language or get_language() or "ko").startswith("en"):
        minutes = f":{moment.minute:02d}" if moment.minute else ""
        return f"{hour}{minutes} {'am' if moment.hour < 12 else 'pm'}"
    minutes = f" {moment.minute}분" if moment.minute else ""
    return f"{'오전' if moment.hour < 12 else '오후'} {hour}시{minutes}"


def day_text(day: date, language: str | None = None) -> str:
    """ "11월 23일(월)" or "Mon 23 Nov"."""
    if (language or get_language() or "ko").startswith("en"):
        return f"{day:%a} {day.day} {day:%b}"
    return f"{day.month}월 {day.day}일({_WEEKDAYS_KO[day.weekday()]})"
