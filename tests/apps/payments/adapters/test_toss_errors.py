"""What each of the vendor's error codes means for the shopper's money."""

from __future__ import annotations

import pytest

from jangteo.apps.payments.adapters.toss_errors import Operation, error_for
from jangteo.apps.payments.adapters.vendor_state import VENDOR_ERRORS
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

CASES: list[tuple[Operation, int, str, type[PaymentError]]] = [
    ("confirm", 400, "ALREADY_PROCESSED_PAYMENT", PaymentUnknown),
    ("confirm", 400, "PROVIDER_ERROR", PaymentUnknown),
    ("confirm", 400, "CARD_PROCESSING_ERROR", PaymentUnknown),
    ("confirm", 400, "DUPLICATED_ORDER_ID", PaymentUnknown),
    ("confirm", 400, "A_CODE_OF_NEXT_YEAR", PaymentUnknown),
    ("confirm", 400, "", PaymentUnknown),
    ("confirm", 302, "", PaymentUnknown),
    ("confirm", 408, "", PaymentUnknown),
    ("confirm", 409, "IDEMPOTENT_REQUEST_PROCESSING", PaymentUnknown),
    ("confirm", 429, "TOO_MANY_REQUESTS", PaymentUnknown),
    ("confirm", 500, "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING", PaymentUnknown),
    ("confirm", 500, "FAILED_INTERNAL_SYSTEM_PROCESSING", PaymentUnknown),
    ("confirm", 500, "UNKNOWN_PAYMENT_ERROR", PaymentUnknown),
    ("confirm", 502, "REJECT_CARD_PAYMENT", PaymentUnknown),
    ("confirm", 400, "INVALID_REQUEST", PaymentDeclined),
    ("confirm", 400, "EXCEED_MAX_CARD_INSTALLMENT_PLAN", PaymentDeclined),
    ("confirm", 400, "INVALID_STOPPED_CARD", PaymentDeclined),
    ("confirm", 400, "INVALID_CARD_EXPIRATION", PaymentDeclined),
    ("confirm", 400, "EXCEED_MAX_DAILY_PAYMENT_COUNT", PaymentDeclined),
    ("confirm", 400, "INVALID_CARD_LOST_OR_STOLEN", PaymentDeclined),
    ("confirm", 403, "REJECT_ACCOUNT_PAYMENT", PaymentDeclined),
    ("confirm", 403, "REJECT_CARD_PAYMENT", PaymentDeclined),
    ("confirm", 403, "REJECT_CARD_COMPANY", PaymentDeclined),
    ("confirm", 403, "FORBIDDEN_REQUEST", PaymentDeclined),
    ("confirm", 403, "EXCEED_MAX_AUTH_COUNT", PaymentDeclined),
    ("confirm", 403, "EXCEED_MAX_ONE_DAY_AMOUNT", PaymentDeclined),
    ("confirm", 403, "NOT_AVAILABLE_BANK", PaymentDeclined),
    ("confirm", 403, "INVALID_PASSWORD", PaymentDeclined),
    ("confirm", 403, "FDS_ERROR", PaymentDeclined),
    ("confirm", 404, "NOT_FOUND_PAYMENT", PaymentNotFound),
    ("confirm", 404, "NOT_FOUND_PAYMENT_SESSION", PaymentExpired),
    ("confirm", 400, "INVALID_API_KEY", PaymentMisconfigured),
    ("confirm", 401, "UNAUTHORIZED_KEY", PaymentMisconfigured),
    ("confirm", 401, "", PaymentMisconfigured),
    ("confirm", 403, "INCORRECT_BASIC_AUTH_FORMAT", PaymentMisconfigured),
    ("cancel", 400, "ALREADY_CANCELED_PAYMENT", AlreadyRefunded),
    ("cancel", 403, "NOT_CANCELABLE_AMOUNT", RefundRefused),
    ("cancel", 403, "NOT_CANCELABLE_PAYMENT", RefundRefused),
    ("cancel", 400, "NOT_MATCHES_REFUNDABLE_AMOUNT", RefundRefused),
    ("cancel", 400, "INVALID_REFUND_ACCOUNT_INFO", RefundRefused),
    ("cancel", 403, "EXCEED_MAX_REFUND_DUE", RefundRefused),
    ("cancel", 403, "NOT_ALLOWED_PARTIAL_REFUND", RefundRefused),
    ("cancel", 403, "NOT_AVAILABLE_BANK", RefundRefused),
    ("cancel", 400, "PROVIDER_ERROR", RefundUnknown),
    ("cancel", 403, "FORBIDDEN_CONSECUTIVE_REQUEST", RefundUnknown),
    ("cancel", 400, "ALREADY_REFUND_PAYMENT", RefundUnknown),
    ("cancel", 500, "FAILED_PARTIAL_REFUND", RefundUnknown),
    ("cancel", 404, "NOT_FOUND_PAYMENT", PaymentNotFound),
    ("read", 404, "NOT_FOUND_PAYMENT", PaymentNotFound),
    ("read", 401, "UNAUTHORIZED_KEY", PaymentMisconfigured),
    ("read", 403, "FORBIDDEN_REQUEST", PaymentMisconfigured),
    ("read", 403, "REJECT_CARD_PAYMENT", PaymentUnknown),
]


@pytest.mark.parametrize(("operation", "status", "code", "expected"), CASES)
def test_code_to_error(
    operation: Operation, status: int, code: str, expected: type[PaymentError]
) -> None:
    error = error_for(operation, status, code, "까닭 {braces}")
    assert type(error) is expected
    assert (error.vendor_code, error.vendor_message) == (code, "까닭 {braces}")


@pytest.mark.parametrize(
    ("status", "same_key"),
    [(408, True), (409, True), (429, True), (500, True), (503, True), (400, False), (403, False)],
)
def test_an_answer_that_would_only_be_repeated_needs_a_new_key(status: int, same_key: bool) -> None:
    error = error_for("cancel", status, "PROVIDER_ERROR", "")
    assert isinstance(error, PaymentUnknown)
    assert error.retry_same_key is same_key


def test_no_imitated_code_that_took_money_reads_as_declined() -> None:
    uncertain = {"ALREADY_PROCESSED_PAYMENT", "PROVIDER_ERROR", "DUPLICATED_ORDER_ID"}
    for code in uncertain:
        status, message = VENDOR_ERRORS[code]
        assert type(error_for("confirm", status, code, message)) is PaymentUnknown


@pytest.mark.parametrize(
    "kind", [PaymentDeclined, PaymentExpired, RefundRefused, PaymentUnknown, PaymentNotFound]
)
def test_every_message_says_what_happened_to_the_money(kind: type[PaymentError]) -> None:
    error = kind(vendor_code="X", vendor_message="가" * 500)
    assert "{" not in error.message("ko") + error.message("en")
    assert len(error.vendor_message) == 200
    assert any(
        word in error.message("ko") for word in ("되지 않았어요", "확인하고", "오간 돈은 없")
    )
