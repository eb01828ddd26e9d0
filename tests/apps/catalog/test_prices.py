"""Prices and states of offers, and the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from jangteo.apps.catalog.actions.add_offer import add_offer
from jangteo.apps.catalog.actions.change_price import ChangedPrice, change_price
from jangteo.apps.catalog.actions.edit_offer import edit_offer
from jangteo.apps.catalog.actions.hide_offer import hide_offer
from jangteo.apps.catalog.actions.mark_arrived_today import mark_arrived_today
from jangteo.apps.catalog.actions.mark_on_sale import mark_on_sale
from jangteo.apps.catalog.actions.mark_sold_out import mark_sold_out
from jangteo.apps.catalog.actions.mark_today_only import mark_today_only
from jangteo.apps.catalog.actions.set_picture import set_picture
from jangteo.apps.catalog.actions.undo_price_change import undo_price_change
from jangteo.apps.catalog.drafts import OfferDraft, offer_draft
from jangteo.apps.catalog.errors import (
    CategoryNotFound,
    OfferNotFound,
    PriceJump,
    PriceOutOfBounds,
    TooLateToUndo,
)
from jangteo.apps.catalog.models import Offer, PriceChange
from jangteo.apps.catalog.queries import price_history
from jangteo.platform.errors import InvalidInput, NotAllowed
from jangteo.platform.files import PictureRefused
from jangteo.platform.models import OutboxEvent
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.stall("a")
    world.stall("b")
    world.offer("대파", 3000, stall="a", unit="1단")
    return world


def _place(world: World, name: str = "대파", stall: str = "a") -> dict[str, Any]:
    return {
        "actor": world.owner(stall),
        "market_id": world.market.pk,
        "stall_id": world.stalls[stall].pk,
        "offer_id": world.offers[name].pk,
        "now": NOON,
    }


def _offer(world: World, name: str = "대파") -> Offer:
    with every_market():
        return Offer.objects.get(pk=world.offers[name].pk)


def test_a_change_is_kept_with_who_when_and_what_was_before(world: World) -> None:
    place = _place(world)
    done = change_price(**place, price_krw=3500, channel="api")
    assert (done.before_krw, done.after_krw) == (3000, 3500)
    with every_market():
        [change] = price_history(world.market.pk, world.offers["대파"].pk)
    assert (change.pk, change.before_krw, change.after_krw) == (done.change_id, 3000, 3500)
    assert (change.by_id, change.channel, change.at) == (place["actor"].person_id, "api", NOON)
    assert _offer(world).price_krw == 3500
    with every_market():
        topics = OutboxEvent.objects.values_list("topic", flat=True)
        assert sorted(topics) == [f"market:{world.market.pk}", f"stall:{world.stalls['a'].pk}"]


def test_the_same_price_again_writes_nothing(world: World) -> None:
    done = change_price(**_place(world), price_krw=3000)
    assert done == ChangedPrice(change_id=None, before_krw=3000, after_krw=3000)
    with every_market():
        assert PriceChange.objects.count() == 0


@pytest.mark.parametrize("price", [0, -1, -3000, 10_000_001])
def test_impossible_prices_are_refused_even_when_confirmed(world: World, price: int) -> None:
    with pytest.raises(PriceOutOfBounds):
        change_price(**_place(world), price_krw=price, confirmed=True)
    assert _offer(world).price_krw == 3000


@pytest.mark.parametrize(
    ("price", "asks"), [(9000, False), (9001, True), (1000, False), (999, True)]
)
def test_a_jump_asks_and_names_both_prices(world: World, price: int, asks: bool) -> None:
    if asks:
        with pytest.raises(PriceJump) as caught:
            change_price(**_place(world), price_krw=price)
        assert "3,000원에서 " + f"{price:,}원" in caught.value.message("ko")
        assert "3,000 won to " + f"{price:,} won" in caught.value.message("en")
        assert _offer(world).price_krw == 3000
    change_price(**_place(world), price_krw=price, confirmed=True)
    assert _offer(world).price_krw == price


class TestUndo:
    def _change(self, world: World) -> tuple[dict[str, Any], int]:
        place = _place(world)
        change_id = change_price(**place, price_krw=3500).change_id
        assert change_id is not None
        del place["offer_id"]
        return place, change_id

    def test_goes_back_within_ten_minutes_and_keeps_both_in_the_history(self, world: World) -> None:
        place, change_id = self._change(world)
        place["now"] = NOON + timedelta(minutes=10)
        undone = undo_price_change(**place, change_id=change_id)
        assert (undone.before_krw, undone.after_krw) == (3500, 3000)
        assert _offer(world).price_krw == 3000
        with every_market():
            assert PriceChange.objects.count() == 2
        with pytest.raises(TooLateToUndo):  # twice: the undo is the last change now
            undo_price_change(**place, change_id=change_id)
        assert _offer(world).price_krw == 3000

    def test_not_later_and_not_over_a_newer_price(self, world: World) -> None:
        place, change_id = self._change(world)
        late = {**place, "now": NOON + timedelta(minutes=10, seconds=1)}
        with pytest.raises(TooLateToUndo):
            undo_price_change(**late, change_id=change_id)
        change_price(**_place(world), price_krw=3700)
        with pytest.raises(TooLateToUndo):
            undo_price_change(**place, change_id=change_id)
        assert _offer(world).price_krw == 3700

    def test_another_stall_cannot(self, world: World) -> None:
        _, change_id = self._change(world)
        place = _place(world, stall="b")
        del place["offer_id"]
        with pytest.raises(OfferNotFound):
            undo_price_change(**place, change_id=change_id)
        assert _offer(world).price_krw == 3500


def test_states_are_one_tap_each_and_idempotent(world: World) -> None:
    place = _place(world)
    for act, state in (
        (mark_sold_out, "sold_out"),
        (mark_sold_out, "sold_out"),
        (mark_on_sale, "on_sale"),
        (hide_offer, "hidden"),
        (mark_on_sale, "on_sale"),
    ):
        act(**place)
        assert _offer(world).state == state
    with every_market():
        assert OutboxEvent.objects.count() == 2 * 4


def test_marks_of_the_day_are_korean_days(world: World) -> None:
    place = _place(world)
    place["now"] = NOON.replace(hour=15)  # midnight in Seoul: already the 22nd
    mark_arrived_today(**place)
    mark_today_only(**place)
    offer = _offer(world)
    assert (offer.arrived_on, offer.today_only_on) == (date(2026, 11, 22), date(2026, 11, 22))
    mark_arrived_today(**place, is_on=False)
    mark_today_only(**place, is_on=False)
    offer = _offer(world)
    assert (offer.arrived_on, offer.today_only_on) == (None, None)


def test_another_stalls_goods_are_out_of_reach(world: World) -> None:
    with pytest.raises(NotAllowed):
        change_price(**{**_place(world), "actor": world.owner("b")}, price_krw=1)
    with pytest.raises(OfferNotFound):
        change_price(**_place(world, stall="b"), price_krw=3100)
    with pytest.raises(OfferNotFound):
        mark_sold_out(**_place(world, stall="b"))
    assert _offer(world).price_krw == 3000


class TestDraft:
    def _add(self, world: World, draft: OfferDraft, price: int = 1000) -> Offer:
        place = _place(world)
        del place["offer_id"]
        added = add_offer(**place, draft=draft, price_krw=price)
        with every_market():
            return Offer.objects.get(pk=added.offer_id)

    def test_new_goods_have_a_readable_address_and_a_first_price(self, world: World) -> None:
        draft = OfferDraft(
            name="  햇  감자 ", unit="1kg", tax="exempt", net_g=1000, category_slug="vegetable"
        )
        first, second = self._add(world, draft), self._add(world, draft)
        assert (first.name, first.slug, second.slug) == ("햇 감자", "햇-감자-1kg", "햇-감자-1kg-2")
        with every_market():
            [change] = price_history(world.market.pk, first.pk)
            assert (change.before_krw, change.after_krw) == (None, 1000)
            assert Offer.objects.select_related("category").get(pk=first.pk).category is not None

    def test_weighed_goods_are_sold_by_100_g(self, world: World) -> None:
        draft = OfferDraft(name="삼겹살", unit="1근", net_g=600, tax="exempt", is_weighed=True)
        offer = self._add(world, draft)
        assert (offer.unit, offer.net_g, offer.is_weighed) == ("100g", 100, True)

    def test_an_edit_leaves_price_and_address(self, world: World) -> None:
        before = _offer(world)
        with every_market():
            draft = offer_draft(before)
        assert draft.category_slug == "vegetable"
        edit_offer(**_place(world), draft=replace(draft, name="흙대파", origin="전남 진도"))
        after = _offer(world)
        assert (after.name, after.origin) == ("흙대파", "전남 진도")
        assert (after.price_krw, after.slug, after.state) == (3000, before.slug, "on_sale")

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"name": ""}, InvalidInput),
            ({"tax": ""}, InvalidInput),
            ({"tax": "maybe"}, InvalidInput),
            ({"net_g": 0}, InvalidInput),
            ({"category_slug": "nothing"}, CategoryNotFound),
        ],
    )
    def test_refusals_change_nothing(
        self, world: World, change: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            self._add(world, replace(OfferDraft(name="무", tax="exempt"), **change))
        with pytest.raises(PriceOutOfBounds):
            self._add(world, OfferDraft(name="무", tax="exempt"), price=0)
        with every_market():
            assert Offer.objects.count() == 1


def test_a_picture_must_be_one(world: World) -> None:
    with pytest.raises(PictureRefused):
        set_picture(**_place(world), data=b"<svg/>")
    assert _offer(world).picture == ""
    assert set_picture(**_place(world), data=b"") == ""
