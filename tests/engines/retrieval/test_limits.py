"""Prices and amounts in a query."""

from __future__ import annotations

import pytest

from jangteo.engines.retrieval.limits import read_limits, won
from jangteo.engines.retrieval.records import Amount


@pytest.mark.parametrize(
    ("text", "low", "high", "rest"),
    [
        ("3만원 이하 과일선물", None, 30_000, "과일선물"),
        ("과일선물 5만원 이하", None, 50_000, "과일선물"),
        ("만원대 과일", 10_000, 19_999, "과일"),
        ("2만원대 한우", 20_000, 29_999, "한우"),
        ("오천원 미만 대파", None, 4_999, "대파"),
        ("5만원 이상 선물세트", 50_000, None, "선물세트"),
        ("1만5천원 이하 족발", None, 15_000, "족발"),
        ("15,000원 이하 김치", None, 15_000, "김치"),
        ("2만 원 이하 꽃게", None, 20_000, "꽃게"),
        ("십이만원 이하 한우", None, 120_000, "한우"),
        ("10000원~15000원 딸기", 10_000, 15_000, "딸기"),
        ("1~3만원 과일", 10_000, 30_000, "과일"),
        ("만원짜리 꽃다발", 9_000, 11_000, "꽃다발"),
        ("한우 국거리", None, None, "한우 국거리"),
        ("천원김밥", None, None, "천원김밥"),
    ],
)
def test_price_limits(text: str, low: int | None, high: int | None, rest: str) -> None:
    found = read_limits(text)
    assert (found.min_krw, found.max_krw, found.rest) == (low, high, rest)


@pytest.mark.parametrize(
    ("text", "amount", "rest"),
    [
        ("대파1단", Amount(pieces=1, unit="단"), "대파"),
        ("대파 한단", Amount(pieces=1, unit="단"), "대파"),
        ("계란한판", Amount(pieces=30, unit="판"), "계란"),
        ("계란 30구", Amount(pieces=30, unit="구"), "계란"),
        ("쌀 10kg", Amount(grams=10_000), "쌀"),
        ("고구마 2킬로", Amount(grams=2_000), "고구마"),
        ("삼겹살 한근", Amount(grams=600, unit="근"), "삼겹살"),
        ("참기름 180ml", Amount(millilitres=180), "참기름"),
        ("배추 3포기", Amount(pieces=3, unit="포기"), "배추"),
        ("두부", None, "두부"),
        ("2kg", None, "2kg"),
    ],
)
def test_amounts(text: str, amount: Amount | None, rest: str) -> None:
    found = read_limits(text)
    assert (found.amount, found.rest) == (amount, rest)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3만", 30_000),
        ("15,000", 15_000),
        ("1만5천", 15_000),
        ("1만5", 15_000),
        ("삼만", 30_000),
        ("2.5만", 25_000),
        ("오백", 500),
        ("", None),
    ],
)
def test_won(text: str, value: int | None) -> None:
    assert won(text) == value
