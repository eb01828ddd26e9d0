"""How the payment company behaves: a payment's life as pure functions from a record to a record and an answer.

The sandbox and the HTTP imitation of Toss Payments both stand on this, so there is one truth about the vendor. Records
turn to JSON and back, so any store can keep them. Cards and easy payments only; virtual accounts are not imitated.

Read from docs.tosspayments.com: session of 10 minutes, Payment object and how refunds shrink its amounts, error codes
with their HTTP status. Assumed where the documents are silent: a wrong amount is INVALID_REQUEST, a wrong order number
FORBIDDEN_REQUEST, and a refund may not eat more of the taxed or the tax-free part than is left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import uuid4

from jangteo.apps.payments.ports import CONFIRM_WITHIN_MINUTES, IDEMPOTENCY_DAYS, PaymentStatus

SEOUL = timezone(timedelta(hours=9))
#: a request that its server never finished stops blocking its idempotency key after this
RUNNING_LAPSES_SECONDS = 60
_APPROVED = frozenset({PaymentStatus.DONE, PaymentStatus.PARTIAL_CANCELED, PaymentStatus.CANCELED})

#: code to HTTP status and the vendor's sentence
VENDOR_ERRORS: dict[str, tuple[int, str]] = {
    "ALREADY_CANCELED_PAYMENT": (400, "이미 취소된 결제 입니다."),
    "ALREADY_PROCESSED_PAYMENT": (400, "이미 처리된 결제 입니다."),
    "DUPLICATED_ORDER_ID": (400, "이미 승인 및 취소가 진행된 중복된 주문번호 입니다."),
    "EXCEED_MAX_DAILY_PAYMENT_COUNT": (400, "하루 결제 가능 횟수를 초과했습니다."),
    "FAILED_INTERNAL_SYSTEM_PROCESSING": (500, "내부 시스템 처리 작업이 실패했습니다."),
    "FORBIDDEN_REQUEST": (403, "허용되지 않은 요청입니다."),
    "IDEMPOTENT_REQUEST_PROCESSING": (409, "이전 멱등 요청이 처리중입니다."),
    "INCORRECT_BASIC_AUTH_FORMAT": (403, "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요."),
    "INVALID_CARD_EXPIRATION": (400, "카드 정보를 다시 확인해주세요. (유효기간)"),
    "INVALID_IDEMPOTENCY_KEY": (400, "멱등키는 300자 이하여야 합니다."),
    "INVALID_REQUEST": (400, "잘못된 요청입니다."),
    "INVALID_STOPPED_CARD": (400, "정지된 카드 입니다."),
    "NOT_CANCELABLE_AMOUNT": (403, "취소 할 수 없는 금액 입니다."),
    "NOT_CANCELABLE_PAYMENT": (403, "취소 할 수 없는 결제 입니다."),
    "NOT_FOUND": (404, "존재하지 않는 정보 입니다."),
    "NOT_FOUND_PAYMENT": (404, "존재하지 않는 결제 정보 입니다."),
    "NOT_FOUND_PAYMENT_SESSION": (
        404,
        "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.",
    ),
    "NOT_MATCHES_REFUNDABLE_AMOUNT": (400, "잔액 결과가 일치하지 않습니다."),
    "PROVIDER_ERROR": (400, "일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요."),
    "REJECT_ACCOUNT_PAYMENT": (403, "잔액부족으로 결제에 실패했습니다."),
    "REJECT_CARD_COMPANY": (403, "결제 승인이 거절되었습니다."),
    "REJECT_CARD_PAYMENT": (403, "한도초과 혹은 잔액부족으로 결제에 실패했습니다."),
    "UNAUTHORIZED_KEY": (401, "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다."),
}


class Behaviour(StrEnum):
    """What the shopper chose on the sandbox's payment page: how the confirmation will go."""

    APPROVE = "approve"
    #: the card company refuses; nothing is charged
    DECLINE = "decline"
    #: the money is taken, but the answer never arrives
    TIMEOUT_AFTER_CAPTURE = "timeout-after-capture"
    #: every webhook is delivered twice
    DUPLICATE_WEBHOOK = "duplicate-webhook"
    #: the answer takes seconds
    SLOW = "slow"


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorAnswer:
    """What the company answers: an HTTP status and a JSON body."""

    status: int
    body: Mapping[str, Any]
    #: the work was done, but the caller must not see this answer
    lost: bool = False
    #: the payment changed, so a webhook goes out; a repeated answer changes nothing
    changed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedAnswer:
    """The answer kept for an idempotency key; status 0 while the first request still runs."""

    at: datetime
    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorCancel:
    """One refund in the company's books."""

    transaction_key: str
    amount_krw: int
    tax_free_krw: int
    #: aware, UTC
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorRecord:
    """One payment in the company's books. All times aware, UTC."""

    payment_key: str
    order_no: str
    order_name: str
    total_krw: int
    #: of the total, before refunds; 0 under a taxed contract
    tax_free_krw: int
    method: str
    behaviour: Behaviour
    #: the code with which a DECLINE declines
    decline_code: str
    authorized_at: datetime
    status: PaymentStatus = PaymentStatus.IN_PROGRESS
    approved_at: datetime | None = None
    cancels: tuple[VendorCancel, ...] = ()
    failure_code: str = ""
    #: operation and idempotency key to what was answered
    answers: Mapping[str, SavedAnswer] = field(default_factory=dict)

    @property
    def approved(self) -> bool:
        """Money was taken, whether or not refunded since."""
        return self.status in _APPROVED

    @property
    def balance_krw(self) -> int:
        """What can still be refunded."""
        return self.total_krw - sum(cancel.amount_krw for cancel in self.cancels)

    @property
    def tax_free_left_krw(self) -> int:
        """The tax-free part of the balance."""
        return self.tax_free_krw - sum(cancel.tax_free_krw for cancel in self.cancels)

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON types, for any store; ``from_json`` reads it."""
        loaded: dict[str, Any] = json.loads(json.dumps(asdict(self), default=datetime.isoformat))
        return loaded

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> VendorRecord:
        """The record that ``to_json`` wrote."""
        approved = data["approved_at"]
        return cls(
            **{
                **data,
                "behaviour": Behaviour(data["behaviour"]),
                "status": PaymentStatus(data["status"]),
                "authorized_at": datetime.fromisoformat(data["authorized_at"]),
                "approved_at": datetime.fromisoformat(approved) if approved else None,
                "cancels": tuple(VendorCancel(**_timed(item)) for item in data["cancels"]),
                "answers": {
                    slot: SavedAnswer(**_timed(item)) for slot, item in data["answers"].items()
                },
            }
        )


def _timed(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "at": datetime.fromisoformat(data["at"])}


def refusal(code: str) -> VendorAnswer:
    """The error body for one of ``VENDOR_ERRORS``."""
    status, message = VENDOR_ERRORS[code]
    return VendorAnswer(status=status, body={"code": code, "message": message})


def success(record: VendorRecord, *, lost: bool = False, changed: bool = False) -> VendorAnswer:
    """200 with the Payment object."""
    return VendorAnswer(status=200, body=payment_json(record), lost=lost, changed=changed)


def as_of(record: VendorRecord, now: datetime) -> VendorRecord:
    """The record with time passed: an authorisation dies 10 minutes after it was given."""
    too_late = now - record.authorized_at > timedelta(minutes=CONFIRM_WITHIN_MINUTES)
    if record.status is PaymentStatus.IN_PROGRESS and too_late:
        return replace(record, status=PaymentStatus.EXPIRED, failure_code="EXPIRED_PAYMENT")
    return record


def begin(
    record: VendorRecord, slot: str, now: datetime
) -> tuple[VendorRecord, VendorAnswer | None]:
    """Reserve an idempotency slot. The saved answer, or 409 while the first request runs, or None: go ahead."""
    saved = record.answers.get(slot)
    if saved is not None and _holds(saved, now):
        if saved.status:
            return record, VendorAnswer(status=saved.status, body=saved.body)
        return record, refusal("IDEMPOTENT_REQUEST_PROCESSING")
    return _with_answer(record, slot, SavedAnswer(at=now, status=0, body={})), None


def finish(record: VendorRecord, slot: str, answer: VendorAnswer, now: datetime) -> VendorRecord:
    """Keep the answer for 15 days, as the same key must get the same answer."""
    return _with_answer(record, slot, SavedAnswer(at=now, status=answer.status, body=answer.body))


def _holds(saved: SavedAnswer, now: datetime) -> bool:
    life = timedelta(days=IDEMPOTENCY_DAYS)
    if saved.status == 0:
        life = timedelta(seconds=RUNNING_LAPSES_SECONDS)
    return now - saved.at < life


def _with_answer(record: VendorRecord, slot: str, saved: SavedAnswer) -> VendorRecord:
    return replace(record, answers={**record.answers, slot: saved})


def confirm(
    record: VendorRecord, *, order_no: str, amount_krw: int, now: datetime
) -> tuple[VendorRecord, VendorAnswer]:
    """Take the money, or say why not."""
    record = as_of(record, now)
    if record.status is PaymentStatus.EXPIRED:
        return record, refusal("NOT_FOUND_PAYMENT_SESSION")
    if record.status is not PaymentStatus.IN_PROGRESS:
        return record, refusal("ALREADY_PROCESSED_PAYMENT")
    if order_no != record.order_no:
        return record, refusal("FORBIDDEN_REQUEST")
    if amount_krw != record.total_krw:
        return record, refusal("INVALID_REQUEST")
    if record.behaviour is Behaviour.DECLINE:
        record = replace(record, status=PaymentStatus.ABORTED, failure_code=record.decline_code)
        return record, replace(refusal(record.decline_code), changed=True)
    record = replace(record, status=PaymentStatus.DONE, approved_at=now)
    lost = record.behaviour is Behaviour.TIMEOUT_AFTER_CAPTURE
    return record, success(record, lost=lost, changed=True)


def cancel(
    record: VendorRecord,
    *,
    reason: str,
    amount_krw: int | None,
    tax_free_krw: int | None,
    refundable_krw: int | None,
    now: datetime,
) -> tuple[VendorRecord, VendorAnswer]:
    """Refund, or say why not. No amount is all that is left."""
    record = as_of(record, now)
    amount = record.balance_krw if amount_krw is None else amount_krw
    tax_free = tax_free_krw or 0
    if tax_free_krw is None and amount == record.balance_krw:
        tax_free = record.tax_free_left_krw
    if record.tax_free_krw == 0:
        tax_free = 0
    wrong = _not_cancelable(record, amount, tax_free, refundable_krw)
    if wrong:
        return record, refusal(wrong)
    entry = VendorCancel(
        transaction_key=uuid4().hex.upper(),
        amount_krw=amount,
        tax_free_krw=tax_free,
        at=now,
        reason=reason,
    )
    record = replace(record, cancels=(*record.cancels, entry))
    left = PaymentStatus.PARTIAL_CANCELED if record.balance_krw else PaymentStatus.CANCELED
    record = replace(record, status=left)
    return record, success(record, changed=True)


def _not_cancelable(
    record: VendorRecord, amount: int, tax_free: int, refundable: int | None
) -> str | None:
    """The code that forbids this refund, or None."""
    if not record.approved:
        return "NOT_CANCELABLE_PAYMENT"
    if record.balance_krw == 0:
        return "ALREADY_CANCELED_PAYMENT"
    if amount <= 0 or tax_free < 0 or tax_free > amount:
        return "INVALID_REQUEST"
    if refundable is not None and refundable != record.balance_krw:
        return "NOT_MATCHES_REFUNDABLE_AMOUNT"
    taxed_left = record.balance_krw - record.tax_free_left_krw
    if tax_free > record.tax_free_left_krw or amount - tax_free > taxed_left:
        return "NOT_CANCELABLE_AMOUNT"
    return None


def vat_krw(taxed_krw: int) -> int:
    """VAT inside a VAT-inclusive amount: a eleventh, rounded half up."""
    return (2 * taxed_krw + 11) // 22


def payment_json(record: VendorRecord) -> dict[str, Any]:
    """The Payment object, version 2022-11-16, as the company sends it."""
    taxed = record.balance_krw - record.tax_free_left_krw
    vat = vat_krw(taxed)
    return {
        "mId": "jangteo",
        "version": "2022-11-16",
        "type": "NORMAL",
        "paymentKey": record.payment_key,
        "orderId": record.order_no,
        "orderName": record.order_name,
        "currency": "KRW",
        "method": record.method,
        "status": record.status.value,
        "requestedAt": _stamp(record.authorized_at),
        "approvedAt": _stamp(record.approved_at) if record.approved_at else None,
        "lastTransactionKey": record.cancels[-1].transaction_key if record.cancels else None,
        "totalAmount": record.total_krw,
        "balanceAmount": record.balance_krw,
        "suppliedAmount": taxed - vat,
        "vat": vat,
        "taxFreeAmount": record.tax_free_left_krw,
        "taxExemptionAmount": 0,
        "isPartialCancelable": True,
        "useEscrow": False,
        "cultureExpense": False,
        "country": "KR",
        "secret": None,
        "metadata": None,
        "receipt": None,
        "checkout": None,
        "cancels": _cancels_json(record),
        "failure": _failure_json(record),
    }


def _cancels_json(record: VendorRecord) -> list[dict[str, Any]] | None:
    left, entries = record.total_krw, []
    for entry in record.cancels:
        left -= entry.amount_krw
        entries.append(
            {
                "transactionKey": entry.transaction_key,
                "cancelReason": entry.reason,
                "canceledAt": _stamp(entry.at),
                "cancelAmount": entry.amount_krw,
                "taxFreeAmount": entry.tax_free_krw,
                "taxExemptionAmount": 0,
                "easyPayDiscountAmount": 0,
                "refundableAmount": left,
                "cancelStatus": "DONE",
                "receiptKey": None,
                "cancelRequestId": None,
            }
        )
    return entries or None


def _failure_json(record: VendorRecord) -> dict[str, str] | None:
    if not record.failure_code:
        return None
    _, message = VENDOR_ERRORS.get(record.failure_code, (400, "결제가 만료되었습니다."))
    return {"code": record.failure_code, "message": message}


def webhook_json(record: VendorRecord, now: datetime) -> bytes:
    """The body of PAYMENT_STATUS_CHANGED for the record as it stands; it carries no signature."""
    message = {
        "eventType": "PAYMENT_STATUS_CHANGED",
        "createdAt": now.astimezone(SEOUL).replace(tzinfo=None).isoformat(timespec="microseconds"),
        "data": payment_json(record),
    }
    return json.dumps(message, ensure_ascii=False).encode()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(SEOUL).isoformat(timespec="seconds")
