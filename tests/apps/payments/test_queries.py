"""What a stall owner reads of her money adds up, to the won, before and after refunds and fee changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jangteo.apps.fulfilment.actions.hub import check_arrival, hand_to_shopper
from jangteo.apps.markets.models import Market
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.cancel_order import refund_lines
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import OrderLine
from jangteo.apps.orders.queries import order_view
from jangteo.apps.orders.views import OrderView
from jangteo.apps.payments.actions.settle import settle_market
from jangteo.apps.payments.queries import (
    coming_money,
    money_of_days,
    net_of_part,
    net_preview,
    settlement_detail,
    settlements_of_stall,
)
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import NotFound
from jangteo.platform.tenancy import market_scope
from tests.world import NOON, World, four_stalls, shopper

pytestmark = pytest.mark.django_db
TODAY = seoul_day(NOON)


@pytest.fixture
def world() -> World:
    return four_stalls()


def _sell(world: World, **units: int) -> OrderView:
    """A paid order, accepted by its stall."""
    buyer = shopper()
    wanted = [Wanted(offer_id=world.offers[n].pk, quantity=q) for n, q in units.items()]
    placed = world.place(buyer, *wanted)
    world.pay(buyer, placed)
    with market_scope(world.market.pk):
        return order_view(world.market.pk, placed.order_id)


def _hand_over(world: World, order: OrderView) -> None:
    office = world.office()
    for part in order.open_parts:
        answer_part(
            actor=office,
            market_id=world.market.pk,
            stall_id=part.stall_id,
            order_id=order.order_id,
            part_id=part.part_id,
            available={},
            now=NOON,
        )
        check_arrival(
            actor=office,
            market_id=world.market.pk,
            order_id=order.order_id,
            part_id=part.part_id,
            now=NOON,
        )
    with market_scope(world.market.pk):
        code = order_view(world.market.pk, order.order_id).pickup_code
    hand_to_shopper(
        actor=office,
        market_id=world.market.pk,
        order_id=order.order_id,
        pickup_code=code,
        now=NOON,
    )


def _refund(world: World, order: OrderView, left: int) -> None:
    with market_scope(world.market.pk):
        line = OrderLine.objects.filter(part__order_id=order.order_id).earliest("pk")
    refund_lines(
        actor=world.office(),
        market_id=world.market.pk,
        order_id=order.order_id,
        left={line.pk: left},
        reason="시들었어요",
        now=NOON + timedelta(days=1),
    )


def test_a_preview_is_what_the_books_will_say(world: World) -> None:
    net = net_preview(world.market, 5490, TODAY)
    assert (net.commission_krw, net.card_fee_krw, net.net_krw) == (164, 120, 5206)
    assert net.pay_on == date(2026, 11, 24)


def test_the_net_of_a_part_keeps_the_terms_of_its_sale(world: World) -> None:
    order = _sell(world, 대파=2)
    Market.objects.filter(pk=world.market.pk).update(commission_bp=1000, payout_days=9)
    with market_scope(world.market.pk):
        net = net_of_part(order.parts[0], TODAY)
    assert (net.goods_krw, net.commission_krw, net.card_fee_krw) == (5000, 150, 110)
    assert (net.net_krw, net.pay_on) == (4740, date(2026, 11, 24))


def test_an_unpaid_part_has_no_net(world: World) -> None:
    placed = world.place(shopper(), Wanted(offer_id=world.offers["대파"].pk, quantity=1))
    with market_scope(world.market.pk):
        part = order_view(world.market.pk, placed.order_id).parts[0]
        with pytest.raises(NotFound):
            net_of_part(part, TODAY)


def test_days_show_each_rate_and_add_up(world: World) -> None:
    _sell(world, 대파=2)
    Market.objects.filter(pk=world.market.pk).update(commission_bp=500)
    second = _sell(world, 쪽파=3)
    _hand_over(world, second)
    _refund(world, second, left=1)
    stall = world.stalls["vegetable"].pk
    with market_scope(world.market.pk):
        today = money_of_days(world.market.pk, stall, TODAY, TODAY)
        both = money_of_days(world.market.pk, stall, TODAY, TODAY + timedelta(days=1))
    assert (today.sales_krw, today.refunds_krw, today.sales) == (12800, 0, 2)
    assert [(d.kind, d.basis_points, d.amount_krw) for d in today.deductions] == [
        ("commission", 300, -150),
        ("commission", 500, -390),
        ("card_fee", 220, -281),
    ]
    assert today.net_krw == 12800 - 150 - 390 - 281
    assert (both.refunds_krw, both.refunds) == (-5200, 1)
    deducted = sum(d.amount_krw for d in both.deductions)
    assert both.net_krw == both.sales_krw + both.refunds_krw + deducted
    assert both.net_krw == (5000 - 150 - 110) + (2600 - 130 - 57)


def test_coming_money_waits_for_the_hand_over_and_then_moves_into_a_settlement(
    world: World,
) -> None:
    order = _sell(world, 대파=2)
    stall = world.stalls["vegetable"].pk
    with market_scope(world.market.pk):
        (waiting,) = coming_money(world.market.pk, stall, 3)
    assert (waiting.net_krw, waiting.parts, waiting.is_certain) == (4740, 1, False)
    _hand_over(world, order)
    with market_scope(world.market.pk):
        (certain,) = coming_money(world.market.pk, stall, 3)
    assert (certain.net_krw, certain.pay_on, certain.is_certain) == (4740, date(2026, 11, 24), True)
    settle_market(actor=world.office(), market_id=world.market.pk, until=TODAY, now=NOON)
    with market_scope(world.market.pk):
        assert coming_money(world.market.pk, stall, 3) == []
        assert [s.net_krw for s in settlements_of_stall(world.market.pk, stall)] == [4740]


def test_the_lines_behind_a_settlement_are_its_deposit_and_a_late_refund_is_carried(
    world: World,
) -> None:
    order = _sell(world, 대파=2, 무=1)
    _hand_over(world, order)
    office = world.office()
    settle_market(actor=office, market_id=world.market.pk, until=TODAY, now=NOON)
    _refund(world, order, left=0)
    later = NOON + timedelta(days=2)
    settle_market(actor=office, market_id=world.market.pk, until=seoul_day(later), now=later)
    third = _sell(world, 쪽파=4)
    _hand_over(world, third)
    settle_market(actor=office, market_id=world.market.pk, until=seoul_day(later), now=later)
    stall = world.stalls["vegetable"].pk
    with market_scope(world.market.pk):
        rows = settlements_of_stall(world.market.pk, stall)
        details = [settlement_detail(world.market.pk, stall, row.settlement_id) for row in rows]
    assert [row.net_krw for row in rows] == [9860 - 4740, -4740, 6636]
    assert [row.state for row in rows] == ["planned", "carried", "planned"]
    for detail in details:
        assert detail.lines_krw + detail.heading.carried_krw == detail.heading.net_krw
    newest, refunded, first = details
    assert newest.carried_from is not None
    assert newest.carried_from.settlement_id == refunded.heading.settlement_id
    assert [(x.kind, x.amount_krw) for x in first.lines] == [
        ("sale", 7000),
        ("commission", -210),
        ("card_fee", -154),
    ]
    assert [(x.kind, x.amount_krw, x.reason) for x in refunded.lines] == [
        ("refund", -5000, "시들었어요"),
        ("commission", 150, "시들었어요"),
        ("card_fee", 110, "시들었어요"),
    ]


def test_another_stall_s_settlement_is_not_found(world: World) -> None:
    order = _sell(world, 대파=1)
    _hand_over(world, order)
    (planned,) = settle_market(
        actor=world.office(), market_id=world.market.pk, until=TODAY, now=NOON
    )
    with market_scope(world.market.pk), pytest.raises(NotFound):
        settlement_detail(world.market.pk, world.stalls["fish"].pk, planned.settlement_id)
