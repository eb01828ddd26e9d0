"""Toss Payments' messages, read with suspicion: the Payment object (API 2022-11-16), the success page's query and
webhooks.

Both the real adapter and the sandbox read their payments here, so a payment means the same in both.
Sources: docs.tosspayments.com/reference (Payment object), /guides/webhook, and live samples of its developer forum.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from jangteo.apps.payments.errors import BadReturn, BadWebhook, UntrustedAnswer
from jangteo.apps.payments.ports import (
    ORDER_NO,
    PaymentReturn,
    PaymentStatus,
    ProviderCancel,
    ProviderFailure,
    ProviderPayment,
    WebhookNotice,
)

#: a payment key travels in URLs: nothing else may get into a path
PAYMENT_KEY = re.compile(r"[A-Za-z0-9_\-]{1,200}")
_WEBHOOK_MAX_BYTES = 256 * 1024
_AMOUNT = re.compile(r"[1-9][0-9]{0,11}")
_PAYMENT_EVENTS = frozenset({"PAYMENT_STATUS_CHANGED", "CANCEL_STATUS_CHANGED"})


def parse_payment(body: object) -> ProviderPayment:
    """A Payment object as a record. ``UntrustedAnswer`` when a field is missing or the sums do not agree."""
    answer = _mapping(body)
    if answer.get("currency") != "KRW":
        raise _untrusted("currency")
    payment = ProviderPayment(
        payment_key=_text(answer, "paymentKey"),
        order_no=_text(answer, "orderId"),
        status=_status(answer),
        total_krw=_krw(answer, "totalAmount"),
        balance_krw=_krw(answer, "balanceAmount"),
        tax_free_krw=_krw(answer, "taxFreeAmount", missing=0),
        vat_krw=_krw(answer, "vat", missing=0),
        method=_optional_text(answer, "method"),
        approved_at=_optional_time(answer, "approvedAt"),
        cancels=_cancels(answer),
        receipt_url=_optional_text(_optional_mapping(answer, "receipt"), "url"),
        partial_cancelable=answer.get("isPartialCancelable") is not False,
        failure=_failure(answer),
        deposit_secret=_optional_text(answer, "secret"),
    )
    _check_sums(payment, answer)
    return payment


def _check_sums(payment: ProviderPayment, answer: Mapping[str, Any]) -> None:
    """Toss: supplied + vat + tax free + exempt is the balance, and shrinks with it; the total never changes."""
    if not payment.approved:
        return
    parts = (
        _krw(answer, "suppliedAmount")
        + payment.vat_krw
        + payment.tax_free_krw
        + _krw(answer, "taxExemptionAmount", missing=0)
    )
    if parts not in {payment.balance_krw, payment.total_krw}:
        raise _untrusted("amount parts")
    if payment.balance_krw + payment.canceled_krw != payment.total_krw:
        raise _untrusted("balance")


def check_same(
    payment: ProviderPayment,
    *,
    payment_key: str | None = None,
    order_no: str | None = None,
    total_krw: int | None = None,
) -> ProviderPayment:
    """The payment, if it is the one that was asked for; else ``UntrustedAnswer``."""
    if payment_key is not None and payment.payment_key != payment_key:
        raise _untrusted("paymentKey")
    if order_no is not None and payment.order_no != order_no:
        raise _untrusted("orderId")
    if total_krw is not None and payment.total_krw != total_krw:
        raise _untrusted("totalAmount")
    return payment


def check_cancelled(payment: ProviderPayment, *, amount_krw: int, reason: str) -> ProviderPayment:
    """The payment, if it shows the refund that was asked for.

    An idempotency key that was used for another refund makes Toss repeat that other answer; this notices it.
    """
    for cancel in payment.cancels:
        if cancel.amount_krw == amount_krw and cancel.reason.strip() == reason.strip():
            return payment
    raise _untrusted("cancels")


def parse_return(query: Mapping[str, str]) -> PaymentReturn:
    """The success page's query ``paymentKey, orderId, amount``. ``BadReturn`` when it is not one."""
    key, order_no, amount = (query.get(name, "") for name in ("paymentKey", "orderId", "amount"))
    good = PAYMENT_KEY.fullmatch(key) and ORDER_NO.fullmatch(order_no) and _AMOUNT.fullmatch(amount)
    if not good or not amount.isascii():
        raise BadReturn
    return PaymentReturn(payment_key=key, order_no=order_no, amount_krw=int(amount))


def parse_webhook(body: bytes) -> WebhookNotice:
    """A webhook's event and keys. ``BadWebhook`` when it is not one.

    ``DEPOSIT_CALLBACK`` comes flat, without an event name and without a payment key. Events that are about no payment
    give a notice with empty keys, to be answered with 200 and ignored.
    """
    message = _webhook_json(body)
    event = message.get("eventType")
    if event is None and isinstance(message.get("secret"), str):
        return _deposit_notice(message)
    if not isinstance(event, str) or not 0 < len(event) <= 64:
        raise BadWebhook
    if event not in _PAYMENT_EVENTS:
        return WebhookNotice(payment_key="", order_no="", event=event)
    data = message.get("data")
    if not isinstance(data, dict):
        raise BadWebhook
    return WebhookNotice(
        payment_key=_notice_text(data, "paymentKey", PAYMENT_KEY),
        order_no=_notice_text(data, "orderId", ORDER_NO),
        event=event,
    )


def _deposit_notice(message: Mapping[str, Any]) -> WebhookNotice:
    return WebhookNotice(
        payment_key="",
        order_no=_notice_text(message, "orderId", ORDER_NO),
        event="DEPOSIT_CALLBACK",
        deposit_secret=message["secret"],
    )


def _webhook_json(body: bytes) -> dict[str, Any]:
    if len(body) > _WEBHOOK_MAX_BYTES:
        raise BadWebhook
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise BadWebhook from None
    if not isinstance(message, dict):
        raise BadWebhook
    return message


def _notice_text(data: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise BadWebhook
    return value


def _untrusted(what: str) -> UntrustedAnswer:
    return UntrustedAnswer(
        vendor_code="UNTRUSTED_ANSWER", vendor_message=what, retry_same_key=False
    )


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _untrusted("body")
    return value


def _optional_mapping(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise _untrusted(name)
    return value


def _optional_text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _krw(answer: Mapping[str, Any], name: str, *, missing: int | None = None) -> int:
    """Whole won, 0 or more. 5000.0 is 5000; 5000.5, "5000" and true are nothing we can book."""
    value = answer.get(name)
    if value is None and missing is not None:
        return missing
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _untrusted(name)
    return value


def _status(answer: Mapping[str, Any]) -> PaymentStatus:
    """A status that we do not know is neither paid nor failed."""
    try:
        return PaymentStatus(_text(answer, "status"))
    except ValueError:
        raise _untrusted("status") from None


def _time(value: object, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _untrusted(name)
    return moment.astimezone(UTC)


def _optional_time(answer: Mapping[str, Any], name: str) -> datetime | None:
    value = answer.get(name)
    return None if value is None else _time(value, name)


def _cancels(answer: Mapping[str, Any]) -> tuple[ProviderCancel, ...]:
    value = answer.get("cancels") or []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _untrusted("cancels")
    return tuple(_cancel(_mapping(item)) for item in value)


def _cancel(item: Mapping[str, Any]) -> ProviderCancel:
    return ProviderCancel(
        transaction_key=_text(item, "transactionKey"),
        amount_krw=_krw(item, "cancelAmount"),
        tax_free_krw=_krw(item, "taxFreeAmount", missing=0),
        at=_time(item.get("canceledAt"), "canceledAt"),
        reason=_optional_text(item, "cancelReason"),
        done=item.get("cancelStatus", "DONE") == "DONE",
    )


def _failure(answer: Mapping[str, Any]) -> ProviderFailure | None:
    failure = _optional_mapping(answer, "failure")
    if not failure:
        return None
    return ProviderFailure(
        code=_optional_text(failure, "code"), message=_optional_text(failure, "message")
    )
