"""Units, weights and origins in the words of a seller."""

from __future__ import annotations

import pytest

from jangteo.engines.pricelist.units import find_origin, is_unit, net_grams, split_name, unit_of


@pytest.mark.parametrize(
    ("written", "name", "unit"),
    [
        ("대파 1단", "대파", "1단"),
        ("대파1단", "대파", "1단"),
        ("미나리 한 단", "미나리", "1단"),
        ("감자(1kg)", "감자", "1kg"),
        ("양파 1망 (3㎏)", "양파", "1망(3kg)"),
        ("사과 (5kg 박스)", "사과", "5kg 박스"),
        ("고등어(노르웨이산) 2마리", "고등어(노르웨이산)", "2마리"),
        ("대파 1단 (국산)", "대파 (국산)", "1단"),
        ("감자 5kg 특", "감자 특", "5kg"),
        ("100g 삼겹살", "삼겹살", "100g"),
        ("귤 5~6개", "귤", "5~6개"),
        ("생수 500ml x 20", "생수", "500ml x 20"),
        # what looks like a unit and is the name
        ("사과(부사)", "사과(부사)", ""),
        ("6년근 홍삼", "6년근 홍삼", ""),
        ("7분도미", "7분도미", ""),
        ("1등급 한우", "1등급 한우", ""),
        ("3단 찬합", "3단 찬합", ""),
        ("두부한모", "두부한모", ""),
        ("100% 참기름", "100% 참기름", ""),
        ("1단", "1단", ""),
    ],
)
def test_name_and_unit_part(written: str, name: str, unit: str) -> None:
    assert split_name(written) == (name, unit)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("단", "1단"), ("한 단", "1단"), ("1 KG", "1kg"), ("kg당", "1kg"), ("두마리", "2마리"),
        ("10kg/박스", "10kg/박스"), ("특", "특"), ("반 근", "반근"), ("개", "1개"),
    ],
)  # fmt: skip
def test_one_spelling(written: str, unit: str) -> None:
    assert unit_of(written) == unit


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("600g", 600), ("1kg", 1000), ("2.5kg", 2500), ("1봉(300g)", 300), ("500g*10", 5000), ("1근(600g)", 600),
        ("1근", None), ("500ml", None), ("2봉(300g)", None), ("10~12kg", None), ("1kg 600g", None), ("단", None),
    ],
)  # fmt: skip
def test_weight_only_when_it_is_said(text: str, grams: int | None) -> None:
    assert net_grams(text) == grams


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("국내산 대파", "국내산"), ("고등어(노르웨이산)", "노르웨이산"), ("갈치 제주산", "제주산"), ("국산콩", "국산"),
        ("자연산 회", None), ("부산 어묵", None), ("국산 콩", "국산"),
    ],
)  # fmt: skip
def test_origin(text: str, origin: str | None) -> None:
    assert find_origin(text) == origin


def test_a_unit_cell_is_told_from_a_name() -> None:
    assert [
        t for t in ("1단", "박스", "1박스(10kg)", "대파", "망고", "특", "kg당") if is_unit(t)
    ] == [
        "1단",
        "박스",
        "1박스(10kg)",
        "kg당",
    ]
