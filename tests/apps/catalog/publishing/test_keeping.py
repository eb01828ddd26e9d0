"""Goods on sale keep the label the law asks for, whatever becomes of their standard product."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from jangteo.apps.catalog.actions.answer_question import answer_question
from jangteo.apps.catalog.actions.confirm_import import confirm_import
from jangteo.apps.catalog.actions.edit_item import edit_item
from jangteo.apps.catalog.actions.link_offer import link_offer
from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.apps.catalog.actions.read_price_list import read_price_list
from jangteo.apps.catalog.actions.say_prices import SaidChange, confirm_said
from jangteo.apps.catalog.actions.split_item import split_item
from jangteo.apps.catalog.actions.undo_import import undo_import
from jangteo.apps.catalog.actions.undo_item_change import undo_item_change
from jangteo.apps.catalog.errors import LabelIncomplete
from jangteo.apps.catalog.items import Matched
from jangteo.apps.catalog.models import Item, MatchQuestion, Offer, PriceImportRow
from jangteo.apps.catalog.price_lists.matching import link_items
from jangteo.apps.catalog.publishing.keeping import would_lose
from jangteo.apps.catalog.standardise import _link
from jangteo.apps.decisions.capability import Reason
from jangteo.engines.matching import understand
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.catalog.items.goods import draft
from tests.apps.catalog.publishing.shelf import GTIN, item, small_market
from tests.world import NOON, World

pytestmark = pytest.mark.django_db

PASTE = "순창 고추장 500g"


@pytest.fixture
def world() -> World:
    return small_market()


def paste_item(world: World) -> Item:
    with every_market():
        return Item.objects.get(offers=world.offers[PASTE])


def less(of: Item, *gone: str) -> dict[str, Any]:
    """The item's fields, with its name and without some."""
    return {"name": "고추장", **{k: v for k, v in of.fields.items() if k not in gone}}


def edit(world: World, of: Item, fields: dict[str, Any]) -> int:
    return edit_item(
        actor=world.office(), market_id=world.market.pk, item_id=of.pk, seen_version=of.version,
        fields=fields, category_slug="gochujang", now=NOON,
    )  # fmt: skip


def state(world: World, name: str = PASTE) -> str:
    with every_market():
        return str(Offer.objects.get(pk=world.offers[name].pk).state)


def test_an_edit_may_not_take_what_goods_on_sale_must_say(world: World) -> None:
    paste = paste_item(world)
    with pytest.raises(LabelIncomplete) as refused:
        edit(world, paste, less(paste, "ingredients"))
    assert refused.value.details["fields"] == ["ingredients"]
    assert paste_item(world).fields == paste.fields
    assert edit(world, paste, {**less(paste), "ingredients": "쌀(국산)"}) == paste.version + 1


def test_goods_that_lacked_it_before_do_not_stop_an_edit(world: World) -> None:
    paste = paste_item(world)
    Item.objects.filter(pk=paste.pk).update(fields=less(paste, "food_type"))
    assert edit(world, paste_item(world), less(paste, "food_type", "report_no")) == 2


def test_a_merge_into_a_product_that_says_less_is_refused_where_it_cannot_be_filled(
    world: World,
) -> None:
    paste = paste_item(world)
    other = item(code="JT000000002", fields={"name": "고추장", "maker": "다른식품"})
    with pytest.raises(LabelIncomplete):
        merge_items(
            actor=world.office(),
            market_id=world.market.pk,
            item_id=paste.pk,
            into_id=other.pk,
            now=NOON,
        )
    assert paste_item(world) == paste
    assert paste_item(world).state == Item.State.ACTIVE


def test_a_split_product_says_all_that_its_goods_need(world: World) -> None:
    paste = paste_item(world)
    keys = {
        "actor": world.office(), "market_id": world.market.pk, "item_id": paste.pk,
        "offer_ids": [world.offers[PASTE].pk], "category_slug": "gochujang", "now": NOON,
    }  # fmt: skip
    fields = {**less(paste, "ingredients"), "variety": "매운맛"}
    with pytest.raises(LabelIncomplete):
        split_item(**keys, fields=fields)
    assert paste_item(world) == paste
    made = split_item(**keys, fields={**less(paste), "variety": "매운맛"})
    assert made.moved == 1


def test_a_merge_taken_back_makes_drafts_of_goods_that_lived_on_the_others_label(
    world: World,
) -> None:
    paste = paste_item(world)
    poor = item(code="JT000000002", fields={"name": "고추장"}, category_slug="gochujang")
    Item.objects.filter(pk=poor.pk).update(origin_market=world.market)
    merged = merge_items(
        actor=world.office(), market_id=world.market.pk, item_id=paste.pk, into_id=poor.pk, now=NOON
    )  # fmt: skip
    assert "ingredients" in merged.filled
    other = world.offer(
        "순창 고추장 1kg", 15_000, stall="veg", tax="taxed", category="jeotgal", net_g=1000,
        item=poor, allergens="대두", label={"maker": "가나식품", "maker_address": "전북 순창군 1"},
    )  # fmt: skip
    undo_item_change(
        actor=world.office(), market_id=world.market.pk, change_id=merged.change_id, now=NOON
    )
    assert state(world) == "on_sale"
    assert state(world, other.name) == "draft"


def test_linking_goods_on_sale_may_not_make_their_label_incomplete(world: World) -> None:
    packed = item(code="JT000000002", fields={"name": "두부", "maker": "가나식품"})
    tofu = world.offers["두부"]
    keys = {"market_id": world.market.pk, "stall_id": world.stalls["veg"].pk, "now": NOON}
    with pytest.raises(LabelIncomplete):
        link_offer(actor=world.owner("veg"), offer_id=tofu.pk, item_id=packed.pk, **keys)
    with every_market():
        assert Offer.objects.get(pk=tofu.pk).item_id is None
        Offer.objects.filter(pk=tofu.pk).update(state="hidden")
    assert link_offer(actor=world.owner("veg"), offer_id=tofu.pk, item_id=packed.pk, **keys) == packed.pk  # fmt: skip


@pytest.mark.parametrize("kind", ["back", "arrived"])
def test_what_is_said_puts_no_goods_on_sale_without_their_label(world: World, kind: Any) -> None:
    tofu = world.offers["두부"]
    with every_market():
        Offer.objects.filter(pk=tofu.pk).update(state="sold_out", allergens="")
    keys = {"market_id": world.market.pk, "stall_id": world.stalls["veg"].pk, "now": NOON}
    change = SaidChange(kind=kind, offer_id=tofu.pk)
    with pytest.raises(LabelIncomplete):
        confirm_said(actor=world.owner("veg"), changes=[change], key="k", **keys)
    assert state(world, "두부") == "sold_out"


def test_an_answer_of_the_office_makes_no_label_incomplete(world: World) -> None:
    packed = item(code="JT000000002", fields={"name": "두부", "maker": "가나식품"})
    with every_market():
        question = MatchQuestion.objects.create(
            market=world.market, offer=world.offers["두부"], line="두부", item=packed, asked_at=NOON
        )
    with pytest.raises(LabelIncomplete):
        answer_question(
            actor=world.office(), market_id=world.market.pk, question_id=question.pk,
            item_id=packed.pk, now=NOON,
        )  # fmt: skip
    with every_market():
        assert Offer.objects.get(pk=world.offers["두부"].pk).item_id is None


def test_a_price_list_hangs_goods_on_sale_on_no_product_they_lack_the_label_for(
    world: World,
) -> None:
    packed = item(
        code="JT000000002", name="두부", gtin=GTIN[:-1] + "0", fields={"name": "두부", "maker": "가나식품"}
    )  # fmt: skip
    loose = item(code="JT000000003", name="대파", fields={"name": "대파"})
    with market_scope(world.market.pk):
        tofu, leek = world.offers["두부"], world.offers["대파"]
        assert would_lose(tofu, packed)
        assert not would_lose(leek, loose)
        rows = [
            PriceImportRow(offer=tofu, item=packed, item_verdict="same"),
            PriceImportRow(offer=leek, item=loose, item_verdict="same"),
        ]
        changed = link_items(
            world.market.pk, world.stalls["veg"].pk, rows, world.owner("veg"), NOON
        )
    assert [offer.pk for offer in changed] == [leek.pk]


def test_undoing_a_list_leaves_the_origin_that_its_owner_wrote_since(world: World) -> None:
    keys: dict[str, Any] = {
        "actor": world.owner("veg"), "market_id": world.market.pk, "stall_id": world.stalls["veg"].pk, "now": NOON,
    }  # fmt: skip
    leek, radish = world.offers["대파"], world.offer("무", 2000, stall="veg", category="roots")
    with every_market():
        Offer.objects.filter(pk__in=[leek.pk, radish.pk]).update(state="hidden", origin="")
    data = "품명,규격,가격,원산지\n대파,1단,2800,국내산\n무,1개,2100,국내산\n".encode()
    read = read_price_list(**keys, data=data, file_name="a.csv")
    confirm_import(**keys, import_id=read.import_id)
    with every_market():
        assert set(Offer.objects.filter(pk__in=[leek.pk, radish.pk]).values_list("origin", "state")) == {("국내산", "on_sale")}  # fmt: skip
        Offer.objects.filter(pk=leek.pk).update(origin="국내산(진도)")
    undo_import(**keys, import_id=read.import_id)
    with every_market():
        origins = Offer.objects.filter(pk__in=[leek.pk, radish.pk]).order_by("pk")
        assert list(origins.values_list("origin", "state", "price_krw")) == [
            ("국내산(진도)", "hidden", 3000),
            ("", "hidden", 2000),
        ]


def test_a_run_over_all_goods_asks_where_a_product_would_take_a_label(world: World) -> None:
    paste = paste_item(world)
    with every_market():
        Offer.objects.filter(pk=world.offers[PASTE].pk).delete()
    Item.objects.filter(pk=paste.pk).update(fields={"name": "두부", "maker": "가나식품"})
    tofu = world.offers["두부"]
    one = Matched(
        decision_id=uuid4(), item=Item.objects.get(pk=paste.pk), verdict="same", probability=1.0,
        candidates=(), reason=Reason(ko="같아요", en="equal"), draft=draft("두부 한 모"),
    )  # fmt: skip
    with market_scope(world.market.pk), pytest.MonkeyPatch.context() as patch:
        patch.setattr("jangteo.apps.catalog.standardise.match_lines", lambda *a, **k: [one])
        went = _link(world.market.pk, [(tofu, understand("두부 한 모"))], NOON)
        assert went == {"linked": 0, "made": 0, "asked": 1, "unread": 0}
        assert MatchQuestion.objects.get(offer=tofu).item_id == paste.pk
        assert Offer.objects.get(pk=tofu.pk).item_id is None
