"""Korean units: what one weighs or holds, and what a market says otherwise."""

from __future__ import annotations

import pytest

from jangteo.engines.matching import MarketUnits, understand


@pytest.mark.parametrize(
    ("line", "grams"),
    [
        ("삼겹살 1근", 600),
        ("한우 국거리 반근", 300),
        ("돼지목살 두근", 1200),
        ("소고기 두근 반 6만원", 1500),
        ("풋고추 1근", 400),
        ("생강 한 근", 400),
        ("딸기 2근", 800),
        ("고춧가루 5근", 3000),
        ("건고추 10근", 6000),
        ("감자 1관", 3750),
        ("양파 1.5킬로", 1500),
        ("쌀 20KG", 20000),
        ("더덕 ５００ｇ", 500),
        ("사과 5㎏", 5000),
        ("컵누들 37.8g*15", 37.8),
    ],
)
def test_one_pack_weighs(line: str, grams: float) -> None:
    assert understand(line).value("net_g") == grams


@pytest.mark.parametrize(
    ("line", "millilitres"),
    [("참기름 355㎖", 355), ("식용유 1.8L", 1800), ("생수 2ℓ", 2000), ("콩물 1.5리터", 1500)],
)
def test_one_pack_holds(line: str, millilitres: int) -> None:
    assert understand(line).value("net_ml") == millilitres


@pytest.mark.parametrize(
    ("line", "count", "packs"),
    [
        ("고등어 2손", 2, 2),
        ("마른오징어 1축", 20, 1),
        ("김 3톳", 100, 3),
        ("북어 한쾌", 20, 1),
        ("굴비 1두름", 20, 1),
        ("굴비 1두름 10마리", 10, 1),
        ("통마늘 1접", 100, 1),
        ("마늘 반접", 50, 1),
        ("계란 2판", 30, 2),
        ("계란 10구×3", 10, 3),
        ("두부 2모", 2, 1),
        ("대파 2단", None, 2),
        ("딸기 500g*4팩", None, 4),
        ("생수 2L 6병", None, 6),
        ("사과 5kg 15과내외", 15, 1),
        ("라면 120g*5개입 2박스", None, 10),
        ("물티슈 100매*10팩", 100, 10),
        ("감자 3kg+3kg", None, 2),
    ],
)
def test_pieces_and_packs(line: str, count: int | None, packs: int) -> None:
    read = understand(line)
    assert (read.value("count"), read.value("pack_count")) == (count, packs)


@pytest.mark.parametrize(
    "line",
    ["쌀 한말", "찹쌀 3되", "고구마 3~5kg", "감자 반단", "팽이버섯 3봉 450g", "쌀 10kg + 현미 4kg"],
)
def test_a_weight_that_is_not_certain_is_asked(line: str) -> None:
    read = understand(line)
    assert read.value("net_g") is None
    assert read.value("total_g") is None
    assert {"net_g", "pack_count"} & {a.field for a in read.asks}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("우유 40,000,000,000,000L", "net_ml"),
        ("쌀 1001톤", "net_g"),
        ("후추 0.0000001g 3000원", "net_g"),
        ("쌀 0g", "net_g"),
        ("사과 100,001개", "count"),
        ("사과 0.5개", "count"),
        ("사과 0개", "count"),
        ("두부 300g 0팩", "pack_count"),
        ("대파 1.5단", "pack_count"),
        ("쌀 500톤 3포", "pack_count"),
    ],
)
def test_an_amount_that_nobody_sells_is_asked(line: str, name: str) -> None:
    read = understand(line)
    assert read.value(name) is None
    assert read.value(name.replace("net", "total").replace("pack_count", "total_g")) is None
    assert name.replace("net_ml", "net_g") in {a.field for a in read.asks}


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("쌀 1000톤", "net_g", 1_000_000_000),
        ("사과 100,000개", "count", 100_000),
        ("사프란 0.001g", "net_g", 0.001),
    ],
)
def test_the_largest_and_the_least_amounts_are_taken(line: str, name: str, value: float) -> None:
    assert understand(line).value(name) == value


def test_pieces_are_of_one_pack_so_two_pairs_of_fish_are_four() -> None:
    read = understand("고등어자반 2손")
    assert (read.value("count"), read.value("pack_count")) == (2, 2)


def test_a_market_sets_its_own_units() -> None:
    market = MarketUnits(
        geun_g={"ginger": 375, "pork": 500},
        gwan_g=4000,
        measure_g={("되", "쌀"): 1600, ("말", ""): 8000},
    )
    assert understand("생강 1근", market=market).value("net_g") == 375
    assert understand("삼겹살 1근", market=market).value("net_g") == 500
    assert understand("풋고추 1근", market=market).value("net_g") == 400
    assert understand("감자 1관", market=market).value("net_g") == 4000
    assert understand("쌀 3되", market=market).value("net_g") == 4800
    assert understand("콩 1말", market=market).value("net_g") == 8000
    assert understand("찹쌀 1되", market=market).value("net_g") is None
