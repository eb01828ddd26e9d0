"""Opening days: five-day fairs by the last digit, weekdays, special days, and the hours of stalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation

from jangteo.apps.markets.opening import (
    Special,
    hour_text,
    is_fair_day,
    market_is_open,
    next_open_day,
    opening_on,
    stall_is_open,
)


@dataclass(frozen=True)
class Market:
    opens_at: time = time(8)
    closes_at: time = time(20)
    fair_days: Sequence[int] = ()
    fair_only: bool = False
    closed_weekdays: Sequence[int] = ()
    special_days: Sequence[Special] = ()


@dataclass(frozen=True)
class Stall:
    is_active: bool = True
    opens_at: time | None = None
    closes_at: time | None = None
    closed_weekdays: Sequence[int] = ()
    closed_on: date | None = None


def _open_days(market: Market, year: int, month: int) -> list[int]:
    day = date(year, month, 1)
    days = []
    while day.month == month:
        if opening_on(market, day).is_open:
            days.append(day.day)
        day += timedelta(days=1)
    return days


@pytest.mark.parametrize(
    ("fair_days", "expected"),
    [
        ((3, 8), [3, 8, 13, 18, 23, 28]),
        ((5, 10), [5, 10, 15, 20, 25, 30]),
        ((1, 6), [1, 6, 11, 16, 21, 26]),
        ((2, 7), [2, 7, 12, 17, 22, 27]),
        ((4, 9), [4, 9, 14, 19, 24, 29]),
        ((2, 4, 7, 9), [2, 4, 7, 9, 12, 14, 17, 19, 22, 24, 27, 29]),
    ],
)
def test_a_five_day_fair_in_a_month_of_31_days(
    fair_days: tuple[int, ...], expected: list[int]
) -> None:
    assert _open_days(Market(fair_days=fair_days, fair_only=True), 2026, 10) == expected


def test_a_fair_only_market_without_known_days_is_never_open() -> None:
    market = Market(fair_only=True)
    assert _open_days(market, 2026, 10) == []
    assert next_open_day(market, date(2026, 10, 1)) is None
    assert (
        opening_on(market, date(2026, 10, 1)).note
        == "오늘은 쉬어요. 여는 날은 시장에 물어봐 주세요."
    )


def test_a_daily_market_with_a_fair_is_open_daily_and_its_fair_beats_its_day_of_rest() -> None:
    market = Market(fair_days=(3, 8), closed_weekdays=(0,))  # Mondays
    assert not opening_on(market, date(2026, 11, 9)).is_open
    monday_fair = opening_on(market, date(2026, 11, 23))
    assert (monday_fair.is_open, monday_fair.is_fair_day) == (True, True)
    assert not opening_on(market, date(2026, 11, 24)).is_fair_day


def test_notes_say_what_the_day_is() -> None:
    market = Market(fair_days=(3, 8), fair_only=True)
    assert opening_on(market, date(2026, 11, 23)).note == "오늘은 장날, 오후 8시까지"
    assert (
        opening_on(market, date(2026, 11, 24)).note
        == "오늘은 장이 서지 않아요. 다음 장날은 11월 28일(토)"
    )
    assert opening_on(Market(), date(2026, 11, 24)).note == "오늘 오후 8시까지"
    closed = Market(
        special_days=(Special(day=date(2026, 11, 24), is_open=False, note="김장 축제 준비"),)
    )
    assert (
        opening_on(closed, date(2026, 11, 24)).note
        == "오늘은 쉬어요. 11월 25일(수)에 열어요. · 김장 축제 준비"
    )


def test_a_special_day_wins_over_the_rule_both_ways() -> None:
    days = (
        Special(day=date(2026, 10, 31), is_open=True, note=""),
        Special(day=date(2026, 10, 3), is_open=False, note=""),
    )
    market = Market(fair_days=(3, 8), fair_only=True, special_days=days)
    assert _open_days(market, 2026, 10) == [8, 13, 18, 23, 28, 31]
    assert not opening_on(market, date(2026, 10, 3)).is_fair_day
    assert next_open_day(market, date(2026, 9, 28)) == date(2026, 10, 8)


def test_the_31st_is_no_fair_day() -> None:
    assert not is_fair_day((1, 6), date(2026, 10, 31))
    assert is_fair_day((5, 10), date(2026, 10, 30))


def _at(hour: int, minute: int = 0) -> datetime:
    """A moment of Saturday 21 November 2026 in Seoul."""
    return datetime(2026, 11, 20, 15, 0, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


def test_hours_hold_to_the_minute() -> None:
    market = Market()
    assert [market_is_open(market, _at(h, m)) for h, m in ((7, 59), (8, 0), (19, 59), (20, 0))] == [
        False,
        True,
        True,
        False,
    ]


def test_a_stall_follows_its_market_and_its_own_word() -> None:
    market, noon = Market(), _at(12)
    assert stall_is_open(Stall(), market, noon)
    assert not stall_is_open(Stall(is_active=False), market, noon)
    assert not stall_is_open(Stall(closed_on=date(2026, 11, 21)), market, noon)
    assert stall_is_open(Stall(closed_on=date(2026, 11, 20)), market, noon)
    assert not stall_is_open(Stall(closed_weekdays=(5,)), market, noon)
    assert not stall_is_open(Stall(opens_at=time(13)), market, noon)
    assert stall_is_open(Stall(closes_at=time(13)), market, noon)
    assert not stall_is_open(Stall(), Market(closed_weekdays=(5,)), noon)


def test_hours_read_in_both_languages() -> None:
    assert [hour_text(time(h, m)) for h, m in ((0, 0), (9, 5), (12, 0), (20, 30))] == [
        "오전 12시",
        "오전 9시 5분",
        "오후 12시",
        "오후 8시 30분",
    ]
    with translation.override("en"):
        assert [hour_text(time(9, 5)), hour_text(time(20))] == ["9:05 am", "8 pm"]
