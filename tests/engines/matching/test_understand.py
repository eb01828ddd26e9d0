"""Whole lines: names, spelling, places, and the JSON form."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from jangteo.channels.terminal import sample
from jangteo.engines.matching import FIELDS, to_json, understand, understand_many
from jangteo.engines.matching.lexicon import lexicon

SAMPLE = Path(str(sample.__file__)).parent


def _some(line: str, *names: str) -> tuple[Any, ...]:
    read = understand(line)
    return tuple(read.value(name) for name in names)


def test_apples_for_a_present() -> None:
    line = "국산 햇사과(부사)특 5kg 15과내외 -선물용★"
    read = understand(line)
    made = to_json(read)
    assert {name: made[name] for name in FIELDS if made[name] is not None} == {
        "name": "사과",
        "variety": "부사",
        "origin": "국산",
        "grade": "특",
        "state": "fresh",
        "net_g": 5000,
        "count": 15,
        "pack_count": 1,
        "total_g": 5000,
        "tax_exempt": True,
        "storage": "room",
    }
    assert read.category == ("과일·견과", "과일", "사과")
    assert read.use is not None
    assert read.use.value == "선물용"
    variety, grade = read.fields["variety"], read.fields["grade"]
    assert line[variety.start : variety.end] == "부사"
    assert line[grade.start : grade.end] == "특"
    assert [a.field for a in read.asks] == ["price_krw"]


def test_paste_in_cartons() -> None:
    assert _some(
        "청정원 순창고추장3KG*4EA", "name", "brand", "origin", "net_g", "pack_count", "total_g"
    ) == ("고추장", "청정원", None, 3000, 4, 12000)


def test_pork_by_the_geun() -> None:
    assert _some(
        "삼겹살(냉장) 1근 만이천원", "name", "state", "storage", "net_g", "price_krw", "tax_exempt"
    ) == ("삼겹살", "chilled", "chilled", 600, 12000, True)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("꽃개 2kg", "꽃게"),
        ("육게장 500g", "육개장"),
        ("비엔나쏘세지 1kg", "비엔나소시지"),
        ("오렌지쥬스 1.5L", "오렌지주스"),
        ("가나초콜렛 34g", "초콜릿"),
        ("후라이드치킨 1마리", "후라이드치킨"),
        ("돈까스 5장", "돈가스"),
        ("도마도 5kg", "토마토"),
        ("쭈꾸미 1kg", "주꾸미"),
        ("고등어자반 1손", "자반고등어"),
        ("계란 1판", "달걀"),
        ("알타리 1단", "총각무"),
        ("절임 배추 20kg", "절임배추"),
        ("시 금 치 1단", "시금치"),
        ("참치 김밥 2줄", "참치김밥"),
        ("양념개장 1kg", "양념게장"),
    ],
)
def test_typos_loan_words_and_spaces(line: str, name: str) -> None:
    assert understand(line).value("name") == name


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("國産 참깨 1㎏", "origin", "국산"),
        ("中國産 당근 10kg", "origin", "중국산"),
        ("韓牛 안심 300g", "variety", "한우"),
        ("참외 5kg 特", "grade", "특"),
        ("사과 5kg 국내산(경북 청송)", "origin", "국내산 경북 청송"),
        ("수입 소갈비 호주산 1kg", "origin", "호주산"),
        ("한우 등심 1++ 300g", "grade", "1++"),
        ("한돈 삼겹살 1등급 1kg", "grade", "1등급"),
        ("고등어 대 2마리", "grade", None),
        ("대구 2마리", "origin", None),
        ("연근 대구 반야월 1kg", "origin", "대구 반야월"),
        ("기장 500g", "name", "기장"),
        ("기장 미역 200g", "origin", "기장"),
    ],
)
def test_chinese_characters_places_and_grades(line: str, field: str, value: str | None) -> None:
    assert understand(line).value(field) == value


def test_decomposed_letters_give_spans_in_the_written_line() -> None:
    import unicodedata

    line = unicodedata.normalize("NFD", "해남 배추 3포기 9천원")
    read = understand(line)
    name = read.fields["name"]
    assert unicodedata.normalize("NFC", line[name.start : name.end]) == "배추"
    assert read.value("price_krw") == 9000


def test_a_line_of_nothing_asks() -> None:
    for line in ("", "   ", "★★★", "\x00\x01", "\ufeff"):
        made = to_json(understand(line))
        assert all(made[name] is None for name in FIELDS)
        assert made["asks"]


def test_a_new_noun_is_a_name_and_two_are_asked() -> None:
    assert understand("꾸지뽕 1kg").value("name") in ("꾸지뽕", None)
    assert understand("아욱1단 2,000원 근대1단 2,000원").value("name") is None


def test_many_lines_give_what_one_gives() -> None:
    lines = ["해남 배추 3포기", "", "왈츠뿡 300g", "두부 1모 1,500원"] * 3
    assert [to_json(u) for u in understand_many(lines, batch=5)] == [
        to_json(understand(line)) for line in lines
    ]


def test_the_json_form_is_json() -> None:
    made = to_json(understand("참이슬 후레쉬 360ml 20병"))
    assert list(made) == [*FIELDS, "asks", "details"]
    assert json.loads(json.dumps(made, ensure_ascii=False)) == made


def _sample(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_category_tree_maps_to_the_market_s_categories() -> None:
    known = {row["slug"] for row in _sample("categories.csv")}
    categories = lexicon().categories.values()
    assert {c.sample_slug for c in categories} - {""} == known
    assert len(categories) >= 250
    assert len({c.path for c in categories}) == len(categories)
    leaves = {c.slug for c in categories}
    assert all(item.category in leaves for item in lexicon().items.values())


def test_the_sample_market_s_goods_are_understood() -> None:
    """Weights and prices by the market's own figures; its categories from the mapping of our tree."""
    rows = _sample("offers.csv")
    lines = [f"{r['name_ko']} {r['unit_label']} {int(r['price_krw']):,}원" for r in rows]
    read = list(understand_many(lines))
    prices = [u.value("price_krw") == int(r["price_krw"]) for u, r in zip(read, rows, strict=True)]
    assert all(prices)
    for understood, row in zip(read, rows, strict=True):
        total = understood.value("total_g")
        assert total is None or not row["net_g"] or total == int(row["net_g"]), understood.line
    right = sum(u.sample_slug == r["category_slug"] for u, r in zip(read, rows, strict=True))
    assert right / len(rows) >= 0.96
    wrong_tax = [
        u.line
        for u, r in zip(read, rows, strict=True)
        if u.value("tax_exempt") is not None and u.value("tax_exempt") != (r["tax"] == "exempt")
    ]
    assert len(wrong_tax) <= 3, wrong_tax
