"""Money, days and hours, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from jangteo.channels.ui import filters


@pytest.mark.parametrize(
    ("amount", "ko", "en"),
    [
        (0, "0원", "₩0"),
        (12000, "12,000원", "₩12,000"),
        (-12500, "−12,500원", "−₩12,500"),
        (None, "", ""),
    ],
)
def test_won(amount: int | None, ko: str, en: str) -> None:
    with translation.override("ko"):
        assert filters.won(amount) == ko
    with translation.override("en"):
        assert filters.won(amount) == en


def test_day_is_the_day_in_seoul() -> None:
    just_after_midnight = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    with translation.override("ko"):
        assert filters.day(just_after_midnight) == "11월 21일(토)"
        assert filters.day(date(2026, 11, 21), year=True) == "2026년 11월 21일(토)"
    with translation.override("en"):
        assert filters.day(just_after_midnight) == "Sat 21 Nov"
        assert filters.day(date(2026, 11, 21), year=True) == "Sat 21 Nov 2026"


@pytest.mark.parametrize(
    ("hour_utc", "ko", "en"),
    [
        (6, "오후 3:20", "3:20 pm"),
        (3, "오후 12:20", "12:20 pm"),
        (15, "오전 12:20", "12:20 am"),
        (0, "오전 9:20", "9:20 am"),
    ],
)
def test_clock(hour_utc: int, ko: str, en: str) -> None:
    at = datetime(2026, 11, 21, hour_utc, 20, tzinfo=UTC)
    with translation.override("ko"):
        assert filters.clock(at) == ko
    with translation.override("en"):
        assert filters.clock(at) == en


def test_a_time_without_zone_is_refused() -> None:
    naive = datetime(2026, 11, 21, 6, 20)  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="time zone"):
        filters.clock(naive)
    with pytest.raises(ValueError, match="time zone"):
        filters.day(naive)


@pytest.mark.parametrize(
    ("price", "grams", "won"), [(9800, 600, 1633), (5000, 300, 1667), (5, 1000, 1), (4, 1000, 0)]
)
def test_price_per_100_rounds_half_up(price: int, grams: int, won: int) -> None:
    assert filters.price_per_100(price, grams) == won


def test_per_100g() -> None:
    with translation.override("ko"):
        assert filters.per_100g(9800, 600) == "100g당 1,633원"
        assert filters.per_100g(3000, 750, "ml") == "100ml당 400원"
        assert filters.per_100g(9800, None) == ""
    with pytest.raises(ValueError, match="above zero"):
        filters.price_per_100(100, 0)


def test_weight_and_minutes() -> None:
    assert [filters.weight(g) for g in (None, 600, 1000, 1500, 1250)] == [
        "",
        "600g",
        "1kg",
        "1.5kg",
        "1.25kg",
    ]
    with translation.override("ko"):
        assert [filters.minutes(m) for m in (0, 35, 60, 95)] == [
            "0분",
            "35분",
            "1시간",
            "1시간 35분",
        ]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("기름집", ["기름집"]),
        ("순자네 채소", ["순자네", "채소"]),
        ("방앗간달걀집", ["방앗간", "달걀집"]),
        ("아주긴이름의가게 하나둘셋넷다섯여섯", ["아주긴이름…", "하나둘셋넷…"]),
    ],
)
def test_lane_words(name: str, lines: list[str]) -> None:
    assert filters.lane_words(name) == lines
