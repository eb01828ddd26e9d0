"""Payment objects and webhooks as Toss really sends them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from jangteo.apps.payments.adapters.toss_protocol import parse_payment, parse_webhook
from jangteo.apps.payments.errors import UntrustedAnswer
from jangteo.apps.payments.ports import PaymentStatus

#: shape and amounts of an answer shown on the vendor's developer forum: 9,026 = 8,205 + 821
FORUM = {
    "paymentKey": "tforum20251121102047",
    "orderId": "39_C_1_51_1763688046",
    "taxExemptionAmount": 0,
    "status": "DONE",
    "approvedAt": "2025-11-21T10:21:09+09:00",
    "receipt": {"url": "https://dashboard.example.test/receipt"},
    "currency": "KRW",
    "totalAmount": 9026,
    "balanceAmount": 9026,
    "suppliedAmount": 8205,
    "vat": 821,
    "taxFreeAmount": 0,
    "method": "카드",
    "version": "2022-11-16",
    "metadata": None,
}


def cancel_entry(amount: object, *, status: str = "DONE") -> dict[str, object]:
    return {
        "transactionKey": "T1",
        "cancelReason": "과오납부",
        "canceledAt": "2025-11-21T11:01:16+09:00",
        "cancelAmount": amount,
        "taxFreeAmount": None,
        "cancelStatus": status,
    }


def test_a_real_answer() -> None:
    payment = parse_payment(FORUM)
    assert payment.status is PaymentStatus.DONE
    assert (payment.total_krw, payment.vat_krw) == (9026, 821)
    assert payment.approved_at == datetime(2025, 11, 21, 1, 21, 9, tzinfo=UTC)
    assert payment.receipt_url == "https://dashboard.example.test/receipt"
    assert payment.partial_cancelable


def test_a_full_refund_that_stays_partial_in_name_is_full() -> None:
    body = {
        **FORUM,
        "status": "PARTIAL_CANCELED",
        "balanceAmount": 0,
        "suppliedAmount": 0,
        "vat": 0,
        "cancels": [cancel_entry(9026)],
    }
    assert parse_payment(body).fully_canceled


def test_a_refund_on_its_way_is_not_counted() -> None:
    payment = parse_payment({**FORUM, "cancels": [cancel_entry(9026, status="IN_PROGRESS")]})
    assert payment.canceled_krw == 0
    assert not payment.fully_canceled


def test_whole_floats_are_won_and_fractions_are_not() -> None:
    assert parse_payment({**FORUM, "taxFreeAmount": 0.0}).tax_free_krw == 0
    for value in (0.5, True, "0", -1, float("nan")):
        with pytest.raises(UntrustedAnswer):
            parse_payment({**FORUM, "taxFreeAmount": value})


def test_a_cup_deposit_is_part_of_the_sum() -> None:
    body = {**FORUM, "suppliedAmount": 7905, "taxExemptionAmount": 300}
    assert parse_payment(body).total_krw == 9026


def test_a_virtual_account_waits_and_keeps_its_secret_out_of_repr() -> None:
    body = {
        **FORUM,
        "status": "WAITING_FOR_DEPOSIT",
        "approvedAt": None,
        "method": "가상계좌",
        "secret": "ps_hidden",
    }
    payment = parse_payment(body)
    assert not payment.approved
    assert not payment.never_charged
    assert payment.deposit_secret == "ps_hidden"
    assert "ps_hidden" not in repr(payment)


def test_an_account_cancelled_before_its_deposit_never_took_money() -> None:
    payment = parse_payment({**FORUM, "status": "CANCELED", "approvedAt": None})
    assert payment.never_charged
    assert not payment.approved


def test_a_deposit_notice_comes_flat_and_without_a_payment_key() -> None:
    body = {
        "createdAt": "2026-11-21T12:00:00.000000",
        "secret": "ps_hidden",
        "status": "DONE",
        "transactionKey": "T1",
        "orderId": "o_20261121_0007",
    }
    notice = parse_webhook(json.dumps(body).encode())
    assert (notice.event, notice.payment_key) == ("DEPOSIT_CALLBACK", "")
    assert (notice.order_no, notice.deposit_secret) == ("o_20261121_0007", "ps_hidden")
    assert "ps_hidden" not in repr(notice)


def test_news_about_no_payment_is_read_and_can_be_ignored() -> None:
    notice = parse_webhook(b'{"eventType":"payout.changed","data":{"id":"p1"}}')
    assert (notice.event, notice.payment_key, notice.order_no) == ("payout.changed", "", "")
