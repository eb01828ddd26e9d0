"""The standard product: its fields from a line, its key, its code, and how it is found."""

from __future__ import annotations

import pytest

from jangteo.apps.catalog import items
from jangteo.apps.catalog.actions.create_item import create_item, create_items
from jangteo.apps.catalog.items import ItemDraft
from jangteo.apps.catalog.items.errors import ItemNameless, UnknownShelf
from jangteo.apps.catalog.models import Item, ItemVersion
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor
from tests.apps.catalog.items.goods import draft, item
from tests.world import NOON, make_world

pytestmark = pytest.mark.django_db

APPLE = "국산 햇사과(부사)특 5kg 15과내외 -선물용★"


def test_a_line_becomes_fields_each_with_the_words_it_was_read_from() -> None:
    made = draft(APPLE)
    assert made.fields == {
        "name": "사과", "variety": "부사", "state": "fresh", "grade": "특", "use": "선물용",
        "net_g": 5000, "count": 15, "pack_count": 1, "origin": "국산", "origin_country": "KR",
        "storage": "room", "tax_exempt": True,
    }  # fmt: skip
    assert made.provenance["variety"]["text"] == "부사"
    assert made.provenance["net_g"]["text"] == "5kg"
    assert made.provenance["net_g"]["source"] == "line"
    assert set(made.provenance) == set(made.fields)


def test_a_barcode_of_the_shops_own_making_is_no_field() -> None:
    assert draft("순창고추장 3kg 8801234567893").fields["gtin"] == "08801234567893"
    assert "gtin" not in draft("순창고추장 3kg 2012345678903").fields


def test_an_amount_that_is_no_whole_gram_is_left_out() -> None:
    assert "net_g" not in draft("녹차 티백 1.5g 20개입").fields


def test_equal_goods_written_otherwise_have_one_key() -> None:
    assert items.match_key(draft("사과 부사 5kg 특 국산").fields) == items.match_key(
        draft("[특]부사 사과5키로 국내산").fields
    )
    assert items.match_key(draft("사과 부사 5kg").fields) != items.match_key(
        draft("사과 부사 10kg").fields
    )
    assert items.match_key({}) == ""


def test_a_word_that_is_no_field_makes_another_product_and_a_number_is_not_kept() -> None:
    plain, other = (
        draft("가람 불닭볶음면 130g 문의 010-1234-5678"),
        draft("가람 까르보 불닭볶음면 130g"),
    )
    assert "1234" not in str(plain.provenance)
    first, second = (
        create_item(actor=Actor.system(), market_id=None, draft=one, now=NOON)
        for one in (plain, other)
    )
    assert first.item_id != second.item_id


def test_a_new_item_gets_a_code_a_version_and_keys() -> None:
    world = make_world()
    made = item(world, APPLE)
    assert made.code == f"JT{made.pk:09d}"
    assert (made.name, made.version, made.state) == ("사과", 1, "active")
    version = ItemVersion.objects.get(item=made)
    assert (version.version, version.what, version.fields) == (1, "create", made.fields)
    assert version.provenance["variety"]["by"] == "system"
    assert version.market_id == world.market.pk


def test_what_exists_is_found_instead_of_made_again() -> None:
    world = make_world()
    first = item(world, "사과 부사 5kg 특 국산")
    again = create_item(
        actor=world.office(), market_id=world.market.pk, draft=draft("국내산 사과(부사) 특 5kg"),
        now=NOON,
    )  # fmt: skip
    assert (again.item_id, again.is_new) == (first.pk, False)
    assert Item.objects.count() == 1


def test_an_existing_barcode_is_its_item_whatever_the_name() -> None:
    world = make_world()
    first = item(world, "순창고추장 3kg 8801234567893")
    again = create_item(
        actor=world.office(), market_id=world.market.pk, draft=draft("고추장 8801234567893"),
        now=NOON,
    )  # fmt: skip
    assert (again.item_id, again.is_new) == (first.pk, False)


def test_two_barcodes_are_two_items_though_all_else_is_equal() -> None:
    first = item(None, "순창고추장 3kg 8801234567893")
    other = item(None, "순창고추장 3kg 8809999999997")
    assert first.pk != other.pk


def test_lines_of_one_list_that_say_the_same_become_one_item() -> None:
    world = make_world()
    stall = world.stall("fruit")
    made = create_items(
        actor=world.owner("fruit"), market_id=world.market.pk, stall_id=stall.pk,
        drafts=[draft("사과 부사 5kg"), draft("부사사과 5키로"), draft("사과 부사 3kg")], now=NOON,
    )  # fmt: skip
    assert [one.is_new for one in made] == [True, False, True]
    assert made[0].item_id == made[1].item_id != made[2].item_id


def test_an_item_needs_a_name() -> None:
    world = make_world()
    with pytest.raises(ItemNameless):
        create_item(
            actor=world.office(), market_id=world.market.pk,
            draft=ItemDraft(fields={}, provenance={}, category_slug=""), now=NOON,
        )  # fmt: skip


def test_an_unknown_category_is_refused_and_nothing_is_written() -> None:
    world = make_world()
    with pytest.raises(UnknownShelf):
        create_item(
            actor=world.office(), market_id=world.market.pk,
            draft=ItemDraft(fields={"name": "배"}, provenance={}, category_slug="nowhere"), now=NOON,
        )  # fmt: skip
    assert not Item.objects.exists()


def test_candidates_are_found_by_what_is_shared_the_likeliest_first() -> None:
    right = item(None, "사과 부사 5kg 특 국산")
    other = item(None, "사과 부사 10kg 국산")
    item(None, "고등어 2마리 국산")
    found = items.find_candidates(draft("부사 5kg").fields)
    assert [one.item.pk for one in found] == [right.pk, other.pk]
    assert found[0].weight > found[1].weight


def test_a_name_turned_round_and_a_barcode_find_their_item() -> None:
    fish = item(None, "자반고등어 2손")
    paste = item(None, "순창고추장 3kg 8801234567893")
    assert [c.item.pk for c in items.find_candidates({"name": "고등어자반"})] == [fish.pk]
    by_code = items.find_candidates({"name": "무언가", "gtin": "8801234567893"})
    assert [c.item.pk for c in by_code] == [paste.pk]


def test_nothing_like_it_is_found_as_nothing() -> None:
    item(None, "사과 부사 5kg")
    assert items.find_candidates({"name": "고무장갑"}) == []
    assert items.find_candidates({}) == []


def test_an_office_makes_items_in_its_own_market_only() -> None:
    world, other = make_world(), make_world()
    with pytest.raises(NotAllowed):
        create_item(
            actor=world.office(), market_id=other.market.pk, draft=draft("배 신고 5kg"), now=NOON
        )


def test_the_card_tells_goods_apart_in_one_line() -> None:
    shown = items.card(item(None, APPLE))
    assert shown.title == "국산 사과(부사) 특 5kg 15개"
    assert shown.category[-1] == "사과"
    assert [fact.label_ko for fact in shown.facts][:2] == ["표준 품명", "품종"]
