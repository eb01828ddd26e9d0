"""One sale over four stalls, from the cart to the settlement, exact to the won."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum

from jangteo.apps.fulfilment.actions.hub import check_arrival, hand_to_shopper
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.answer_question import answer_question
from jangteo.apps.orders.actions.cancel_order import cancel_order, cancel_own_order, refund_lines
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.actions.sweep import sweep
from jangteo.apps.orders.errors import TotalChanged
from jangteo.apps.orders.models import Order, OrderLine, StallOrder, Substitution
from jangteo.apps.orders.queries import order_view
from jangteo.apps.orders.story import tell_story
from jangteo.apps.payments.actions.pay_refund import pay_refund
from jangteo.apps.payments.actions.settle import pay_settlements, settle_market
from jangteo.apps.payments.ledger import differences
from jangteo.apps.payments.models import LedgerEntry, Refund, Settlement
from jangteo.apps.payments.providers import sandbox
from jangteo.apps.stock.errors import NotEnoughStock
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, four_stalls, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return four_stalls()


def _want(world: World, name: str, quantity: int, **fields: object) -> Wanted:
    return Wanted(offer_id=world.offers[name].pk, quantity=quantity, **fields)  # type: ignore[arg-type]  # any of its fields


def _answer(world: World, order_id: int, stall: str, **available: int) -> None:
    with every_market():
        part = StallOrder.objects.get(order_id=order_id, stall=world.stalls[stall])
        lines = {
            OrderLine.objects.get(part=part, name=name, replaces=None).pk: units
            for name, units in available.items()
        }
    answer_part(
        actor=world.owner(stall),
        market_id=world.market.pk,
        stall_id=world.stalls[stall].pk,
        order_id=order_id,
        part_id=part.pk,
        available=lines,
        now=NOON,
    )


def _pay_refunds(world: World) -> None:
    with every_market():
        due = list(Refund.objects.filter(state="due").values_list("pk", flat=True))
    for refund in due:
        pay_refund(actor=Actor.system(), market_id=world.market.pk, refund_id=refund, now=NOON)


def test_one_stall_runs_out_and_the_others_are_untouched(world: World) -> None:
    buyer = shopper()
    placed = world.place(
        buyer,
        _want(world, "대파", 2),
        _want(world, "고등어", 1),
        _want(world, "두부", 3),
        _want(world, "멸치볶음", 1),
    )
    assert (placed.total_krw, placed.tax_free_krw) == (21400, 11000)
    assert (world.level("대파").quantity, world.level("대파").reserved) == (10, 2)
    world.pay(buyer, placed)
    assert (world.level("대파").quantity, world.level("대파").reserved) == (8, 0)

    for stall in ("vegetable", "tofu", "side"):
        _answer(world, placed.order_id, stall)
    _answer(world, placed.order_id, "fish", 고등어=0)
    _answer(world, placed.order_id, "fish", 고등어=0)  # the same answer again changes nothing
    _pay_refunds(world)
    _pay_refunds(world)

    with every_market():
        view = order_view(world.market.pk, placed.order_id)
        refund = Refund.objects.get()
    assert (view.refunded_krw, view.state) == (6000, "paid")
    assert [part.state for part in view.parts] == ["accepted", "cancelled", "accepted", "accepted"]
    assert (refund.amount_krw, refund.tax_free_krw, refund.state) == (6000, 6000, "done")
    charge = sandbox().find(order_no=placed.payment_order_no)
    assert charge is not None
    assert (charge.balance_krw, charge.tax_free_krw) == (15400, 5000)
    assert world.level("고등어").quantity == 0
    assert any("고등어가 떨어져서" in s.text for s in tell_story(view))

    office = world.office()
    for part in view.open_parts:
        check_arrival(
            actor=office,
            market_id=world.market.pk,
            order_id=placed.order_id,
            part_id=part.part_id,
            now=NOON,
        )
    hand_to_shopper(
        actor=office,
        market_id=world.market.pk,
        order_id=placed.order_id,
        pickup_code=view.pickup_code,
        now=NOON,
    )
    planned = settle_market(
        actor=office, market_id=world.market.pk, until=seoul_day(NOON), now=NOON
    )
    with every_market():
        rows = {row.stall.slug: row for row in Settlement.objects.select_related("stall")}
        totals = LedgerEntry.objects.aggregate(total=Sum("amount_krw"))
    assert {slug: row.net_krw for slug, row in rows.items()} == {
        "vegetable": 5000 - 150 - 110,
        "fish": 0,
        "tofu": 5400 - 162 - 118,
        "side": 5000 - 150 - 110,
    }
    assert (rows["fish"].sales_krw, rows["fish"].refunds_krw) == (6000, 6000)
    assert rows["fish"].state == "carried"
    assert totals["total"] == 0
    paid = pay_settlements(
        actor=office,
        market_id=world.market.pk,
        settlement_ids=[p.settlement_id for p in planned if p.net_krw > 0],
        now=NOON,
    )
    assert paid == 4740 + 5120 + 4740
    with every_market():
        assert differences(world.market.pk) == []
    assert (
        settle_market(actor=office, market_id=world.market.pk, until=seoul_day(NOON), now=NOON)
        == []
    )


def test_similar_goods_replace_what_ran_out_within_the_bound(world: World) -> None:
    buyer = shopper()
    placed = world.place(
        buyer,
        _want(world, "대파", 2, substitution=Substitution.SIMILAR, max_rise_pct=10),
        _want(world, "두부", 1),
    )
    world.pay(buyer, placed)
    _answer(world, placed.order_id, "vegetable", 대파=0)
    with every_market():
        lines = list(OrderLine.objects.filter(part__order_id=placed.order_id).order_by("id"))
        order = Order.objects.get(pk=placed.order_id)
    substitute = next(line for line in lines if line.replaces_id)
    assert (substitute.name, substitute.remaining, substitute.unit_price_krw) == ("쪽파", 2, 2500)
    assert order.refunded_krw == 0
    assert world.level("쪽파").quantity == 3


def test_a_cheaper_substitute_gives_the_difference_back(world: World) -> None:
    buyer = shopper()
    placed = world.place(
        buyer, _want(world, "쪽파", 3, substitution=Substitution.SIMILAR, max_rise_pct=0)
    )
    world.pay(buyer, placed)
    _answer(world, placed.order_id, "vegetable", 쪽파=1)
    with every_market():
        order = Order.objects.get(pk=placed.order_id)
        part = StallOrder.objects.get(order=order)
    assert order.refunded_krw == 2 * (2600 - 2500)
    assert part.remaining_krw == 2600 + 2 * 2500


def test_a_shopper_who_is_asked_decides_and_silence_gives_the_money_back(world: World) -> None:
    buyer = shopper()
    first = world.place(buyer, _want(world, "대파", 2, substitution=Substitution.CALL))
    second = world.place(buyer, _want(world, "쪽파", 2, substitution=Substitution.CALL))
    world.pay(buyer, first)
    world.pay(buyer, second)
    _answer(world, first.order_id, "vegetable", 대파=1)
    _answer(world, second.order_id, "vegetable", 쪽파=0)
    with every_market():
        asked = OrderLine.objects.get(part__order_id=first.order_id, state="asking")
    assert (asked.quantity, asked.remaining) == (1, 1)
    answer_question(
        actor=buyer,
        market_id=world.market.pk,
        order_id=first.order_id,
        line_id=asked.pk,
        offer_id=world.offers["무"].pk,
        now=NOON,
    )
    assert sweep(NOON + timedelta(minutes=11))["closed_questions"] == 1
    with every_market():
        orders = {o.pk: o for o in Order.objects.all()}
    assert orders[first.order_id].refunded_krw == 500
    assert orders[second.order_id].refunded_krw == 5200
    assert orders[second.order_id].state == "cancelled"


def test_nothing_changes_the_total_silently(world: World) -> None:
    with pytest.raises(TotalChanged):
        world.place(shopper(), _want(world, "대파", 1), seen_total_krw=2400)
    assert world.level("대파").reserved == 0


def test_an_unpaid_order_gives_its_goods_back_and_a_late_payment_is_not_lost(world: World) -> None:
    early, late = shopper(), shopper()
    placed = world.place(late, _want(world, "고등어", 3))
    with pytest.raises(NotEnoughStock):
        world.place(early, _want(world, "고등어", 1))
    later = NOON + timedelta(minutes=11)
    assert sweep(later)["expired"] == 1
    other = world.place(early, _want(world, "고등어", 1), now=later)
    world.pay(early, other, now=later)
    # the provider took the late shopper's money all the same
    from jangteo.apps.payments.models import Payment

    with every_market():
        Payment.objects.create(
            market=world.market,
            order_id=placed.order_id,
            provider="sandbox",
            amount_krw=placed.total_krw,
            tax_free_krw=placed.tax_free_krw,
            started_at=NOON,
        )
    from jangteo.apps.payments.actions.confirm_payment import confirm_payment
    from jangteo.apps.payments.ports import PaymentReturn

    key = sandbox().authorize(placed.payment_order_no, placed.total_krw, placed.tax_free_krw)
    confirm_payment(
        actor=late,
        market_id=world.market.pk,
        order_id=placed.order_id,
        returned=PaymentReturn(
            payment_key=key, order_no=placed.payment_order_no, amount_krw=placed.total_krw
        ),
        now=later,
    )
    with every_market():
        order = Order.objects.get(pk=placed.order_id)
    assert (order.state, order.refunded_krw) == ("cancelled", 18000)
    assert (world.level("고등어").quantity, world.level("고등어").reserved) == (2, 0)


def test_cancelling_gives_everything_back_once(world: World) -> None:
    buyer = shopper()
    placed = world.place(
        buyer,
        _want(world, "대파", 1),
        way=Order.Way.DELIVERY,
        area="달빛동",
        address="달빛로 1, 2동 3호",
        seen_total_krw=5500,
    )
    world.pay(buyer, placed)
    cancel_own_order(actor=buyer, market_id=world.market.pk, order_id=placed.order_id, now=NOON)
    cancel_order(
        actor=world.office(),
        market_id=world.market.pk,
        order_id=placed.order_id,
        reason="손님 요청",
        now=NOON,
    )
    _pay_refunds(world)
    with every_market():
        order = Order.objects.get(pk=placed.order_id)
        assert differences(world.market.pk) == []
    charge = sandbox().find(order_no=placed.payment_order_no)
    assert charge is not None
    assert (order.state, order.refunded_krw, charge.balance_krw) == ("cancelled", 5500, 0)
    assert (world.level("대파").quantity, world.level("대파").reserved) == (10, 0)


def test_a_refund_after_hand_over_is_carried_to_the_next_settlement(world: World) -> None:
    buyer, office = shopper(), world.office()
    placed = world.place(buyer, _want(world, "두부", 2))
    world.pay(buyer, placed)
    _answer(world, placed.order_id, "tofu")
    with every_market():
        view = order_view(world.market.pk, placed.order_id)
    ids = {"actor": office, "market_id": world.market.pk, "order_id": placed.order_id, "now": NOON}
    check_arrival(part_id=view.parts[0].part_id, **ids)
    hand_to_shopper(pickup_code=view.pickup_code, **ids)
    day = seoul_day(NOON)
    first = settle_market(actor=office, market_id=world.market.pk, until=day, now=NOON)
    assert [p.net_krw for p in first] == [3600 - 108 - 79]
    line = view.parts[0].lines[0]
    given = refund_lines(left={line.line_id: 1}, reason="깨졌어요", **ids)
    again = refund_lines(left={line.line_id: 1}, reason="깨졌어요", **ids)
    assert (given, again) == (1800, 0)
    second = settle_market(actor=office, market_id=world.market.pk, until=day, now=NOON)
    assert [p.net_krw for p in second] == [-1800 + 54 + 40]
    with every_market():
        assert differences(world.market.pk) == []
