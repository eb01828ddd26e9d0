"""The Toss adapter's own business: credentials, time-outs, what it says and what it never says."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import httpx
import pytest

from jangteo.apps.payments.adapters.toss import SDK_URL, TossProvider
from jangteo.apps.payments.errors import (
    PaymentError,
    PaymentMisconfigured,
    PaymentNotFound,
    PaymentUnknown,
    RefundUnknown,
    UntrustedAnswer,
)
from jangteo.apps.payments.ports import CheckoutRequest, ProviderPayment, RefundAccount

Answer = Callable[[httpx.Request], httpx.Response]

DONE = {
    "mId": "jangteo",
    "paymentKey": "tviva20261121a",
    "orderId": "o_20261121_0007",
    "status": "DONE",
    "currency": "KRW",
    "method": "카드",
    "requestedAt": "2026-11-21T12:00:00+09:00",
    "approvedAt": "2026-11-21T12:00:09+09:00",
    "totalAmount": 15_000,
    "balanceAmount": 15_000,
    "suppliedAmount": 13_636,
    "vat": 1_364,
    "taxFreeAmount": 0,
    "taxExemptionAmount": 0,
    "cancels": None,
}


class Spy:
    """Stands where the network is: keeps every request, gives one answer."""

    def __init__(self, answer: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


def toss(answer: Answer, *, kind: str = "g", secret: str = "dummy") -> TossProvider:
    return TossProvider(
        client_key=f"test_{kind}ck_dummy",
        secret_key=f"test_{kind}sk_{secret}",
        transport=httpx.MockTransport(answer),
    )


def says(status: int, body: object) -> Answer:
    return lambda request: httpx.Response(status, json=body)


def confirm(provider: TossProvider) -> ProviderPayment:
    return provider.confirm(
        payment_key="tviva20261121a",
        order_no="o_20261121_0007",
        amount_krw=15_000,
        idempotency_key="confirm-7",
    )


def cancel(provider: TossProvider, account: RefundAccount | None = None) -> ProviderPayment:
    return provider.cancel(
        payment_key="tviva20261121a",
        reason="품절 R-12",
        amount_krw=5_000,
        tax_free_krw=0,
        refundable_krw=15_000,
        idempotency_key="refund-12",
        refund_account=account,
    )


def order() -> CheckoutRequest:
    return CheckoutRequest(
        order_no="o_20261121_0007",
        order_name="가" * 120,
        amount_krw=15_000,
        tax_free_krw=9_000,
        customer_name="김춘자",
        customer_phone="010-1234-5678",
        success_url="https://market.test/paid",
        fail_url="https://market.test/failed",
    )


def test_confirm_sends_the_documented_bytes() -> None:
    spy = Spy(says(200, DONE))
    confirm(toss(spy, kind=""))
    (request,) = spy.requests
    assert request.method == "POST"
    assert str(request.url) == "https://api.tosspayments.com/v1/payments/confirm"
    assert request.headers["Authorization"] == "Basic dGVzdF9za19kdW1teTo="
    assert request.headers["Idempotency-Key"] == "confirm-7"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {
        "paymentKey": "tviva20261121a",
        "orderId": "o_20261121_0007",
        "amount": 15_000,
    }


def test_cancel_sends_the_tax_free_part_and_the_balance_it_believes_in() -> None:
    entry = {
        "transactionKey": "T1",
        "cancelReason": "품절 R-12",
        "canceledAt": "2026-11-21T13:00:00+09:00",
        "cancelAmount": 5_000,
        "taxFreeAmount": 0,
        "cancelStatus": "DONE",
    }
    body = {
        **DONE,
        "status": "PARTIAL_CANCELED",
        "balanceAmount": 10_000,
        "suppliedAmount": 9_091,
        "vat": 909,
        "cancels": [entry],
    }
    spy = Spy(says(200, body))
    account = RefundAccount(bank="88", account_number="1000123456789", holder_name="김춘자")
    payment = cancel(toss(spy), account)
    assert payment.balance_krw == 10_000
    assert spy.requests[0].url.path == "/v1/payments/tviva20261121a/cancel"
    assert json.loads(spy.requests[0].content) == {
        "cancelReason": "품절 R-12",
        "cancelAmount": 5_000,
        "taxFreeAmount": 0,
        "refundableAmount": 15_000,
        "refundReceiveAccount": {
            "bank": "88",
            "accountNumber": "1000123456789",
            "holderName": "김춘자",
        },
    }


def test_checkout_gives_the_widget_what_it_needs() -> None:
    start = toss(says(200, DONE)).checkout(order())
    assert (start.kind, start.url) == ("toss-widget", SDK_URL)
    assert start.params == {
        "clientKey": "test_gck_dummy",
        "customerKey": "ANONYMOUS",
        "currency": "KRW",
        "amount": 15_000,
        "taxFreeAmount": 9_000,
        "orderId": "o_20261121_0007",
        "orderName": "가" * 100,
        "customerName": "김춘자",
        "customerMobilePhone": "01012345678",
        "successUrl": "https://market.test/paid",
        "failUrl": "https://market.test/failed",
    }


@pytest.mark.parametrize(
    ("client_key", "secret_key"),
    [
        ("test_gck_a", "test_sk_a"),
        ("test_ck_a", "test_gsk_a"),
        ("live_gck_a", "test_gsk_a"),
        ("test_gsk_a", "test_gsk_a"),
        ("", ""),
    ],
)
def test_keys_that_are_no_pair_are_refused_before_any_payment(
    client_key: str, secret_key: str
) -> None:
    with pytest.raises(PaymentMisconfigured):
        TossProvider(client_key=client_key, secret_key=secret_key)


def test_keys_never_travel_in_the_clear() -> None:
    with pytest.raises(PaymentMisconfigured):
        TossProvider(
            client_key="test_ck_a", secret_key="test_sk_a", base_url="http://api.example.test"
        )


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("hung up"),
        httpx.DecodingError("gzip"),
    ],
)
def test_silence_is_unknown_and_may_be_asked_again_with_the_same_key(error: Exception) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise error

    provider = toss(silent)
    with pytest.raises(PaymentUnknown) as caught:
        confirm(provider)
    assert caught.value.vendor_code == type(error).__name__
    assert caught.value.retry_same_key is True
    with pytest.raises(RefundUnknown):
        cancel(provider)
    with pytest.raises(PaymentUnknown):
        provider.find(order_no="o_20261121_0007")


@pytest.mark.parametrize(
    "change",
    [
        {"totalAmount": 15_001, "balanceAmount": 15_001, "suppliedAmount": 13_637},
        {"orderId": "o_20261121_0008"},
        {"paymentKey": "tviva20261121b"},
        {"status": "SETTLING"},
        {"currency": "USD"},
        {"vat": 1_365},
        {"balanceAmount": 14_000},
        {"totalAmount": "15000"},
        {"totalAmount": None},
        {"approvedAt": "yesterday"},
        {"approvedAt": "2026-11-21T12:00:09"},
        {"cancels": [{"cancelAmount": 1}]},
        {"cancels": "none"},
    ],
)
def test_an_answer_that_does_not_fit_is_neither_paid_nor_failed(change: dict[str, object]) -> None:
    with pytest.raises(UntrustedAnswer):
        confirm(toss(says(200, {**DONE, **change})))


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"[" * 50_000, b"\xff"])
def test_an_answer_that_is_no_payment_is_unknown(content: bytes) -> None:
    with pytest.raises(PaymentUnknown):
        confirm(toss(lambda request: httpx.Response(200, content=content)))
    with pytest.raises(PaymentUnknown):
        confirm(toss(lambda request: httpx.Response(400, content=content)))


def test_a_new_payment_method_is_no_reason_to_fail() -> None:
    assert confirm(toss(says(200, {**DONE, "method": "홍채결제"}))).method == "홍채결제"


def test_lookups_use_the_documented_paths() -> None:
    spy = Spy(says(200, DONE))
    provider = toss(spy)
    provider.read(payment_key="tviva20261121a")
    provider.find(order_no="o_20261121_0007")
    assert [request.url.path for request in spy.requests] == [
        "/v1/payments/tviva20261121a",
        "/v1/payments/orders/o_20261121_0007",
    ]


def test_a_gateways_404_does_not_pass_for_an_order_without_payment() -> None:
    gateway = toss(lambda request: httpx.Response(404, text="no such host"))
    with pytest.raises(PaymentUnknown):
        gateway.find(order_no="o_20261121_0007")


def test_a_payment_key_from_a_browser_cannot_change_the_path() -> None:
    spy = Spy(says(200, DONE))
    for key in ("../../v1/x", "a/cancel", "a?b", "%2e", ""):
        with pytest.raises(PaymentNotFound):
            toss(spy).read(payment_key=key)
    assert spy.requests == []


def test_neither_repr_nor_log_nor_error_holds_a_secret_or_a_person(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = {"code": "REJECT_CARD_PAYMENT", "message": "한도초과"}
    provider = toss(says(403, refused), secret="verysecret")
    account = RefundAccount(bank="88", account_number="1000123456789", holder_name="김춘자")
    texts = [repr(provider), str(vars(provider)), repr(order()), repr(provider.checkout(order()))]
    texts.append(repr(account))
    with pytest.raises(PaymentError) as declined:
        confirm(provider)
    with pytest.raises(PaymentError) as refused_too:
        cancel(provider, account)
    texts += [repr(declined.value), repr(refused_too.value)]
    texts.append(caplog.text)
    assert "REJECT_CARD_PAYMENT" in caplog.text
    for secret in (
        "verysecret",
        "dmVyeXNlY3JldDo",
        "김춘자",
        "01012345678",
        "1234-5678",
        "123456789",
    ):
        assert secret not in "\n".join(texts)
