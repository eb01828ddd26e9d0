"""Items are edited, merged, split, retired and all of it taken back; offers, carts and orders never notice."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from jangteo.apps.catalog.actions.edit_item import edit_item
from jangteo.apps.catalog.actions.link_offer import link_offer
from jangteo.apps.catalog.actions.merge_items import merge_items
from jangteo.apps.catalog.actions.retire_item import retire_item
from jangteo.apps.catalog.actions.split_item import split_item
from jangteo.apps.catalog.actions.undo_item_change import undo_item_change
from jangteo.apps.catalog.items import current, find_candidates, members
from jangteo.apps.catalog.items.errors import (
    BarcodeTaken,
    ChangeNotFound,
    ItemChanged,
    ItemNotActive,
    ItemShared,
    NoOffersChosen,
    SameItem,
    UndoLaterFirst,
)
from jangteo.apps.catalog.items.resolving import MergedInCircle, current_many
from jangteo.apps.catalog.models import Item, ItemVersion, MatchAnswer, Offer
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import OrderLine
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.catalog.items.goods import item
from tests.world import NOON, World, make_world, shopper

pytestmark = pytest.mark.django_db

CODE = "08801234567893"


def what(of: Item) -> dict[str, Any]:
    """All of an item but its version and when it was written."""
    row = Item.objects.get(pk=of.pk)
    left_out = ("version", "updated_at", "_state")
    return {key: value for key, value in vars(row).items() if key not in left_out}


def linked(world: World, name: str, to: Item, stall: str = "fruit") -> Offer:
    offer = world.offer(name, 1000, stall=stall)
    link_offer(
        actor=world.owner(stall),
        market_id=world.market.pk,
        stall_id=world.stalls[stall].pk,
        offer_id=offer.pk,
        item_id=to.pk,
        now=NOON,
    )
    return offer


def merge(world: World, one: Item, into: Item) -> int:
    return merge_items(
        actor=world.office(), market_id=world.market.pk, item_id=one.pk, into_id=into.pk, now=NOON
    ).change_id


def undo(world: World, change: int) -> Any:
    return undo_item_change(
        actor=world.office(), market_id=world.market.pk, change_id=change, now=NOON
    )


@pytest.fixture
def world() -> World:
    made = make_world()
    made.stall("fruit")
    return made


def test_an_edit_is_a_version_with_provenance_of_what_changed(world: World) -> None:
    one = item(world, "사과 부사 5kg")
    version = edit_item(
        actor=world.office(), market_id=world.market.pk, item_id=one.pk, seen_version=1,
        fields={**one.fields, "grade": "특"}, category_slug=one.category_slug, now=NOON,
    )  # fmt: skip
    one.refresh_from_db()
    assert (version, one.version, one.fields["grade"]) == (2, 2, "특")
    assert one.provenance["grade"]["source"] == "person"
    assert one.provenance["grade"]["by"] == "office"
    assert one.provenance["variety"]["text"] == "부사"
    rows = ItemVersion.objects.filter(item=one).order_by("version")
    assert [(r.version, r.what) for r in rows] == [(1, "create"), (2, "edit")]
    assert [c.item.pk for c in find_candidates({"name": "사과", "variety": "부사", "grade": "특"})]


def test_saving_what_is_there_writes_nothing(world: World) -> None:
    one = item(world, "사과 부사 5kg")
    version = edit_item(
        actor=world.office(), market_id=world.market.pk, item_id=one.pk, seen_version=1,
        fields=one.fields, category_slug=one.category_slug, now=NOON,
    )  # fmt: skip
    assert version == 1


def test_an_edit_over_somebody_elses_edit_is_refused(world: World) -> None:
    one = item(world, "사과 부사 5kg")
    args: dict[str, Any] = {
        "actor": world.office(), "market_id": world.market.pk, "item_id": one.pk,
        "category_slug": one.category_slug, "now": NOON,
    }  # fmt: skip
    edit_item(seen_version=1, fields={**one.fields, "grade": "특"}, **args)
    with pytest.raises(ItemChanged):
        edit_item(seen_version=1, fields={**one.fields, "grade": "상"}, **args)
    assert Item.objects.get(pk=one.pk).fields["grade"] == "특"


def test_a_barcode_belongs_to_one_item(world: World) -> None:
    item(world, f"순창고추장 3kg {CODE[1:]}")
    other = item(world, "된장 1kg")
    with pytest.raises(BarcodeTaken):
        edit_item(
            actor=world.office(), market_id=world.market.pk, item_id=other.pk, seen_version=1,
            fields={**other.fields, "gtin": CODE}, category_slug=other.category_slug, now=NOON,
        )  # fmt: skip


def test_an_office_leaves_items_that_other_markets_use_to_the_operator(world: World) -> None:
    other = make_world()
    other.stall("fruit")
    one, two = item(world, "사과 부사 5kg"), item(world, "사과 부사 3kg")
    linked(other, "부사", one)
    with pytest.raises(ItemShared):
        merge(world, one, two)
    with pytest.raises(ItemShared):
        retire_item(actor=world.office(), market_id=world.market.pk, item_id=one.pk, now=NOON)
    with pytest.raises(ItemShared):
        edit_item(
            actor=world.office(), market_id=world.market.pk, item_id=one.pk, seen_version=1,
            fields={"name": "배"}, category_slug="", now=NOON,
        )  # fmt: skip
    with pytest.raises(ItemShared):
        merge(other, two, one)
    from_operator = merge_items(
        actor=Actor.system(), market_id=None, item_id=one.pk, into_id=two.pk, now=NOON
    )
    assert current(one).pk == two.pk
    with pytest.raises(ChangeNotFound):
        undo(world, from_operator.change_id)


def test_a_merge_into_an_item_of_others_leaves_that_item_as_it_is(world: World) -> None:
    other = make_world()
    other.stall("fruit")
    mine, shared = item(world, f"사과 부사 5kg 특 {CODE[1:]}"), item(other, "사과 부사 5kg")
    linked(other, "부사", shared)
    before = what(shared)
    merge(world, mine, shared)
    assert what(shared) == before
    assert [c.item.pk for c in find_candidates({"gtin": CODE})] == [shared.pk]


def test_a_merge_moves_no_offer_and_is_followed(world: World) -> None:
    one, two, three = (item(world, f"사과 부사 {n}kg") for n in (3, 5, 10))
    offer = linked(world, "부사", one)
    merge(world, one, two)
    merge(world, two, three)
    with every_market():
        assert Offer.objects.get(pk=offer.pk).item_id == one.pk
    assert current(one).pk == current(two).pk == three.pk
    assert members(three.pk) == [one.pk, two.pk, three.pk]
    assert find_candidates({"name": "사과", "net_g": 3000})[0].item.pk == three.pk


def test_a_merge_takes_over_what_is_missing_and_its_undo_is_exact(world: World) -> None:
    coded = item(world, f"사과 5kg 특 {CODE[1:]}")
    into = item(world, "사과 부사 5kg")
    before = what(coded), what(into)
    change = merge_items(
        actor=world.office(), market_id=world.market.pk, item_id=coded.pk, into_id=into.pk,
        reason="같은 사과", now=NOON,
    )  # fmt: skip
    assert set(change.filled) >= {"gtin", "grade"}
    into.refresh_from_db()
    assert (into.gtin, into.fields["grade"]) == (CODE, "특")
    assert into.provenance["grade"]["from"] == coded.code
    undo(world, change.change_id)
    assert (what(coded), what(into)) == before
    for one in (coded, into):
        versions = ItemVersion.objects.filter(item=one).order_by("version")
        assert [row.version for row in versions] == [1, 2, 3]
        assert [row.what for row in versions] == ["create", "merge", "undo"]


def test_a_second_undo_changes_nothing(world: World) -> None:
    one, two = item(world, "사과 부사 5kg"), item(world, "사과 홍로 5kg")
    change = merge(world, one, two)
    first = undo(world, change)
    after = what(one), what(two)
    assert undo(world, change) == first
    assert (what(one), what(two)) == after


def test_a_field_that_was_edited_since_stays_at_undo(world: World) -> None:
    one, two = item(world, "사과 5kg 특"), item(world, "사과 부사 5kg")
    change = merge(world, one, two)
    two.refresh_from_db()
    edit_item(
        actor=world.office(), market_id=world.market.pk, item_id=two.pk, seen_version=two.version,
        fields={**two.fields, "grade": "상"}, category_slug=two.category_slug, now=NOON,
    )  # fmt: skip
    assert undo(world, change).kept == ("grade",)
    two.refresh_from_db()
    assert two.fields["grade"] == "상"


def test_merging_what_is_merged_or_the_same_is_refused(world: World) -> None:
    one, two = item(world, "사과 부사 5kg"), item(world, "사과 홍로 5kg")
    with pytest.raises(SameItem):
        merge(world, one, one)
    merge(world, one, two)
    with pytest.raises(ItemNotActive):
        merge(world, two, one)
    with pytest.raises(ItemNotActive):
        merge(world, one, two)


def test_undo_goes_from_the_last_change_to_the_first(world: World) -> None:
    one, two, three = (item(world, f"사과 부사 {n}kg") for n in (3, 5, 10))
    before = what(one), what(two), what(three)
    first, second = merge(world, one, two), merge(world, two, three)
    with pytest.raises(UndoLaterFirst):
        undo(world, first)
    undo(world, second)
    undo(world, first)
    assert (what(one), what(two), what(three)) == before


def test_a_split_moves_the_chosen_offers_and_undo_brings_them_back(world: World) -> None:
    one = item(world, "사과 부사 5kg")
    stays, goes = linked(world, "부사", one), linked(world, "홍로", one)
    before = what(one)
    made = split_item(
        actor=world.office(), market_id=world.market.pk, item_id=one.pk, offer_ids=[goes.pk],
        fields={**one.fields, "variety": "홍로"}, category_slug=one.category_slug, now=NOON,
    )  # fmt: skip
    after = linked(world, "홍로2", Item.objects.get(pk=made.item_id))
    with every_market():
        now = {o.pk: o.item_id for o in Offer.objects.all()}
    assert now == {stays.pk: one.pk, goes.pk: made.item_id, after.pk: made.item_id}
    assert undo(world, made.change_id).back == 1
    with every_market():
        now = {o.pk: o.item_id for o in Offer.objects.all()}
    assert (now[stays.pk], now[goes.pk]) == (one.pk, one.pk)
    assert current_many([now[after.pk] or 0])[made.item_id].pk == one.pk
    assert what(one) == before


def test_a_split_needs_this_markets_own_offers(world: World) -> None:
    other = make_world()
    other.stall("fruit")
    one = item(world, "사과 부사 5kg")
    linked(world, "부사", one)
    theirs = linked(other, "홍로", one)
    for chosen in ([], [theirs.pk], [10**9]):
        with pytest.raises(NoOffersChosen):
            split_item(
                actor=world.office(), market_id=world.market.pk, item_id=one.pk, offer_ids=chosen,
                fields={"name": "사과", "variety": "홍로"}, category_slug="", now=NOON,
            )  # fmt: skip
    assert Item.objects.count() == 1


def test_a_retired_item_is_matched_no_more_and_offers_keep_it(world: World) -> None:
    one = item(world, "사과 부사 5kg")
    offer = linked(world, "부사", one)
    retire_item(actor=world.office(), market_id=world.market.pk, item_id=one.pk, now=NOON)
    assert find_candidates(one.fields) == []
    with every_market():
        assert Offer.objects.get(pk=offer.pk).item_id == one.pk
    retire_item(
        actor=world.office(), market_id=world.market.pk, item_id=one.pk, is_retired=False, now=NOON
    )
    assert [c.item.pk for c in find_candidates(one.fields)] == [one.pk]


def test_an_order_keeps_its_name_and_price_through_merge_and_split(world: World) -> None:
    one, two = item(world, "사과 부사 5kg"), item(world, "사과 홍로 5kg")
    offer = linked(world, "부사 한 상자", one)
    placed = world.place(shopper(), Wanted(offer_id=offer.pk, quantity=2))

    def lines() -> list[tuple[str, int]]:
        with market_scope(world.market.pk):
            found = OrderLine.objects.filter(part__order_id=placed.order_id)
            return [(line.name, line.unit_price_krw) for line in found]

    before = lines()
    change = merge(world, one, two)
    assert lines() == before == [("부사 한 상자", 1000)]
    undo(world, change)
    assert lines() == before


def test_a_merge_and_a_split_teach_the_matcher(world: World) -> None:
    one, two = item(world, "사과 부사 5kg"), item(world, "사과(후지) 5kg")
    if one.pk == two.pk:
        two = item(world, "사과 홍로 5kg")
    merge(world, one, two)
    with market_scope(world.market.pk):
        answer = MatchAnswer.objects.get()
    assert (answer.source, answer.is_same, answer.item_id, answer.role) == (
        "merge", True, two.pk, "office",
    )  # fmt: skip


def test_a_circle_made_by_hand_is_an_error_not_an_endless_loop(world: World) -> None:
    one, two = item(world, "사과 부사 5kg"), item(world, "사과 홍로 5kg")
    Item.objects.filter(pk=one.pk).update(merged_into=two, state="merged")
    Item.objects.filter(pk=two.pk).update(merged_into=one, state="merged")
    with pytest.raises(MergedInCircle):
        current(one)


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_never_point_at_each_other() -> None:
    world = make_world()
    one, two = item(world, "사과 부사 5kg"), item(world, "사과 홍로 5kg")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def run(a: Item, b: Item, office: Any) -> None:
        start.wait()
        try:
            merge_items(
                actor=office, market_id=world.market.pk, item_id=a.pk, into_id=b.pk, now=NOON
            )
            outcomes.append("merged")
        except ItemNotActive:
            outcomes.append("refused")
        finally:
            connection.close()

    offices = world.office(), world.office()
    threads = [
        threading.Thread(target=run, args=(one, two, offices[0])),
        threading.Thread(target=run, args=(two, one, offices[1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["merged", "refused"]
    assert current(one).pk == current(two).pk
