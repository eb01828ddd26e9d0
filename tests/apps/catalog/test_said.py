"""Prices that an owner says: shown first, done when she agrees, taken back one by one; paid orders keep theirs."""

from __future__ import annotations

from typing import Any

import pytest

from jangteo.apps.catalog.actions.confirm_import import confirm_import
from jangteo.apps.catalog.actions.say_prices import SaidChange, confirm_said, say_prices
from jangteo.apps.catalog.actions.undo_price_change import undo_price_change
from jangteo.apps.catalog.errors import OfferNotFound, PriceJump, SaidMeanwhile
from jangteo.apps.catalog.import_queries import import_piles
from jangteo.apps.catalog.models import Offer, PriceChange, PriceImport
from jangteo.apps.catalog.said import SaidThing
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import OrderLine
from jangteo.platform.errors import InvalidInput, NotAllowed
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, make_world, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.stall("a")
    world.stall("b")
    world.offer("대파", 3000, stall="a", unit="한 단")
    world.offer("배추", 4000, stall="a", unit="1포기")
    world.offer("딸기", 8000, stall="a", unit="1팩")
    world.offer("숨은 대파", 3000, stall="a", unit="한 단", state="hidden")
    return world


def _place(world: World, stall: str = "a") -> dict[str, Any]:
    return {
        "actor": world.owner(stall),
        "market_id": world.market.pk,
        "stall_id": world.stalls[stall].pk,
        "now": NOON,
    }


def _say(world: World, text: str) -> tuple[SaidThing, ...]:
    return say_prices(**_place(world), text=text)


def _agreed(thing: SaidThing, **more: Any) -> SaidChange:
    (one,) = thing.choices
    return SaidChange(
        kind=thing.kind,  # type: ignore[arg-type]
        offer_id=one.offer_id,
        name=one.name,
        unit=one.unit,
        price_krw=one.after_krw,
        before_krw=one.before_krw,
        **more,
    )


def _now(world: World, name: str) -> Offer:
    with every_market():
        return Offer.objects.get(pk=world.offers[name].pk)


def test_saying_writes_nothing_and_shows_before_and_after(world: World) -> None:
    (leek, strawberry) = _say(world, "오늘 대파 한 단 삼천오백 원, 딸기는 품절")
    (choice,) = leek.choices
    assert (leek.is_certain, choice.before_krw, choice.after_krw) == (True, 3000, 3500)
    assert (strawberry.kind, strawberry.choices[0].offer_id) == (
        "sold_out",
        world.offers["딸기"].pk,
    )
    with every_market():
        assert PriceChange.objects.count() == 0


def test_what_she_agrees_to_is_done_once_and_undone_one_by_one(world: World) -> None:
    things = _say(world, "대파 삼천오백 원 배추 오백 원 올려줘 딸기 품절")
    changes = [_agreed(thing) for thing in things]
    first = confirm_said(**_place(world), changes=changes, key="k1")
    again = confirm_said(**_place(world), changes=changes, key="k1")
    assert [(d.name, d.before_krw, d.after_krw) for d in first.done] == [
        ("대파", 3000, 3500),
        ("배추", 4000, 4500),
        ("딸기", 8000, 8000),
    ]
    assert [d.change_id for d in again.done] == [None, None, None]
    with every_market():
        assert list(PriceChange.objects.values_list("channel", flat=True)) == ["voice", "voice"]
    assert _now(world, "딸기").state == "sold_out"
    undo_price_change(**_place(world), change_id=first.done[0].change_id or 0)
    assert (_now(world, "대파").price_krw, _now(world, "배추").price_krw) == (3000, 4500)


def test_a_paid_order_keeps_its_price(world: World) -> None:
    buyer = shopper()
    placed = world.place(buyer, Wanted(offer_id=world.offers["대파"].pk, quantity=2))
    world.pay(buyer, placed)
    (thing,) = _say(world, "대파 삼천오백 원")
    confirm_said(**_place(world), changes=[_agreed(thing)], key="k1")
    with every_market():
        line = OrderLine.objects.get(part__order_id=placed.order_id)
    assert (line.unit_price_krw, _now(world, "대파").price_krw) == (3000, 3500)


def test_a_large_change_is_agreed_to_twice(world: World) -> None:
    (thing,) = _say(world, "대파 만 원")
    assert thing.choices[0].is_jump
    with pytest.raises(PriceJump):
        confirm_said(**_place(world), changes=[_agreed(thing)], key="k")
    assert _now(world, "대파").price_krw == 3000
    confirm_said(**_place(world), changes=[_agreed(thing, confirmed=True)], key="k")
    assert _now(world, "대파").price_krw == 10000


def test_a_price_changed_meanwhile_is_not_overwritten_and_nothing_is_half_done(
    world: World,
) -> None:
    things = _say(world, "대파 삼천오백 원 배추 오천원")
    with every_market():
        Offer.objects.filter(pk=world.offers["배추"].pk).update(price_krw=4200)
    with pytest.raises(SaidMeanwhile):
        confirm_said(**_place(world), changes=[_agreed(t) for t in things], key="k")
    assert _now(world, "대파").price_krw == 3000


def test_new_goods_become_a_list_that_asks_what_they_lack(world: World) -> None:
    (thing,) = _say(world, "두릅 한 단 오천원")
    place = _place(world)
    said = confirm_said(**place, changes=[_agreed(thing)], key="k")
    again = confirm_said(**place, changes=[_agreed(thing)], key="k")
    assert said.import_id is not None
    assert said.import_id == again.import_id
    with market_scope(world.market.pk):
        piles = import_piles(world.market.pk, world.stalls["a"].pk, said.import_id)
        assert PriceImport.objects.get(pk=said.import_id).source == "text"
    assert [(r.name, r.unit, r.price_krw) for r in piles.new] == [("두릅", "1단", 5000)]
    assert [r.name for r in piles.origin_question] == ["두릅"]
    assert confirm_import(**place, import_id=said.import_id).drafts == 1


def test_arrived_goods_are_sold_again(world: World) -> None:
    with every_market():
        Offer.objects.filter(pk=world.offers["딸기"].pk).update(state="sold_out")
    (thing,) = _say(world, "딸기 들어왔어요")
    confirm_said(**_place(world), changes=[_agreed(thing)], key="k")
    assert (_now(world, "딸기").state, str(_now(world, "딸기").arrived_on)) == (
        "on_sale",
        "2026-11-21",
    )


def test_strangers_goods_and_empty_words_are_refused(world: World) -> None:
    (thing,) = _say(world, "대파 삼천오백 원")
    with pytest.raises(OfferNotFound):
        confirm_said(**_place(world, "b"), changes=[_agreed(thing)], key="k")
    with pytest.raises(NotAllowed):
        confirm_said(
            **{**_place(world), "actor": world.owner("b")}, changes=[_agreed(thing)], key="k"
        )
    with pytest.raises(InvalidInput):
        _say(world, "   ")
    with pytest.raises(InvalidInput):
        confirm_said(**_place(world), changes=[], key="k")
    assert _say(world, "대파 얼마예요") == ()
