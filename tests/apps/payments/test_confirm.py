"""Taking money: another's key, two tabs, a second payment, lost answers, one crooked payment among good ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.cancel_order import cancel_order
from jangteo.apps.orders.actions.place_order import PlacedOrder, Wanted
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.payments.actions.confirm_payment import confirm_payment
from jangteo.apps.payments.actions.pay_refund import pay_refund
from jangteo.apps.payments.actions.resolve_payment import (
    follow_webhook,
    resolve_payment,
    resolve_silent_payments,
)
from jangteo.apps.payments.actions.start_payment import start_payment
from jangteo.apps.payments.adapters.sandbox import Behaviour
from jangteo.apps.payments.book_check import check_books
from jangteo.apps.payments.errors import BadReturn, PaymentUnknown
from jangteo.apps.payments.jobs import pay_refund_job, retry_refunds
from jangteo.apps.payments.models import Payment, Refund
from jangteo.apps.payments.ports import PaymentReturn, WebhookNotice
from jangteo.apps.payments.providers import sandbox
from jangteo.apps.payments.shopper_queries import refunds_of_order
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, four_stalls, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return four_stalls()


@pytest.fixture
def buyer() -> Actor:
    return shopper()


def _place(world: World, buyer: Actor, *names: str) -> PlacedOrder:
    wanted = [Wanted(offer_id=world.offers[name].pk, quantity=2) for name in names or ("무",)]
    return world.place(buyer, *wanted)


def _start(world: World, buyer: Actor, placed: PlacedOrder) -> None:
    start_payment(
        actor=buyer, market_id=world.market.pk, order_id=placed.order_id,
        success_url="/ok", fail_url="/no", now=NOON,
    )  # fmt: skip


def _authorize(placed: PlacedOrder, behaviour: Behaviour = Behaviour.APPROVE) -> str:
    return sandbox().authorize(
        placed.payment_order_no, placed.total_krw, placed.tax_free_krw, behaviour
    )


def _confirm(world: World, buyer: Actor, placed: PlacedOrder, key: str) -> None:
    confirm_payment(
        actor=buyer,
        market_id=world.market.pk,
        order_id=placed.order_id,
        returned=PaymentReturn(
            payment_key=key, order_no=placed.payment_order_no, amount_krw=placed.total_krw
        ),
        now=NOON,
    )


def _capture(placed: PlacedOrder, key: str) -> None:
    """The company takes the money without our hearing of it."""
    sandbox().confirm(
        payment_key=key,
        order_no=placed.payment_order_no,
        amount_krw=placed.total_krw,
        idempotency_key=f"outside-{key}",
    )


def _payments(placed: PlacedOrder) -> list[Payment]:
    with every_market():
        return list(Payment.objects.filter(order_id=placed.order_id).order_by("id"))


def test_the_key_of_another_order_even_of_another_market_is_refused(
    world: World, buyer: Actor
) -> None:
    other = four_stalls()
    theirs = other.place(buyer, Wanted(offer_id=other.offers["무"].pk, quantity=2))
    key = other.pay(buyer, theirs).payment_key
    mine = _place(world, buyer)
    _start(world, buyer, mine)
    with pytest.raises(BadReturn):
        _confirm(world, buyer, mine, key)
    assert [(p.state, p.provider_key) for p in _payments(mine)] == [("started", "")]


def test_while_one_tab_is_paying_another_cannot(world: World, buyer: Actor) -> None:
    placed = _place(world, buyer)
    _start(world, buyer, placed)
    first, second = _authorize(placed), _authorize(placed)
    with every_market():
        Payment.objects.update(state=Payment.State.CONFIRMING, provider_key=first)
        Payment.objects.create(
            market=world.market, order_id=placed.order_id, provider="sandbox",
            amount_krw=placed.total_krw, tax_free_krw=placed.tax_free_krw, started_at=NOON,
        )  # fmt: skip
    with pytest.raises(PaymentUnknown):
        _confirm(world, buyer, placed, second)
    with pytest.raises(PaymentUnknown):
        _start(world, buyer, placed)
    assert [p.state for p in _payments(placed)] == ["confirming", "started"]
    with every_market():
        assert sandbox().read(payment_key=second).approved is False


def _two_captured(world: World, buyer: Actor) -> tuple[PlacedOrder, str]:
    """An order paid by its second payment, while the first, thought declined, was taken as well."""
    placed = _place(world, buyer)
    _start(world, buyer, placed)
    first = _authorize(placed)
    with every_market():
        Payment.objects.update(state=Payment.State.DECLINED, provider_key=first)
    _start(world, buyer, placed)
    _confirm(world, buyer, placed, _authorize(placed))
    with every_market():
        # the company's own guard against this is taken away: it happened before the other one was approved
        from jangteo.apps.payments.models import SandboxCharge

        later = SandboxCharge.objects.exclude(payment_key=first).get(
            order_no=placed.payment_order_no
        )
        SandboxCharge.objects.filter(pk=later.pk).update(order_no="elsewhere")
        _capture(placed, first)
        SandboxCharge.objects.filter(pk=later.pk).update(order_no=placed.payment_order_no)
    return placed, first


def test_a_second_payment_of_a_paid_order_goes_back_whole_and_once(
    world: World, buyer: Actor
) -> None:
    placed, key = _two_captured(world, buyer)
    notice = WebhookNotice(payment_key=key, order_no=placed.payment_order_no, event="x")
    follow_webhook(notice, "sandbox", NOON)
    follow_webhook(notice, "sandbox", NOON)
    assert [p.state for p in _payments(placed)] == ["twice", "approved"]
    with every_market():
        refund = Refund.objects.get()
        order = Order.objects.get(pk=placed.order_id)
    assert (refund.amount_krw, refund.tax_free_krw) == (placed.total_krw, placed.tax_free_krw)
    assert (order.state, order.refunded_krw) == ("paid", 0)
    market_id = world.market.pk
    pay_refund(actor=Actor.system(), market_id=market_id, refund_id=refund.pk, now=NOON)
    with market_scope(market_id):
        assert sandbox().read(payment_key=key).balance_krw == 0
        assert check_books(market_id).is_right
        # the order's own money is untouched by it
        assert refunds_of_order(market_id, placed.order_id) == []
    cancel_order(
        actor=world.office(), market_id=market_id, order_id=placed.order_id, reason="x", now=NOON
    )
    with market_scope(market_id):
        assert check_books(market_id).is_right


def test_money_taken_by_a_payment_that_counted_as_declined_is_not_lost(
    world: World, buyer: Actor
) -> None:
    placed = _place(world, buyer)
    _start(world, buyer, placed)
    key = _authorize(placed)
    with every_market():
        Payment.objects.update(state=Payment.State.DECLINED, provider_key=key)
        _capture(placed, key)
    follow_webhook(
        WebhookNotice(payment_key="", order_no=placed.payment_order_no, event="x"), "sandbox", NOON
    )
    assert [p.state for p in _payments(placed)] == ["approved"]


def test_a_silent_payment_is_looked_up_by_its_own_key(world: World, buyer: Actor) -> None:
    """By the order's number the other, approved payment would be found and booked a second time."""
    placed = _place(world, buyer)
    _start(world, buyer, placed)
    _confirm(world, buyer, placed, _authorize(placed))
    with every_market():
        second = Payment.objects.create(
            market=world.market, order_id=placed.order_id, provider="sandbox", state="confirming",
            amount_krw=placed.total_krw, tax_free_krw=placed.tax_free_krw, provider_key="never-was",
            started_at=NOON, confirming_at=NOON,
        )  # fmt: skip
    state = resolve_payment(
        actor=Actor.system(), market_id=world.market.pk, payment_id=second.pk, now=NOON
    )
    assert state == "declined"
    assert [p.state for p in _payments(placed)] == ["approved", "declined"]


def test_one_crooked_payment_does_not_keep_the_others_from_being_found(
    world: World, buyer: Actor
) -> None:
    crooked, good = _place(world, buyer), _place(world, buyer)
    for placed in (crooked, good):
        _start(world, buyer, placed)
        key = _authorize(placed)
        with every_market():
            _capture(placed, key)
            Payment.objects.filter(order_id=placed.order_id).update(
                state="confirming", provider_key=key, confirming_at=NOON
            )
    with every_market():
        Payment.objects.filter(order_id=crooked.order_id).update(provider="gone")
    assert resolve_silent_payments(NOON + timedelta(minutes=1)) == 1
    assert _payments(good)[0].state == "approved"
    assert _payments(crooked)[0].state == "confirming"


def _short(world: World, placed: PlacedOrder, name: str) -> Refund:
    with every_market():
        line = OrderLine.objects.get(part__order_id=placed.order_id, name=name)
        part = StallOrder.objects.get(pk=line.part_id)
    answer_part(
        actor=world.office(), market_id=world.market.pk, stall_id=part.stall_id,
        order_id=placed.order_id, part_id=part.pk, available={line.pk: 0}, now=NOON,
    )  # fmt: skip
    with every_market():
        return Refund.objects.order_by("-id")[0]


def test_a_refund_after_one_whose_answer_was_lost_is_not_refused(
    world: World, buyer: Actor
) -> None:
    placed = _place(world, buyer, "무", "두부")
    world.pay(buyer, placed)
    first, second = _short(world, placed, "무"), _short(world, placed, "두부")
    system, market_id = Actor.system(), world.market.pk
    with every_market():
        sandbox().cancel(
            payment_key=_payments(placed)[0].provider_key,
            reason=f"{first.reason} #{first.pk}",
            amount_krw=first.amount_krw,
            tax_free_krw=first.tax_free_krw,
            refundable_krw=placed.total_krw,
            idempotency_key=f"refund-{first.pk}-0",
        )
        Refund.objects.filter(pk=first.pk).update(tries=1)
    pay_refund(actor=system, market_id=market_id, refund_id=second.pk, now=NOON)
    with every_market():
        assert [r.state for r in Refund.objects.order_by("id")] == ["done", "done"]
    with market_scope(market_id):
        assert check_books(market_id).is_right


def test_a_refund_that_waits_for_its_next_try_does_not_keep_the_others_out(
    world: World, buyer: Actor
) -> None:
    placed = _place(world, buyer, "무", "두부")
    world.pay(buyer, placed)
    _short(world, placed, "무")
    _short(world, placed, "두부")
    with every_market():
        first, second = (refund.pk for refund in Refund.objects.order_by("id"))
    waits = pay_refund_job.configure(queueing_lock=f"refund:{first}")
    waits.defer(market_id=world.market.pk, refund_id=first)
    assert retry_refunds(0) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs where queueing_lock = %s", [f"refund:{second}"]
        )
        assert cursor.fetchone() == (1,)


def _lock_order_of(queries: CaptureQueriesContext) -> list[str]:
    """What is locked, in order: stock rows, the books."""
    found = []
    for query in queries.captured_queries:
        sql = query["sql"].lower()
        if "stock_stocklevel" in sql and "for update" in sql:
            found.append("stock")
        elif "books:" in sql:
            found.append("books")
    return found


def test_stock_is_locked_before_the_books(world: World, buyer: Actor) -> None:
    """A stall's answer locks its stock, then books a refund: whoever did it the other way round would deadlock."""
    placed = _place(world, buyer, "대파", "고등어")
    with CaptureQueriesContext(connection) as paying:
        world.pay(buyer, placed)
    assert _lock_order_of(paying)[:2] == ["stock", "books"]
    with CaptureQueriesContext(connection) as cancelling:
        cancel_order(
            actor=world.office(), market_id=world.market.pk, order_id=placed.order_id,
            reason="x", now=NOON,
        )  # fmt: skip
    with every_market():
        offers = [
            line.offer_id for line in OrderLine.objects.filter(part__order_id=placed.order_id)
        ]
    first = next(
        q["sql"] for q in cancelling.captured_queries
        if "stock_stocklevel" in q["sql"] and "FOR UPDATE" in q["sql"]
    )  # fmt: skip
    assert all(str(offer) in first for offer in offers)
    assert _lock_order_of(cancelling)[0] == "stock"
