"""What the payments app needs from a payment company.

The order of calls is the same for every company:

1. ``checkout`` when the order is stored, before the shopper leaves for the payment page;
2. ``parse_return`` when the browser comes back, and the amount compared with the stored order;
3. ``confirm`` within 10 minutes: only this moves money;
4. ``find`` after every ``PaymentUnknown``, before the shopper is told anything;
5. ``cancel`` for a refund, whole or in part, always with the tax-free part of it.

A browser, a webhook and the company's own answer are all checked, never believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

#: what a payment company accepts as an order number: 6 to 64 of these
ORDER_NO = re.compile(r"[A-Za-z0-9\-_=]{6,64}")
#: how long after the shopper's authorisation ``confirm`` still works
CONFIRM_WITHIN_MINUTES = 10
#: the longest idempotency key and the days for which it protects
IDEMPOTENCY_KEY_MAX = 300
IDEMPOTENCY_DAYS = 15
#: the longest reason of a refund
CANCEL_REASON_MAX = 200


class PaymentStatus(StrEnum):
    """Not a one-way street: a bank reversal may take a virtual account from DONE back to WAITING_FOR_DEPOSIT."""

    READY = "READY"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_DEPOSIT = "WAITING_FOR_DEPOSIT"
    DONE = "DONE"
    CANCELED = "CANCELED"
    PARTIAL_CANCELED = "PARTIAL_CANCELED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"


_APPROVED = frozenset({PaymentStatus.DONE, PaymentStatus.PARTIAL_CANCELED, PaymentStatus.CANCELED})
_NEVER_CHARGED = frozenset({PaymentStatus.ABORTED, PaymentStatus.EXPIRED})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutRequest:
    """An order that wants to be paid. ``ValueError`` if it could never be accepted."""

    order_no: str
    order_name: str
    #: what the shopper pays in all, VAT included
    amount_krw: int
    #: the part of ``amount_krw`` that is VAT-exempt (면세), e.g. raw vegetables
    tax_free_krw: int
    customer_name: str = field(repr=False)
    customer_phone: str = field(repr=False)
    success_url: str
    fail_url: str

    def __post_init__(self) -> None:
        if not ORDER_NO.fullmatch(self.order_no):
            raise ValueError("order_no must be 6 to 64 characters of A-Z a-z 0-9 - _ =")
        if self.amount_krw <= 0 or not 0 <= self.tax_free_krw <= self.amount_krw:
            raise ValueError("amount_krw must be positive and hold tax_free_krw")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutStart:
    """Where the shopper goes: follow ``url``, or load the script at ``url`` and hand ``params`` to it."""

    kind: Literal["redirect", "toss-widget"]
    url: str
    params: Mapping[str, str | int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentReturn:
    """What the browser brought back from the payment page. A shopper can edit it: compare with the stored order."""

    payment_key: str
    order_no: str
    amount_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundAccount:
    """Where a deposited virtual account is refunded to; no other method needs it."""

    #: the payment company's bank code, e.g. ``88``
    bank: str
    account_number: str = field(repr=False)
    holder_name: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderCancel:
    """One refund as the payment company keeps it."""

    transaction_key: str
    amount_krw: int
    #: the VAT-exempt part of ``amount_krw``
    tax_free_krw: int
    #: aware, UTC
    at: datetime
    reason: str
    #: False while a refund abroad is still on its way
    done: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderFailure:
    """Why a payment was aborted or expired, in the payment company's words."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderPayment:
    """A payment as the payment company keeps it, checked for consistency but not yet against your order's tax part."""

    payment_key: str
    order_no: str
    status: PaymentStatus
    #: what was paid; refunds never change it
    total_krw: int
    #: what can still be refunded
    balance_krw: int
    #: the VAT-exempt part of the balance: refunds shrink it. 0 under a taxed contract, whatever was sent
    tax_free_krw: int
    #: VAT in the balance, (balance - tax free) / 11 rounded half up; refunds shrink it
    vat_krw: int
    #: Korean word such as 카드, 간편결제, 계좌이체; empty before the shopper chose
    method: str
    #: aware, UTC; None before approval
    approved_at: datetime | None
    cancels: tuple[ProviderCancel, ...] = ()
    receipt_url: str = ""
    #: False: only the whole balance can be refunded
    partial_cancelable: bool = True
    failure: ProviderFailure | None = None
    #: of a virtual account: store it encrypted when confirmed, a deposit notice must carry the same
    deposit_secret: str = field(default="", repr=False)

    @property
    def approved(self) -> bool:
        """Money was taken at some time, whether or not it was refunded since."""
        return self.status in _APPROVED and self.approved_at is not None

    @property
    def never_charged(self) -> bool:
        """It ended without taking money and can no longer take any; also an account cancelled before its deposit."""
        return self.status in _NEVER_CHARGED or (
            self.status is PaymentStatus.CANCELED and self.approved_at is None
        )

    @property
    def canceled_krw(self) -> int:
        """Refunded so far."""
        return sum(cancel.amount_krw for cancel in self.cancels if cancel.done)

    @property
    def canceled_tax_free_krw(self) -> int:
        """The VAT-exempt part of what was refunded so far."""
        return sum(cancel.tax_free_krw for cancel in self.cancels if cancel.done)

    @property
    def fully_canceled(self) -> bool:
        """Nothing is left to refund. Ask this, not ``status``: a company may leave it at PARTIAL_CANCELED."""
        return self.approved and self.balance_krw == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookNotice:
    """A hint that something may have changed. Unsigned: re-read the payment before believing any of it."""

    #: empty in a deposit notice: use ``order_no`` with ``find``
    payment_key: str
    order_no: str
    event: str
    #: of a deposit notice: compare in constant time with the secret stored at confirm
    deposit_secret: str = field(default="", repr=False)


class PaymentProvider(Protocol):
    """A payment company. Every method may raise ``PaymentUnknown`` (silence, 5xx) and ``PaymentMisconfigured``."""

    #: stored with each payment so that the same company is asked again later
    name: str

    def checkout(self, request: CheckoutRequest) -> CheckoutStart:
        """Where to send the shopper. No network; nothing is charged."""
        ...

    def parse_return(self, query: Mapping[str, str]) -> PaymentReturn:
        """Read the success page's query. ``BadReturn`` when it is not one."""
        ...

    def confirm(
        self, *, payment_key: str, order_no: str, amount_krw: int, idempotency_key: str
    ) -> ProviderPayment:
        """Take the money. ``amount_krw`` comes from the stored order, never from the browser.

        The answer may be WAITING_FOR_DEPOSIT (virtual account): ask ``approved``. One idempotency key per order and
        payment key; the same key again never charges twice. Raises ``PaymentDeclined`` and its kinds,
        ``PaymentNotFound``, ``PaymentUnknown``.
        """
        ...

    def cancel(
        self,
        *,
        payment_key: str,
        reason: str,
        amount_krw: int,
        tax_free_krw: int,
        refundable_krw: int,
        idempotency_key: str,
        refund_account: RefundAccount | None = None,
    ) -> ProviderPayment:
        """Refund ``amount_krw``, of which ``tax_free_krw`` is VAT-exempt.

        ``refundable_krw`` is the balance you believe is left; when it is not, nothing is refunded. One idempotency key
        per refund, for exactly these values: the provider does not compare the body when a key repeats. Raises
        ``RefundRefused``, ``AlreadyRefunded``, ``PaymentNotFound``, ``PaymentUnknown``.
        """
        ...

    def read(self, *, payment_key: str) -> ProviderPayment:
        """The payment as it stands now. ``PaymentNotFound`` when there is none."""
        ...

    def find(self, *, order_no: str) -> ProviderPayment | None:
        """The order's payment as it stands now, or None when the shopper never got that far."""
        ...

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookNotice:
        """Read a webhook without believing it. ``BadWebhook`` when it is not one."""
        ...


def check_command(*, idempotency_key: str, reason: str | None = None) -> None:
    """``ValueError`` for a command that no provider would accept: a fault in our code, not the shopper's."""
    if not 1 <= len(idempotency_key) <= IDEMPOTENCY_KEY_MAX or not idempotency_key.isascii():
        raise ValueError("idempotency_key must be 1 to 300 ASCII characters")
    if not idempotency_key.isprintable():
        raise ValueError("idempotency_key must be printable")
    if reason is not None and not 1 <= len(reason) <= CANCEL_REASON_MAX:
        raise ValueError("reason must be 1 to 200 characters")
