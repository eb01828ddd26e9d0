"""A question to the shopper that is still open when the goods reach the hub or the office steps in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jangteo.apps.fulfilment.actions.hub import check_arrival
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.cancel_order import cancel_order, refund_lines
from jangteo.apps.orders.actions.place_order import PlacedOrder, Wanted
from jangteo.apps.orders.actions.sweep import sweep
from jangteo.apps.orders.errors import QuestionOpen
from jangteo.apps.orders.models import Order, OrderLine, StallOrder, Substitution
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, four_stalls, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return four_stalls()


def _asked(world: World, units: int = 2) -> tuple[PlacedOrder, StallOrder, OrderLine]:
    """An order of one stall whose only line ran out; the shopper is being asked."""
    buyer = shopper()
    placed = world.place(
        buyer,
        Wanted(
            offer_id=world.offers["대파"].pk, quantity=units, substitution=Substitution.CALL
        ),
    )  # fmt: skip
    world.pay(buyer, placed)
    with every_market():
        line = OrderLine.objects.get(part__order_id=placed.order_id)
        part = StallOrder.objects.get(order_id=placed.order_id)
    answer_part(
        actor=world.office(),
        stall_id=part.stall_id,
        part_id=part.pk,
        available={line.pk: 0},
        **_at(world, placed),
    )
    return placed, part, line


def _at(world: World, placed: PlacedOrder) -> dict[str, Any]:
    return {"market_id": world.market.pk, "order_id": placed.order_id, "now": NOON}


def test_a_part_is_not_checked_off_and_its_order_not_ready_while_the_shopper_is_asked(
    world: World,
) -> None:
    placed, part, _line = _asked(world)
    office = world.office()
    with pytest.raises(QuestionOpen):
        check_arrival(actor=office, part_id=part.pk, **_at(world, placed))
    with every_market():
        assert Order.objects.get(pk=placed.order_id).state == "paid"
    sweep(NOON + timedelta(minutes=11))
    with every_market():
        assert Order.objects.get(pk=placed.order_id).state == "cancelled"


def test_what_is_asked_about_is_not_there_and_never_goes_back_on_the_shelf(world: World) -> None:
    placed, _part, _line = _asked(world)
    assert world.level("대파").quantity == 0
    cancel_order(actor=world.office(), reason="x", **_at(world, placed))
    assert world.level("대파").quantity == 0


def test_some_units_refunded_leave_the_question_open_for_the_rest(world: World) -> None:
    placed, _part, line = _asked(world, units=3)
    refund_lines(actor=world.office(), left={line.pk: 1}, reason="x", **_at(world, placed))
    with every_market():
        line.refresh_from_db()
    assert (line.state, line.remaining) == ("asking", 1)
    assert sweep(NOON + timedelta(minutes=11))["closed_questions"] == 1
    with every_market():
        order = Order.objects.get(pk=placed.order_id)
    assert (order.state, order.refunded_krw) == ("cancelled", order.total_krw)
