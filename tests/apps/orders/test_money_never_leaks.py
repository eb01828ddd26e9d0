"""Whatever stalls, shoppers and the office do, in any order: the won add up and nothing is paid back twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.answer_question import answer_question
from jangteo.apps.orders.actions.cancel_order import cancel_order, refund_lines
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.errors import TooLateToChange
from jangteo.apps.orders.models import Order, OrderLine, StallOrder, Substitution
from jangteo.apps.orders.substitutes import alternatives
from jangteo.apps.payments.actions.pay_refund import pay_refund
from jangteo.apps.payments.ledger import differences
from jangteo.apps.payments.models import LedgerAccount, LedgerEntry, Refund
from jangteo.apps.payments.providers import sandbox
from jangteo.apps.stock.models import StockLevel, StockMove
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, four_stalls, shopper

pytestmark = pytest.mark.django_db

GOODS = ("대파", "쪽파", "고등어", "두부", "멸치볶음")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "refund", "choose", "cancel"]),
        st.integers(0, 4),
        st.integers(0, 3),
    ),
    max_size=10,
)
RULES = st.lists(st.sampled_from(list(Substitution)), min_size=5, max_size=5)


class _Undo(Exception):
    """Ends the example's transaction without keeping anything."""


def _step(world: World, order_id: int, step: tuple[str, int, int], buyer: Actor) -> None:
    what, index, units = step
    with every_market():
        lines = list(OrderLine.objects.filter(part__order_id=order_id).order_by("id"))
    line = lines[index % len(lines)]
    common: dict[str, Any] = {"market_id": world.market.pk, "order_id": order_id, "now": NOON}
    office = world.office()
    try:
        if what == "answer":
            with every_market():
                part = StallOrder.objects.get(pk=line.part_id)
            answer_part(
                actor=office,
                stall_id=part.stall_id,
                part_id=part.pk,
                available={line.pk: min(units, line.quantity)},
                **common,
            )
        elif what == "refund":
            refund_lines(
                actor=office, left={line.pk: min(units, line.quantity)}, reason="시험", **common
            )
        elif what == "choose":
            with every_market():
                offers = alternatives(line)
            choice = offers[units % len(offers)].pk if offers and units else None
            answer_question(actor=buyer, line_id=line.pk, offer_id=choice, **common)
        else:
            cancel_order(actor=office, reason="시험", **common)
    except TooLateToChange:
        pass


def _check(world: World, order_id: int) -> None:
    with every_market():
        order = Order.objects.get(pk=order_id)
        parts = list(StallOrder.objects.filter(order=order))
        lines = list(OrderLine.objects.filter(part__order=order))
        refunds = list(Refund.objects.filter(payment__order=order))
        charge = sandbox().find(order_no=order.payment_order_no)
        assert differences(world.market.pk) == []
        owed = LedgerAccount.objects.get(kind="refunds_due").balance_krw if refunds else 0
        for level in StockLevel.objects.all():
            moves = StockMove.objects.filter(offer_id=level.offer_id)
            assert level.quantity == sum(move.delta for move in moves)
            assert level.reserved == 0
        stalls = sum(
            -entry.amount_krw
            for entry in LedgerEntry.objects.filter(
                account__kind="stall", label__in=["sale", "refund"]
            )
        )
    remaining = sum(line.remaining * line.unit_price_krw for line in lines)
    fee_left = order.fee_krw if not any(r.cause == "fee" for r in refunds) else 0
    assert sum(part.remaining_krw for part in parts) == remaining == stalls
    assert order.total_krw == remaining + fee_left + order.refunded_krw
    assert sum(refund.amount_krw for refund in refunds) == order.refunded_krw
    assert charge is not None
    assert charge.balance_krw == order.total_krw - order.refunded_krw
    exempt = sum(line.remaining * line.unit_price_krw for line in lines if line.tax == "exempt")
    assert charge.tax_free_krw == exempt
    assert owed == 0


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rules=RULES, steps=STEPS)
def test_money_and_stock_always_add_up(rules: list[Substitution], steps: list[Any]) -> None:
    try:
        with transaction.atomic():
            world = four_stalls()
            buyer = shopper()
            wanted = [
                Wanted(
                    offer_id=world.offers[name].pk, quantity=2, substitution=rule, max_rise_pct=30
                )
                for name, rule in zip(GOODS, rules, strict=True)
            ]
            placed = world.place(
                buyer,
                *wanted,
                way=Order.Way.DELIVERY,
                area="달빛동",
                address="달빛로 1",
                seen_total_krw=38800,
            )
            world.pay(buyer, placed)
            for step in steps:
                _step(world, placed.order_id, step, buyer)
            with every_market():
                due = list(Refund.objects.filter(state="due").values_list("pk", flat=True))
            for refund in due:
                done = pay_refund(
                    actor=Actor.system(), market_id=world.market.pk, refund_id=refund, now=NOON
                )
                assert done == "done"
            _check(world, placed.order_id)
            raise _Undo
    except _Undo:
        pass
