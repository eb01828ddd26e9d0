"""Counting what is left, and the levels against the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from jangteo.apps.catalog.errors import OfferNotFound
from jangteo.apps.stock.actions.count_stock import Counted, count_stock
from jangteo.apps.stock.actions.hold import Want, hold
from jangteo.apps.stock.actions.receive_stock import receive_stock
from jangteo.apps.stock.actions.stop_counting import stop_counting
from jangteo.apps.stock.errors import BelowReserved, NotCounted
from jangteo.apps.stock.models import StockLevel, StockMove
from jangteo.apps.stock.recompute import StockDifference, stock_differences
from jangteo.platform.errors import InvalidInput, NotAllowed
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.stall("a")
    world.stall("b")
    world.offer("대파", 3000, stall="a")
    return world


def _place(world: World, stall: str = "a") -> dict[str, Any]:
    return {
        "actor": world.owner(stall),
        "market_id": world.market.pk,
        "stall_id": world.stalls[stall].pk,
        "offer_id": world.offers["대파"].pk,
        "now": NOON,
    }


def _moves(world: World) -> list[tuple[str, int, str]]:
    with every_market():
        rows = StockMove.objects.filter(offer=world.offers["대파"]).order_by("pk")
        return list(rows.values_list("kind", "delta", "cause"))


def _hold(world: World, quantity: int) -> None:
    with market_scope(world.market.pk):
        want = Want(offer_id=world.offers["대파"].pk, name="대파", quantity=quantity, cause="t:1")
        hold(market_id=world.market.pk, wants=[want], expires_at=NOON + timedelta(minutes=10))


def _differences(world: World) -> list[StockDifference]:
    with market_scope(world.market.pk):
        return stock_differences(world.market.pk)


def test_the_first_count_switches_counting_on(world: World) -> None:
    done = count_stock(**_place(world), quantity=7)
    assert (done, done.available) == (Counted(quantity=7, reserved=0, delta=7), 7)
    assert _moves(world) == [("start", 0, "on"), ("count", 7, "")]
    level = world.level("대파")
    assert (level.is_counted, level.quantity) == (True, 7)


def test_the_same_count_again_writes_nothing_and_another_the_difference(world: World) -> None:
    count_stock(**_place(world), quantity=7)
    assert count_stock(**_place(world), quantity=7).delta == 0
    assert count_stock(**_place(world), quantity=4).delta == -3
    assert count_stock(**_place(world), quantity=0).delta == -4
    assert _moves(world)[2:] == [("count", -3, ""), ("count", -4, "")]
    assert _differences(world) == []


def test_never_below_what_is_promised(world: World) -> None:
    count_stock(**_place(world), quantity=7)
    _hold(world, 3)
    with pytest.raises(BelowReserved) as caught:
        count_stock(**_place(world), quantity=2)
    assert "3" in caught.value.message("ko")
    assert world.level("대파").quantity == 7
    done = count_stock(**_place(world), quantity=3)
    assert (done.reserved, done.available) == (3, 0)
    assert _differences(world) == []


@pytest.mark.parametrize("quantity", [-1, 100_001])
def test_impossible_counts_are_refused(world: World, quantity: int) -> None:
    with pytest.raises(InvalidInput):
        count_stock(**_place(world), quantity=quantity)
    assert _moves(world) == []


def test_receiving_adds_to_a_count_and_needs_one(world: World) -> None:
    with pytest.raises(NotCounted):
        receive_stock(**_place(world), quantity=5)
    count_stock(**_place(world), quantity=2)
    assert receive_stock(**_place(world), quantity=5).quantity == 7
    with pytest.raises(InvalidInput):
        receive_stock(**_place(world), quantity=0)
    assert _moves(world)[-1] == ("receive", 5, "")
    assert _differences(world) == []


def test_counting_stops_and_starts_again(world: World) -> None:
    count_stock(**_place(world), quantity=7)
    stop_counting(**_place(world))
    stop_counting(**_place(world))
    assert not world.level("대파").is_counted
    assert _moves(world)[2:] == [("start", 0, "off")]
    assert count_stock(**_place(world), quantity=7).delta == 0
    assert world.level("대파").is_counted
    assert _moves(world)[3:] == [("start", 0, "on"), ("count", 0, "")]
    assert _differences(world) == []


def test_another_stall_cannot_count(world: World) -> None:
    with pytest.raises(OfferNotFound):
        count_stock(**_place(world, "b"), quantity=1)
    with pytest.raises(NotAllowed):
        count_stock(**{**_place(world), "actor": world.owner("b")}, quantity=1)
    assert _moves(world) == []


def test_a_level_that_left_its_ledger_is_found(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    count_stock(**_place(world), quantity=7)
    _hold(world, 2)
    with every_market():
        StockLevel.objects.update(quantity=9, reserved=1)
    with market_scope(world.market.pk), django_assert_num_queries(3):
        found = stock_differences(world.market.pk)
    assert found == [
        StockDifference(
            offer_id=world.offers["대파"].pk,
            quantity=9,
            quantity_by_moves=7,
            reserved=1,
            reserved_by_holds=2,
        )
    ]
