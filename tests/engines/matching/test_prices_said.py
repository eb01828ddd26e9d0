"""The price of a line: only what is said, never a guess."""

from __future__ import annotations

import pytest

from jangteo.engines.matching import understand


@pytest.mark.parametrize(
    ("said", "won"),
    [
        ("만이천원", 12000),
        ("3천원", 3000),
        ("12,000", 12000),
        ("12,000원", 12000),
        ("1만2천", 12000),
        ("2.5만", 25000),
        ("천원", 1000),
        ("2천5백원", 2500),
        ("삼천팔백원", 3800),
        ("이만팔천원", 28000),
        ("￦9,900", 9900),
        ("9900", 9900),
        ("25천원", 25000),
        ("１２，０００원", 12000),
    ],
)
def test_a_price_in_words_and_figures(said: str, won: int) -> None:
    assert understand(f"시금치 1단 {said}").value("price_krw") == won


@pytest.mark.parametrize(
    "line",
    [
        "양파 3kg 5,000~6,000원",
        "사과 3개 5천 5개 8천",
        "수박 1통 2.0",
        "대게 1kg 시세",
        "전복 1kg 4만원대",
        "새우 2kg 5만원 → 4만5천원",
        "고등어,갈치,조기 각 만원",
        "오이 5개 개당 800원",
        "사과 10kg 5,000원/kg",
        "삼겹살 1kg 3천원 할인",
        "감자 5kg",
        "양파 1.5kg 2,980원 10%할인",
        "쌀 10kg 배송비 3,000원",
        "꿀참외 만원어치",
        "시금치 1단 50원",
        "고등어 5kg 25.000원",
        "딸기 1kg 010-1234-5678",
    ],
)
def test_what_is_not_one_certain_price_is_asked(line: str) -> None:
    read = understand(line)
    assert read.value("price_krw") is None
    assert "price_krw" in {a.field for a in read.asks}


def test_two_bundles_for_one_price() -> None:
    read = understand("열무 2단에 5천원")
    assert (read.value("pack_count"), read.value("price_krw")) == (2, 5000)


def test_a_price_per_weight_alone_sells_that_weight() -> None:
    read = understand("케일 100g당 1,200원")
    assert (read.value("net_g"), read.value("price_krw")) == (100, 1200)
    assert read.unit_price_krw_100g == 1200.0


def test_a_unit_price_beside_the_price_is_no_second_price() -> None:
    read = understand("사과 10kg 35,000원(kg당 3,500원)")
    assert read.value("price_krw") == 35000
    assert read.unit_price_krw_100g == 350.0


def test_shipping_and_conditions_are_no_prices() -> None:
    assert understand("쌀 20kg 58,000원 (배송비 3,000원)").value("price_krw") == 58000
    assert understand("바지락 2kg 만원/무료배송 (3만원 이상)").value("price_krw") == 10000
