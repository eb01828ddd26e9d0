"""What is certain about two lines before any model is asked."""

from __future__ import annotations

import pytest

from jangteo.engines.sameitem import (
    as_goods,
    contradictions,
    goods_from,
    gtin_of,
    same_barcode,
    unsaid,
)


def _fields(a: str, b: str) -> list[str]:
    found = [reason.field for reason in contradictions(as_goods(a), as_goods(b))]
    assert found == [r.field for r in contradictions(as_goods(b), as_goods(a))]
    return found


@pytest.mark.parametrize(
    ("a", "b", "field"),
    [
        ("국산 깐마늘 1kg", "중국산깐마늘 1키로 9,900원", "origin"),
        ("청정원 고추장 500g", "청정원 고추장 1kg", "net"),
        ("샘표 진간장 930ml", "샘표 진간장 1.7L", "net"),
        ("청정원 순창고추장 3kg", "청정원 순창고추장3KG*4EA", "packs"),
        ("냉동 오징어 3마리", "생물 오징어 3마리", "state"),
        ("계란 특란 30구", "계란 대란 30구", "size"),
        ("한우 등심 1++ 300g", "한우 등심 1등급 300g", "grade"),
        ("사과 5kg 15과", "사과 5kg 20과", "count"),
        ("고등어 1kg", "시금치 1kg", "species"),
        ("농심 라면 120g", "오뚜기 라면 120g", "brand"),
    ],
)
def test_what_both_lines_say_otherwise_is_named(a: str, b: str, field: str) -> None:
    assert field in _fields(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("삼겹살(냉장) 1근 만이천원", "한돈 삼겹살 600g 냉장"),
        ("농심 신라면 120g*5", "신라면 5입"),
        ("수입 깐마늘 1kg", "중국산 깐마늘 1kg"),
        ("경북 사과 5kg", "청송 사과 5kg"),
        ("고등어 2마리", "고등어 1손"),
        ("CJ 된장 1kg", "해찬들 된장 1kg"),
    ],
)
def test_other_ways_to_say_the_same_do_not_contradict(a: str, b: str) -> None:
    assert _fields(a, b) == []


def test_the_reason_names_both_sides_in_both_languages() -> None:
    (reason,) = contradictions(as_goods("청정원 고추장 500g"), as_goods("청정원 고추장 1kg"))
    assert reason.ko == "내용량이 달라요 (500g · 1kg)."
    assert reason.en == "Net content differs (500g, 1kg)."


def test_loose_goods_are_compared_without_their_amounts() -> None:
    loose = goods_from({"name": "삼겹살", "net_g": 100, "variable_measure": True})
    assert contradictions(loose, as_goods("삼겹살 600g")) == []
    assert unsaid(loose, as_goods("삼겹살 600g")) == []


def test_an_amount_said_by_one_side_only_is_unsaid() -> None:
    assert [r.field for r in unsaid(as_goods("깐마늘 1kg"), as_goods("깐마늘"))] == ["net"]
    assert unsaid(as_goods("신라면 120g 5봉"), as_goods("신라면 5입")) == []


def test_about_is_wider_than_exactly() -> None:
    exact = goods_from({"name": "사과", "net_g": 5000})
    about = goods_from({"name": "사과", "net_g": 4800, "approximate": True})
    assert contradictions(exact, about) == []
    assert [r.field for r in contradictions(exact, goods_from({"name": "사과", "net_g": 4800}))] == ["net"]  # fmt: skip


def test_barcodes_are_compared_in_fourteen_digits() -> None:
    one, other = goods_from({"gtin": "8801234567893"}), goods_from({"gtin": "08801234567893"})
    assert same_barcode(one, other) is True
    assert same_barcode(one, goods_from({"gtin": "8801043014809"})) is False
    assert same_barcode(one, goods_from({})) is None


@pytest.mark.parametrize("digits", ["8801234567890", "2012345678900", "02345673", "x", ""])
def test_a_wrong_number_and_a_shops_own_number_are_no_barcode(digits: str) -> None:
    assert gtin_of(digits) is None


@pytest.mark.parametrize("amount", [-1, "viel", float("nan"), float("inf")])
def test_an_amount_that_is_none_is_refused(amount: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - float's own words for text
        goods_from({"name": "사과", "net_g": amount})
