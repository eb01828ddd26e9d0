"""The suggestion of tax: certain where the name is certain, a question everywhere else."""

from __future__ import annotations

import pytest

from jangteo.apps.catalog.tax import suggest_tax


@pytest.mark.parametrize(
    "name",
    [
        "대파",
        "깐마늘",
        "설향 딸기 1kg",
        "제주감귤",
        "사과(특)",
        "한우 국거리",
        "구이용 삼겹살",
        "닭볶음탕용 닭",
        "손질 고등어 2마리",
        "북어",
        "고춧가루",
        "계란 30구",
        "쌀 10kg",
        "나주 배",
        "흙 무",
        "김",
        "우유",
        "국산 콩나물 300g",
        "천일염",
    ],
)
def test_raw_food_is_exempt(name: str) -> None:
    assert suggest_tax(name).tax == "exempt"


@pytest.mark.parametrize(
    "name",
    [
        "양념갈비",
        "조미김",
        "딸기잼",
        "배즙",
        "감자칩",
        "콩나물무침",
        "멸치볶음",
        "코다리조림",
        "닭강정",
        "꽈배기",
        "붕어빵",
        "참기름",
        "어묵",
        "생강차",
        "돼지갈비찜",
        "양말",
    ],
)
def test_processed_goods_are_taxed(name: str) -> None:
    assert suggest_tax(name).tax == "taxed"


@pytest.mark.parametrize(
    "name",
    [
        "배추김치",
        "두부",
        "순두부",
        "새우젓",
        "된장",
        "고추장",
        "군고구마",
        "칼국수",
        "곶감",
        "선물세트",
        "담배",
        "장난감",
        "대나무",
        "할머니 손맛",
        "",
    ],
)
def test_what_the_name_does_not_settle_is_asked(name: str) -> None:
    assert suggest_tax(name).tax is None


def test_the_reason_names_the_word() -> None:
    guess = suggest_tax("양념꽃게")
    assert guess.word == "양념"
    assert "'양념'" in guess.why_ko
    assert "'양념'" in guess.why_en


def test_a_raw_category_settles_an_unknown_name_but_not_a_processed_one() -> None:
    assert suggest_tax("이름 모를 나물", "vegetable").tax == "exempt"
    assert suggest_tax("나물무침", "vegetable").tax == "taxed"
    assert suggest_tax("무김치", "vegetable").tax is None
