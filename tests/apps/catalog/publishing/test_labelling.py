"""What the law asks of each kind of goods, and that it is not asked of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jangteo.apps.catalog.models import Category, Item, Offer
from jangteo.apps.catalog.publishing.block import label_block, seller_block
from jangteo.apps.catalog.publishing.goods import (
    Goods,
    country_of,
    goods_of,
    is_told_only_as_foreign,
)
from jangteo.apps.catalog.publishing.kinds import LabelKind
from jangteo.apps.catalog.publishing.labelling import (
    RULES,
    advised,
    field_words,
    gate_many,
    missing,
)
from jangteo.apps.catalog.standard import LABEL_FIELDS
from jangteo.engines.matching.lexicon import lexicon
from tests.apps.catalog.publishing.shelf import item, listed, one, small_market
from tests.world import make_world


def goods(name: str, *, shelf: str = "", **fields: Any) -> Goods:
    offer = Offer(name=name, price_krw=1000, tax=fields.pop("tax", "exempt"), **fields)
    if shelf:
        offer.category = Category(pk=1, slug=shelf, name=shelf)
    return goods_of(offer)


def lacks(made: Goods) -> list[str]:
    return [found.field for found in missing(made)]


class TestRawGoods:
    def test_vegetables_need_an_origin_and_no_use_by(self) -> None:
        assert lacks(goods("대파", unit="1단")) == ["origin"]
        assert lacks(goods("대파", unit="1단", origin="전남 진도")) == []
        assert lacks(goods("대파", unit="1단", origin="국내산")) == []

    def test_imported_goods_name_the_country(self) -> None:
        assert lacks(goods("바나나", origin="수입산")) == ["origin"]
        assert lacks(goods("바나나", origin="필리핀산")) == []

    def test_meat_needs_its_trace_number(self) -> None:
        pork = {"shelf": "pork", "origin": "국내산", "is_weighed": True}
        assert lacks(goods("삼겹살", **pork)) == ["trace_no"]
        assert lacks(goods("삼겹살", **pork, label={"trace_no": "12345"})) == ["trace_no"]
        assert lacks(goods("삼겹살", **pork, label={"trace_no": "123456789012"})) == []
        assert lacks(goods("삼겹살", **pork, label={"trace_no": "L" + "1" * 14})) == []

    def test_imported_beef_and_pork_are_traced_imported_chicken_is_not(self) -> None:
        assert lacks(goods("LA갈비", shelf="beef", origin="미국산")) == ["trace_no"]
        assert lacks(goods("닭다리", shelf="chicken", origin="브라질산")) == []
        assert lacks(goods("닭다리", shelf="chicken", origin="국내산")) == ["trace_no"]

    def test_korean_beef_says_of_what_cattle_it_is(self) -> None:
        traced = {"shelf": "beef", "label": {"trace_no": "002123456789"}}
        assert lacks(goods("국거리", origin="국내산", **traced)) == ["breed"]
        assert lacks(goods("한우 국거리", origin="국내산", **traced)) == []
        assert lacks(goods("국거리", origin="국내산 육우", **traced)) == []

    def test_the_grade_of_beef_is_advised_only(self) -> None:
        made = goods("한우 등심", shelf="beef", origin="국내산", label={"trace_no": "002123456789"})
        assert lacks(made) == []
        assert [found.field for found in advised(made)] == ["grade"]

    def test_eggs_may_give_what_is_on_the_shell(self) -> None:
        assert lacks(goods("달걀 30구", origin="국내산")) == ["trace_no"]
        assert lacks(goods("달걀 30구", origin="국내산", label={"trace_no": "0823M3FSD2"})) == []
        assert lacks(goods("달걀 30구", origin="국내산", label={"trace_no": "0823M3FSD5"})) == [
            "trace_no"
        ]
        assert lacks(goods("메추리알", origin="국내산")) == []

    def test_a_shell_code_is_no_trace_number_of_meat(self) -> None:
        made = goods("삼겹살", shelf="pork", origin="국내산", label={"trace_no": "0823M3FSD2"})
        assert lacks(made) == ["trace_no"]

    def test_offal_and_bones_are_not_traced(self) -> None:
        assert lacks(goods("한우 사골", shelf="beef", origin="국내산")) == []

    @pytest.mark.parametrize("unit", ["한 근", "1근", "2관", "1되", "한 말"])
    def test_customary_weights_stand_beside_grams(self, unit: str) -> None:
        assert lacks(goods("감자", origin="국내산", unit=unit)) == ["net_g"]
        assert lacks(goods("감자", origin="국내산", unit=unit, net_g=400)) == []
        assert lacks(goods("감자", origin="국내산", unit=f"{unit} 400g")) == []

    @pytest.mark.parametrize(
        "unit", ["1단", "2손", "한 판", "3마리", "한 접시", "되직한 것", "말린 것 한 봉"]
    )
    def test_counted_units_stand_alone(self, unit: str) -> None:
        assert lacks(goods("감자", origin="국내산", unit=unit)) == []


class TestPreparedFood:
    def test_food_made_at_the_stall(self) -> None:
        made = goods("멸치볶음", shelf="banchan", tax="taxed", origin="국내산 멸치")
        assert made.kind is LabelKind.MADE
        assert lacks(made) == ["allergens", "use_by_days"]
        done = replace(made, allergens="없음", use_by_days=3)
        assert lacks(done) == []
        assert [found.field for found in advised(done)] == ["ingredients"]

    def test_packed_food_needs_what_its_pack_says(self) -> None:
        made = goods("진라면", tax="taxed", origin="국산")
        assert made.kind is LabelKind.PACKED
        assert lacks(made) == [
            "net_g", "food_type", "ingredients", "allergens", "use_by_days", "maker",
        ]  # fmt: skip

    def test_a_maker_needs_an_address_and_imports_an_importer(self) -> None:
        label = {"food_type": "유탕면", "ingredients": "밀가루", "maker": "가나식품"}
        base = {"tax": "taxed", "allergens": "밀", "use_by_days": 90, "net_g": 120}
        assert lacks(goods("진라면", origin="국산", label=label, **base)) == ["maker_address"]
        abroad = {**label, "maker": "", "importer": ""}
        assert lacks(goods("진라면", origin="베트남산", label=abroad, **base)) == [
            "maker",
            "importer",
        ]
        assert (
            lacks(
                goods(
                    "진라면",
                    origin="베트남산",
                    label={**abroad, "importer": "다라상사, 서울"},
                    **base,
                )
            )
            == []
        )

    def test_paste_scooped_at_the_stall_is_not_packed_paste(self) -> None:
        assert goods("고추장", shelf="jeotgal").kind is LabelKind.MADE
        assert (
            goods("고추장", shelf="jeotgal", label={"report_no": "1234567890"}).kind
            is LabelKind.PACKED
        )

    def test_seasoned_meat_is_prepared_food(self) -> None:
        assert goods("돼지 양념불고기", shelf="pork", tax="taxed").kind is LabelKind.MADE


class TestOtherGoods:
    def test_flowers_have_an_origin_and_plants_need_none(self) -> None:
        assert lacks(goods("장미 꽃다발", shelf="flowers")) == ["origin"]
        assert lacks(goods("선인장", shelf="flowers")) == []

    def test_things_that_are_no_food_are_only_advised(self) -> None:
        made = goods("고무장갑", tax="taxed")
        assert made.kind is LabelKind.GOODS
        assert lacks(made) == []
        assert [found.field for found in advised(made)] == ["maker", "origin"]

    def test_what_nobody_knows_is_asked(self) -> None:
        assert lacks(goods("뭉게뭉게 특선")) == ["category"]

    def test_every_kind_of_the_tree_has_rules(self) -> None:
        for category in lexicon().categories.values():
            made = goods_of(
                Offer(name="x", price_krw=1, tax="exempt"),
                Item(category_slug=category.slug, fields={}, code="c"),
            )
            assert made.kind is not LabelKind.UNKNOWN, category.slug

    def test_every_rule_can_be_answered(self) -> None:
        for rule in RULES:
            assert rule.field in (*LABEL_FIELDS, "category"), rule.field
            assert rule.ko
            assert rule.en
            assert all(field_words(rule.field))


@pytest.mark.parametrize(
    ("words", "country"),
    [("국내산(진도)", "KR"), ("전남 진도", "KR"), ("러시아산(국내 가공 강원 인제)", "RU"), ("미국산", "US"),
     ("호주산 소고기", "AU"), ("페루산 오징어(국내 가공)", "PE"), ("수입산", ""), ("", ""), ("원양산", "")],
)  # fmt: skip
def test_the_country_behind_the_words(words: str, country: str) -> None:
    assert country_of(words) == country


def test_foreign_without_a_country() -> None:
    assert is_told_only_as_foreign("수입산")
    assert not is_told_only_as_foreign("수입산(미국)")
    assert not is_told_only_as_foreign("국내산")


@pytest.mark.django_db
class TestListed:
    def test_the_label_in_the_order_of_the_law(self) -> None:
        world = small_market()
        assert label_block(one(world, "순창 고추장 500g")) == [
            ("제품명", "청정원 순창 고추장 500g"),
            ("식품의 유형", "고추장"),
            ("원산지", "국내산"),
            ("내용량", "500g (1개)"),
            ("원재료명", "쌀(국산), 고춧가루(중국산)"),
            ("알레르기 유발물질", "대두, 밀"),
            ("소비기한", "2027.12.31까지"),
            ("보관 방법", "실온 (그늘지고 서늘한 곳)"),
            ("제조원", "가나식품, 전북 순창군 1"),
            ("품목보고번호", "1234567890"),
            ("바코드", "8801234567893"),
            ("세금", "과세 (부가세 포함)"),
            ("신고", "부정·불량식품 신고는 국번 없이 1399"),
        ]
        assert ("이력번호", "000000000001") in label_block(one(world, "삼겹살"))
        assert ("Made by", "푸른들, 서울 어딘가 1 시험시장 가 1호") in label_block(
            one(world, "두부"), language="en"
        )

    def test_who_sells_it(self) -> None:
        assert seller_block(one(small_market(), "대파").seller) == [
            ("상호", "푸른들"),
            ("대표자", "최말순"),
            ("전화", "02-000-0000"),
            ("주소", "서울 어딘가 1 시험시장 가 1호"),
        ]

    def test_a_merged_item_is_followed(self) -> None:
        world = make_world()
        world.stall("veg")
        last = item(
            code="JT3",
            name="사과",
            category_slug="apple",
            fields={"origin": "국내산", "variety": "부사"},
        )
        middle = item(code="JT2", state="merged", merged_into=last, fields={"variety": "옛것"})
        first = item(code="JT1", state="merged", merged_into=middle, fields={"variety": "더옛것"})
        world.offer("사과", 1000, stall="veg", origin="", item=first)
        found = one(world, "사과")
        assert (found.variety, found.item_code, found.origin) == ("부사", "JT3", "국내산")
        assert missing(found) == ()

    def test_many_offers_cost_as_many_queries_as_one(self, django_assert_num_queries: Any) -> None:
        world = small_market()
        for number in range(20):
            world.offer(f"사과{number}", 1000, stall="veg")
        with django_assert_num_queries(5):
            assert len(listed(world)) == 24
        offers = [world.offers[name] for name in world.offers]
        with django_assert_num_queries(1):
            assert gate_many(offers) == [()] * 24
