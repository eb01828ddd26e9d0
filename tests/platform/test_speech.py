"""Korean as it is said at a stall."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jangteo.platform.speech import (
    native_number,
    sino_number,
    spoken_amount,
    spoken_clock,
    spoken_list,
    spoken_won,
    written_amount,
)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "영"),
        (5, "오"),
        (10, "십"),
        (11, "십일"),
        (100, "백"),
        (110, "백십"),
        (1000, "천"),
        (3500, "삼천오백"),
        (10_000, "만"),
        (12_300, "만 이천삼백"),
        (110_000, "십일만"),
        (1_010_100, "백일만 백"),
        (100_000_000, "일억"),
        (-200, "마이너스 이백"),
    ],
)
def test_sino_numbers(number: int, said: str) -> None:
    assert sino_number(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "한"), (4, "네"), (10, "열"), (12, "열두"), (20, "스무"), (21, "스물한"), (99, "아흔아홉"), (100, "백")],
)  # fmt: skip
def test_native_numbers_stand_before_counters(number: int, said: str) -> None:
    assert native_number(number) == said


@pytest.mark.parametrize(
    ("quantity", "unit", "said", "written"),
    [
        (1, "한 단", "한 단", "1단"),
        (2, "1단", "두 단", "2단"),
        (2, "한 모", "두 모", "2모"),
        (3, "1마리", "세 마리", "3마리"),
        (1, "5마리", "다섯 마리", "5마리"),
        (3, "5마리", "다섯 마리씩 세 개", "5마리 × 3"),
        (2, "1근 600g", "두 근", "2근"),
        (20, "1개", "스무 개", "20개"),
        (1, "600g", "육백 그램", "600g"),
        (2, "600g", "육백 그램씩 두 개", "600g × 2"),
        (2, "1kg", "일 킬로씩 두 개", "1kg × 2"),
        (2, "1봉지(200g)", "두 봉지", "2봉지"),
        (2, "1인분", "이 인분", "2인분"),
        (2, "", "두 개", "2개"),
        (3, "큰 것", "세 개", "큰 것 × 3"),
    ],
)
def test_amounts_are_said_and_written_the_market_s_way(
    quantity: int, unit: str, said: str, written: str
) -> None:
    assert spoken_amount(quantity, unit) == said
    assert written_amount(quantity, unit) == written


def test_weighed_goods_are_said_in_grams() -> None:
    assert spoken_amount(3, "100g", is_weighed=True) == "삼백 그램"
    assert spoken_amount(12, "100g", is_weighed=True) == "일 킬로 이백 그램"
    assert spoken_amount(20, "100g", is_weighed=True) == "이 킬로"
    assert written_amount(3, "100g", is_weighed=True) == "300g"
    assert written_amount(12, "100g", is_weighed=True) == "1.2kg"


def test_prices_and_times() -> None:
    assert spoken_won(5000) == "오천 원"
    assert spoken_won(21_840) == "이만 천팔백사십 원"
    assert spoken_clock(datetime(2026, 11, 21, 5, 10, tzinfo=UTC)) == "오후 두 시 십 분"
    assert spoken_clock(datetime(2026, 11, 21, 5, 0, tzinfo=UTC)) == "오후 두 시"
    assert spoken_clock(datetime(2026, 11, 21, 2, 30, tzinfo=UTC)) == "오전 열한 시 반"
    assert spoken_clock(datetime(2026, 11, 20, 15, 5, tzinfo=UTC)) == "오전 열두 시 오 분"


def test_an_order_is_read_aloud() -> None:
    goods = [("대파", spoken_amount(2, "한 단")), ("두부", spoken_amount(3, "1모"))]
    assert spoken_list(goods) == "대파 두 단, 두부 세 모"
