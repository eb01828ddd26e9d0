"""Toss Payments' error codes and what each means for the shopper's money.

A code that is not in the table of its operation means *unknown*: the payment is looked up before anybody is told
anything. Only codes whose documented meaning is "not charged" or "not refunded" are listed. Codes and meanings:
docs.tosspayments.com/reference/error-codes (payment confirm, payment cancel, payment lookup).
"""

from __future__ import annotations

from typing import Literal

from jangteo.apps.payments.errors import (
    AlreadyRefunded,
    PaymentDeclined,
    PaymentError,
    PaymentExpired,
    PaymentMisconfigured,
    PaymentNotFound,
    PaymentUnknown,
    RefundRefused,
    RefundUnknown,
)

Operation = Literal["confirm", "cancel", "read"]

_KEYS = frozenset(
    {
        "INVALID_API_KEY",
        "UNAUTHORIZED_KEY",
        "INCORRECT_BASIC_AUTH_FORMAT",
        "INVALID_CLIENT_KEY",
        "INSECURE_KEY_USAGE",
        "API_KEY_ACCESS_DENIED",
        "NOT_FOUND_TERMINAL_ID",
        "INVALID_UNREGISTERED_SUBMALL",
        "NOT_REGISTERED_SUBMALL",
        "NOT_REGISTERED_BUSINESS",
        "INVALID_AUTHORIZE_AUTH",
    }
)

_DECLINED = frozenset(
    {
        "BELOW_MINIMUM_AMOUNT",
        "EXCEED_MAX_AMOUNT",
        "EXCEED_MAX_AUTH_COUNT",
        "EXCEED_MAX_CARD_INSTALLMENT_PLAN",
        "EXCEED_MAX_DAILY_PAYMENT_COUNT",
        "EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
        "EXCEED_MAX_ONE_DAY_AMOUNT",
        "EXCEED_MAX_ONE_DAY_WITHDRAW_AMOUNT",
        "EXCEED_MAX_ONE_TIME_WITHDRAW_AMOUNT",
        "EXCEED_MAX_PAYMENT_AMOUNT",
        "FDS_ERROR",
        "FORBIDDEN_REQUEST",
        "INVALID_ACCOUNT_INFO_RE_REGISTER",
        "INVALID_CARD_EXPIRATION",
        "INVALID_CARD_INSTALLMENT_PLAN",
        "INVALID_CARD_LOST_OR_STOLEN",
        "INVALID_CARD_NUMBER",
        "INVALID_IDEMPOTENCY_KEY",
        "INVALID_PASSWORD",
        "INVALID_REJECT_CARD",
        "INVALID_REQUEST",
        "INVALID_STOPPED_CARD",
        "NOT_ALLOWED_POINT_USE",
        "NOT_AVAILABLE_BANK",
        "NOT_AVAILABLE_PAYMENT",
        "NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT",
        "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN",
        "NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT",
        "REJECT_ACCOUNT_PAYMENT",
        "REJECT_CARD_COMPANY",
        "REJECT_CARD_PAYMENT",
        "REJECT_TOSSPAY_INVALID_ACCOUNT",
        "RESTRICTED_TRANSFER_ACCOUNT",
    }
)

_REFUND_REFUSED = frozenset(
    {
        "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
        "EXCEED_CANCEL_LIMIT",
        "EXCEED_MAX_REFUND_DUE",
        "FORBIDDEN_BANK_REFUND_REQUEST",
        "FORBIDDEN_REQUEST",
        "INVALID_BANK",
        "INVALID_IDEMPOTENCY_KEY",
        "INVALID_REFUND_ACCOUNT_INFO",
        "INVALID_REFUND_ACCOUNT_NUMBER",
        "INVALID_REQUEST",
        "NOT_ALLOWED_PARTIAL_REFUND",
        "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
        "NOT_AVAILABLE_BANK",
        "NOT_CANCELABLE_AMOUNT",
        "NOT_CANCELABLE_PAYMENT",
        "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
        "NOT_MATCHES_REFUNDABLE_AMOUNT",
        "REFUND_REJECTED",
    }
)

_KEY_ERRORS: dict[str, type[PaymentError]] = dict.fromkeys(_KEYS, PaymentMisconfigured)

#: operation, then the provider's code, to the error that is raised; whatever is not here is ``PaymentUnknown``
ERROR_TABLE: dict[Operation, dict[str, type[PaymentError]]] = {
    "confirm": {
        **_KEY_ERRORS,
        **dict.fromkeys(_DECLINED, PaymentDeclined),
        "NOT_FOUND_PAYMENT_SESSION": PaymentExpired,
        "NOT_FOUND_PAYMENT": PaymentNotFound,
    },
    "cancel": {
        **_KEY_ERRORS,
        **dict.fromkeys(_REFUND_REFUSED, RefundRefused),
        "ALREADY_CANCELED_PAYMENT": AlreadyRefunded,
        "NOT_FOUND_PAYMENT": PaymentNotFound,
    },
    "read": {
        **_KEY_ERRORS,
        "FORBIDDEN_REQUEST": PaymentMisconfigured,
        "NOT_FOUND_PAYMENT": PaymentNotFound,
        "NOT_FOUND": PaymentNotFound,
    },
}

_UNAUTHORIZED = 401
_CONFLICT = 409
_TOO_MANY = 429
_SERVER_FAULT = 500


def unknown(
    operation: Operation, code: str, message: str = "", *, retry_same_key: bool = True
) -> PaymentUnknown:
    """Nobody knows whether the money moved."""
    kind = RefundUnknown if operation == "cancel" else PaymentUnknown
    return kind(vendor_code=code, vendor_message=message, retry_same_key=retry_same_key)


def error_for(operation: Operation, status: int, code: str, message: str) -> PaymentError:
    """The error that an answer other than 200 means.

    A 5xx, 408, 409 or 429 is unknown whatever its code says, and may be sent again with the same key. Any other
    unlisted code is unknown too, but the provider will repeat it for that key, so ``retry_same_key`` is False.
    """
    if status >= _SERVER_FAULT or status in {408, _CONFLICT, _TOO_MANY}:
        return unknown(operation, code, message)
    known = ERROR_TABLE[operation].get(code)
    if known is None and status == _UNAUTHORIZED:
        known = PaymentMisconfigured
    if known is None:
        return unknown(operation, code, message, retry_same_key=False)
    return known(vendor_code=code, vendor_message=message)
