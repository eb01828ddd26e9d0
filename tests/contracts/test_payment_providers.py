"""One suite for every payment provider: the sandbox in memory, and Toss against the imitation of its API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jangteo.apps.payments.adapters.sandbox import MemorySandboxStore, SandboxProvider
from jangteo.apps.payments.adapters.toss import TossProvider
from jangteo.apps.payments.adapters.vendor_imitation import VendorImitation
from jangteo.apps.payments.adapters.vendor_state import Behaviour
from jangteo.apps.payments.errors import (
    AlreadyRefunded,
    BadReturn,
    BadWebhook,
    PaymentDeclined,
    PaymentExpired,
    PaymentNotFound,
    PaymentUnknown,
    RefundRefused,
)
from jangteo.apps.payments.ports import (
    CheckoutRequest,
    PaymentProvider,
    PaymentStatus,
    ProviderPayment,
)

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SECRET = "test_gsk_dummy"
_numbers = count(1)


class Shopper(Protocol):
    """The shopper's yes on the payment page."""

    def __call__(
        self,
        order_no: str,
        amount_krw: int,
        tax_free_krw: int,
        behaviour: Behaviour = Behaviour.APPROVE,
    ) -> str: ...


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Gate:
    """A slow payment waits here until it is let through."""

    reached: threading.Event = field(default_factory=threading.Event)
    let_through: threading.Event = field(default_factory=threading.Event)

    def __call__(self, seconds: float) -> None:
        self.reached.set()
        assert self.let_through.wait(10)


@dataclass(frozen=True, kw_only=True)
class Rig:
    provider: PaymentProvider
    authorize: Shopper
    clock: Clock
    gate: Gate

    def paid(self, amount_krw: int, tax_free_krw: int = 0) -> ProviderPayment:
        order_no = new_order_no()
        key = self.authorize(order_no, amount_krw, tax_free_krw)
        return self.confirm(key, order_no, amount_krw)

    def confirm(
        self, key: str, order_no: str, amount_krw: int, command: str = ""
    ) -> ProviderPayment:
        return self.provider.confirm(
            payment_key=key,
            order_no=order_no,
            amount_krw=amount_krw,
            idempotency_key=command or f"confirm-{key}",
        )

    def cancel(
        self,
        payment: ProviderPayment,
        amount_krw: int,
        tax_free_krw: int = 0,
        *,
        command: str = "",
        reason: str = "품절",
        refundable_krw: int | None = None,
    ) -> ProviderPayment:
        return self.provider.cancel(
            payment_key=payment.payment_key,
            reason=reason,
            amount_krw=amount_krw,
            tax_free_krw=tax_free_krw,
            refundable_krw=payment.balance_krw if refundable_krw is None else refundable_krw,
            idempotency_key=command or f"cancel-{next(_numbers)}",
        )


def new_order_no() -> str:
    return f"o_20261121_{next(_numbers):06d}"


@pytest.fixture(params=["sandbox", "toss"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    clock, gate = Clock(), Gate()
    if request.param == "sandbox":
        sandbox = SandboxProvider(
            MemorySandboxStore(), "https://market.test/pay", clock=clock, pause=gate
        )
        yield Rig(provider=sandbox, authorize=sandbox.authorize, clock=clock, gate=gate)
        return
    imitation = VendorImitation(secret_key=SECRET, clock=clock, pause=gate)
    with imitation as vendor, toss(vendor) as provider:
        yield Rig(provider=provider, authorize=vendor.authorize, clock=clock, gate=gate)


def toss(vendor: VendorImitation) -> TossProvider:
    return TossProvider(
        client_key="test_gck_dummy",
        secret_key=SECRET,
        base_url=vendor.base_url,
        timeout_seconds=0.5,
        transport=httpx.HTTPTransport(),
    )


def test_checkout_leads_to_a_page_and_charges_nothing(rig: Rig) -> None:
    order_no = new_order_no()
    start = rig.provider.checkout(
        CheckoutRequest(
            order_no=order_no,
            order_name="시금치 외 2건",
            amount_krw=15_000,
            tax_free_krw=9_000,
            customer_name="김춘자",
            customer_phone="010-1234-5678",
            success_url="https://market.test/paid",
            fail_url="https://market.test/failed",
        )
    )
    assert start.url.startswith("https://")
    assert "김춘자" not in repr(start)
    assert rig.provider.find(order_no=order_no) is None


def test_an_approved_payment_is_charged_once_confirmed(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 9_000)
    before = rig.provider.read(payment_key=key)
    assert before.status is PaymentStatus.IN_PROGRESS
    assert not before.approved

    payment = rig.confirm(key, order_no, 15_000)

    assert payment == ProviderPayment(
        payment_key=key,
        order_no=order_no,
        status=PaymentStatus.DONE,
        total_krw=15_000,
        balance_krw=15_000,
        tax_free_krw=9_000,
        vat_krw=545,
        method="카드",
        approved_at=NOON,
    )
    assert rig.provider.read(payment_key=key) == payment
    assert rig.provider.find(order_no=order_no) == payment


def test_a_declined_payment_is_not_charged_and_keeps_the_vendors_words(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 0, Behaviour.DECLINE)
    with pytest.raises(PaymentDeclined) as caught:
        rig.confirm(key, order_no, 15_000)
    assert caught.value.vendor_code == "REJECT_CARD_PAYMENT"
    assert caught.value.message("ko") == (
        "결제는 되지 않았어요. 한도초과 혹은 잔액부족으로 결제에 실패했습니다. "
        "다른 카드나 다른 결제 수단으로 다시 해 주세요."
    )
    payment = rig.provider.read(payment_key=key)
    assert payment.status is PaymentStatus.ABORTED
    assert payment.never_charged
    assert payment.failure is not None
    assert payment.failure.code == "REJECT_CARD_PAYMENT"


def test_confirming_twice_with_one_key_charges_once(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 0)
    first = rig.confirm(key, order_no, 15_000, "command-1")
    rig.clock.now += timedelta(days=14)
    assert rig.confirm(key, order_no, 15_000, "command-1") == first


def test_confirming_twice_with_two_keys_is_unknown_until_looked_up(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 0)
    first = rig.confirm(key, order_no, 15_000, "command-1")
    with pytest.raises(PaymentUnknown) as caught:
        rig.confirm(key, order_no, 15_000, "command-2")
    assert caught.value.vendor_code == "ALREADY_PROCESSED_PAYMENT"
    assert caught.value.retry_same_key is False
    assert rig.provider.find(order_no=order_no) == first


def test_two_tabs_pay_one_order_once(rig: Rig) -> None:
    order_no = new_order_no()
    one, two = rig.authorize(order_no, 15_000, 0), rig.authorize(order_no, 15_000, 0)
    rig.confirm(one, order_no, 15_000)
    with pytest.raises(PaymentUnknown):
        rig.confirm(two, order_no, 15_000)
    found = rig.provider.find(order_no=order_no)
    assert found is not None
    assert found.payment_key == one
    assert not rig.provider.read(payment_key=two).approved


def test_another_amount_is_refused_and_not_charged(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 0)
    with pytest.raises(PaymentDeclined):
        rig.confirm(key, order_no, 14_999)
    found = rig.provider.find(order_no=order_no)
    assert found is not None
    assert not found.approved


def test_another_order_is_refused_and_not_charged(rig: Rig) -> None:
    key = rig.authorize(new_order_no(), 15_000, 0)
    with pytest.raises(PaymentDeclined):
        rig.confirm(key, new_order_no(), 15_000)
    assert not rig.provider.read(payment_key=key).approved


def test_a_time_out_after_capture_is_unknown_and_found_paid(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 9_000, Behaviour.TIMEOUT_AFTER_CAPTURE)
    with pytest.raises(PaymentUnknown) as caught:
        rig.confirm(key, order_no, 15_000)
    assert caught.value.retry_same_key is True
    found = rig.provider.find(order_no=order_no)
    assert found is not None
    assert (found.status, found.total_krw, found.payment_key) == (PaymentStatus.DONE, 15_000, key)
    assert rig.confirm(key, order_no, 15_000) == found


def test_the_same_key_while_the_first_runs_is_unknown_and_then_answered(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 0, Behaviour.SLOW)
    first = threading.Thread(target=quietly_confirm, args=(rig, key, order_no))
    first.start()
    assert rig.gate.reached.wait(10)
    with pytest.raises(PaymentUnknown) as caught:
        rig.confirm(key, order_no, 15_000)
    assert caught.value.vendor_code == "IDEMPOTENT_REQUEST_PROCESSING"
    rig.gate.let_through.set()
    first.join()
    assert rig.confirm(key, order_no, 15_000).status is PaymentStatus.DONE


def quietly_confirm(rig: Rig, key: str, order_no: str) -> None:
    try:
        rig.confirm(key, order_no, 15_000)
    except PaymentUnknown:
        assert rig.provider.name == "toss"  # its time-out is shorter than the wait


@pytest.mark.parametrize(("late", "charged"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_an_authorisation_dies_after_ten_minutes(rig: Rig, late: timedelta, charged: bool) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 15_000, 0)
    rig.clock.now += timedelta(minutes=10) + late
    if charged:
        assert rig.confirm(key, order_no, 15_000).approved
        return
    with pytest.raises(PaymentExpired):
        rig.confirm(key, order_no, 15_000)
    payment = rig.provider.read(payment_key=key)
    assert payment.status is PaymentStatus.EXPIRED
    assert payment.never_charged


def test_a_partial_refund_keeps_the_tax_parts_exact(rig: Rig) -> None:
    paid = rig.paid(15_000, 9_000)
    rig.clock.now += timedelta(hours=1)

    left = rig.cancel(paid, 5_000, 3_000)

    assert (left.status, left.total_krw, left.balance_krw) == (
        PaymentStatus.PARTIAL_CANCELED,
        15_000,
        10_000,
    )
    assert (left.tax_free_krw, left.vat_krw) == (6_000, 364)
    assert [(c.amount_krw, c.tax_free_krw, c.at, c.reason) for c in left.cancels] == [
        (5_000, 3_000, NOON + timedelta(hours=1), "품절")
    ]
    assert rig.provider.read(payment_key=paid.payment_key) == left

    rest = rig.cancel(left, 10_000, 6_000)
    assert (rest.status, rest.balance_krw, rest.tax_free_krw, rest.vat_krw) == (
        PaymentStatus.CANCELED,
        0,
        0,
        0,
    )
    assert (rest.canceled_krw, rest.canceled_tax_free_krw) == (15_000, 9_000)
    assert rest.fully_canceled


def test_a_full_refund(rig: Rig) -> None:
    refunded = rig.cancel(rig.paid(15_000, 9_000), 15_000, 9_000)
    assert refunded.status is PaymentStatus.CANCELED
    assert refunded.fully_canceled
    with pytest.raises(AlreadyRefunded):
        rig.cancel(refunded, 1)


def test_a_refund_repeated_with_one_key_refunds_once(rig: Rig) -> None:
    paid = rig.paid(15_000)
    first = rig.cancel(paid, 5_000, command="refund-1")
    assert rig.cancel(paid, 5_000, command="refund-1") == first
    assert rig.provider.read(payment_key=paid.payment_key).balance_krw == 10_000


def test_a_key_reused_for_another_refund_is_noticed(rig: Rig) -> None:
    paid = rig.paid(15_000)
    rig.cancel(paid, 5_000, command="refund-1")
    with pytest.raises(PaymentUnknown):
        rig.cancel(paid, 4_000, command="refund-1")
    assert rig.provider.read(payment_key=paid.payment_key).balance_krw == 10_000


@pytest.mark.parametrize(
    ("amount_krw", "tax_free_krw", "refundable_krw", "code"),
    [
        (15_001, 9_000, 15_000, "NOT_CANCELABLE_AMOUNT"),
        (10_000, 9_001, 15_000, "NOT_CANCELABLE_AMOUNT"),
        (7_000, 0, 15_000, "NOT_CANCELABLE_AMOUNT"),
        (5_000, 0, 14_000, "NOT_MATCHES_REFUNDABLE_AMOUNT"),
        (0, 0, 15_000, "INVALID_REQUEST"),
        (-1, 0, 15_000, "INVALID_REQUEST"),
        (5_000, 5_001, 15_000, "INVALID_REQUEST"),
    ],
)
def test_a_refund_that_does_not_fit_is_refused(
    rig: Rig, amount_krw: int, tax_free_krw: int, refundable_krw: int, code: str
) -> None:
    paid = rig.paid(15_000, 9_000)
    with pytest.raises(RefundRefused) as caught:
        rig.cancel(paid, amount_krw, tax_free_krw, refundable_krw=refundable_krw)
    assert caught.value.vendor_code == code
    assert rig.provider.read(payment_key=paid.payment_key) == paid


def test_what_was_never_paid_cannot_be_refunded(rig: Rig) -> None:
    key = rig.authorize(new_order_no(), 15_000, 0)
    with pytest.raises(RefundRefused):
        rig.cancel(rig.provider.read(payment_key=key), 15_000)


def test_an_unknown_payment_is_not_found(rig: Rig) -> None:
    for key in ("tsand_none", "../orders/x", ""):
        with pytest.raises(PaymentNotFound):
            rig.provider.read(payment_key=key)
    with pytest.raises(PaymentNotFound):
        rig.confirm("tsand_none", new_order_no(), 1_000)
    assert rig.provider.find(order_no=new_order_no()) is None
    assert rig.provider.find(order_no="../none") is None


def test_a_command_without_a_usable_key_is_our_own_fault(rig: Rig) -> None:
    order_no = new_order_no()
    key = rig.authorize(order_no, 1_000, 0)
    for command in ("k" * 301, "주문", "two\nlines"):
        with pytest.raises(ValueError, match="idempotency_key"):
            rig.confirm(key, order_no, 1_000, command)
    assert rig.confirm(key, order_no, 1_000, "k" * 300).approved
    with pytest.raises(ValueError, match="reason"):
        rig.cancel(rig.provider.read(payment_key=key), 1_000, reason="")


def test_the_return_from_the_payment_page_is_read(rig: Rig) -> None:
    query = {"paymentType": "NORMAL", "paymentKey": "k1", "orderId": "o_0001", "amount": "15000"}
    back = rig.provider.parse_return(query)
    assert (back.payment_key, back.order_no, back.amount_krw) == ("k1", "o_0001", 15_000)
    for name, value in [("amount", "15,000"), ("amount", "-1"), ("amount", "１"), ("orderId", "")]:
        with pytest.raises(BadReturn):
            rig.provider.parse_return({**query, name: value})
    with pytest.raises(BadReturn):
        rig.provider.parse_return({})


def test_a_webhook_only_says_what_to_read_again(rig: Rig) -> None:
    data = {"paymentKey": "k1", "orderId": "o_0001", "status": "DONE", "totalAmount": 1}
    body = json.dumps({"eventType": "PAYMENT_STATUS_CHANGED", "data": data}).encode()
    notice = rig.provider.parse_webhook(body=body, headers={})
    assert (notice.payment_key, notice.order_no) == ("k1", "o_0001")
    assert notice.event == "PAYMENT_STATUS_CHANGED"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"eventType":""}',
        b'{"eventType":7,"data":{}}',
        b'{"eventType":"PAYMENT_STATUS_CHANGED"}',
        b'{"eventType":"PAYMENT_STATUS_CHANGED","data":{"paymentKey":"../x","orderId":"o_0001"}}',
        b'{"eventType":"PAYMENT_STATUS_CHANGED","data":{"paymentKey":"k1","orderId":1}}',
        b'{"secret":"s","orderId":"x"}',
        b"[" * 100_000,
        b" " * 300_000 + b"{}",
    ],
)
def test_a_junk_webhook_is_refused(rig: Rig, body: bytes) -> None:
    with pytest.raises(BadWebhook):
        rig.provider.parse_webhook(body=body, headers={})


REFUNDS = st.lists(
    st.tuples(st.integers(0, 6_000), st.integers(0, 9_000)).filter(lambda part: sum(part) > 0),
    max_size=6,
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(taxed=1, tax_free=0, refunds=[(0, 1)])
@given(taxed=st.integers(1, 12_000), tax_free=st.integers(0, 18_000), refunds=REFUNDS)
def test_whatever_is_refunded_the_books_add_up(
    rig: Rig, taxed: int, tax_free: int, refunds: list[tuple[int, int]]
) -> None:
    payment = rig.paid(taxed + tax_free, tax_free)
    taxed_left, tax_free_left = taxed, tax_free
    for part_taxed, part_tax_free in refunds:
        if tax_free == 0:
            # nothing was tax-free when it was paid, so the vendor takes no part of a refund for tax-free
            part_taxed, part_tax_free = part_taxed + part_tax_free, 0
        fits = part_taxed <= taxed_left and part_tax_free <= tax_free_left
        try:
            payment = rig.cancel(payment, part_taxed + part_tax_free, part_tax_free)
        except RefundRefused:
            assert not fits or payment.fully_canceled
        else:
            assert fits
            taxed_left, tax_free_left = taxed_left - part_taxed, tax_free_left - part_tax_free
        payment = rig.provider.read(payment_key=payment.payment_key)
        assert payment.total_krw == taxed + tax_free
        assert payment.total_krw == payment.balance_krw + payment.canceled_krw
        assert payment.balance_krw == taxed_left + tax_free_left
        assert payment.tax_free_krw == tax_free_left >= 0
        assert payment.tax_free_krw + payment.canceled_tax_free_krw == tax_free
        assert payment.vat_krw == int(taxed_left / 11 + 0.5)
