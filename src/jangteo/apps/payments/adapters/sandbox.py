"""A payment company inside this process: no network, no real money, and the real company's faults on request.

It answers with the same JSON as Toss Payments and that JSON is read by the same code, so what works here works there.
Charges live in a ``SandboxStore``; with one in the database they survive a killed server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from jangteo.apps.payments.adapters import toss_protocol
from jangteo.apps.payments.adapters.toss_errors import Operation, error_for
from jangteo.apps.payments.adapters.vendor_desk import (
    MemorySandboxStore,
    SandboxStore,
    VendorDesk,
    utc_now,
)
from jangteo.apps.payments.adapters.vendor_state import Behaviour, VendorAnswer
from jangteo.apps.payments.errors import PaymentNotFound, PaymentUnknown
from jangteo.apps.payments.ports import (
    CheckoutRequest,
    CheckoutStart,
    PaymentReturn,
    ProviderPayment,
    RefundAccount,
    WebhookNotice,
    check_command,
)

__all__ = [
    "Behaviour",
    "MemorySandboxStore",
    "SandboxProvider",
    "SandboxStore",
    "refused_url",
    "success_url",
]


class SandboxProvider:
    """``PaymentProvider`` that needs nothing but a store and the address of the sandbox's payment page.

    ``on_webhook`` receives each webhook body after a charge or a refund, where the real company would post it; without
    it, ``webhooks`` gives them. ``pause`` and ``slow_seconds`` are for the slow payment.
    """

    name = "sandbox"

    def __init__(
        self,
        store: SandboxStore,
        pay_page_url: str,
        *,
        clock: Callable[[], datetime] = utc_now,
        on_webhook: Callable[[bytes], None] | None = None,
        mixed_tax: bool = True,
        slow_seconds: float = 5.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._desk = VendorDesk(
            store, clock=clock, mixed_tax=mixed_tax, slow_seconds=slow_seconds, pause=pause
        )
        self._pay_page_url = pay_page_url
        self._on_webhook = on_webhook

    def checkout(self, request: CheckoutRequest) -> CheckoutStart:
        """The payment page with the order in its query. Like the real widget's, that query can be edited by anyone."""
        query: dict[str, str | int] = {
            "orderId": request.order_no,
            "orderName": request.order_name,
            "amount": request.amount_krw,
            "taxFreeAmount": request.tax_free_krw,
            "successUrl": request.success_url,
            "failUrl": request.fail_url,
        }
        return CheckoutStart(kind="redirect", url=_with_query(self._pay_page_url, query))

    def authorize(
        self,
        order_no: str,
        amount_krw: int,
        tax_free_krw: int,
        behaviour: Behaviour = Behaviour.APPROVE,
        *,
        order_name: str = "",
        method: str = "카드",
        decline_code: str = "REJECT_CARD_PAYMENT",
    ) -> str:
        """The shopper's yes on the payment page: a payment key, good for 10 minutes. Nothing is charged yet.

        ``PaymentDeclined`` when the order was already paid.
        """
        record = self._desk.authorize(
            order_no=order_no,
            amount_krw=amount_krw,
            tax_free_krw=tax_free_krw,
            order_name=order_name,
            method=method,
            behaviour=behaviour,
            decline_code=decline_code,
        )
        if isinstance(record, VendorAnswer):
            raise _error("confirm", record)
        return record.payment_key

    def parse_return(self, query: Mapping[str, str]) -> PaymentReturn:
        """See ``PaymentProvider.parse_return``."""
        return toss_protocol.parse_return(query)

    def confirm(
        self, *, payment_key: str, order_no: str, amount_krw: int, idempotency_key: str
    ) -> ProviderPayment:
        """See ``PaymentProvider.confirm``."""
        check_command(idempotency_key=idempotency_key)
        answer = self._desk.confirm(
            payment_key=payment_key,
            order_no=order_no,
            amount_krw=amount_krw,
            idempotency_key=idempotency_key,
        )
        payment = self._changed("confirm", payment_key, answer)
        return toss_protocol.check_same(payment, order_no=order_no, total_krw=amount_krw)

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
        """See ``PaymentProvider.cancel``. The sandbox has no virtual accounts, so ``refund_account`` is not used."""
        check_command(idempotency_key=idempotency_key, reason=reason)
        answer = self._desk.cancel(
            payment_key=payment_key,
            reason=reason,
            amount_krw=amount_krw,
            tax_free_krw=tax_free_krw,
            refundable_krw=refundable_krw,
            idempotency_key=idempotency_key,
        )
        payment = self._changed("cancel", payment_key, answer)
        return toss_protocol.check_cancelled(payment, amount_krw=amount_krw, reason=reason)

    def read(self, *, payment_key: str) -> ProviderPayment:
        """See ``PaymentProvider.read``."""
        return _payment("read", self._desk.read(payment_key))

    def find(self, *, order_no: str) -> ProviderPayment | None:
        """See ``PaymentProvider.find``."""
        try:
            return _payment("read", self._desk.find(order_no))
        except PaymentNotFound:
            return None

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookNotice:
        """See ``PaymentProvider.parse_webhook``."""
        return toss_protocol.parse_webhook(body)

    def webhooks(self, payment_key: str) -> tuple[bytes, ...]:
        """The webhook bodies that the company would post about this payment now; two for a duplicating one."""
        return self._desk.webhooks(payment_key)

    def _changed(
        self, operation: Operation, payment_key: str, answer: VendorAnswer
    ) -> ProviderPayment:
        """Post the webhooks of what changed, then the answer; a lost answer is lost only to the caller."""
        if answer.changed and self._on_webhook is not None:
            for body in self.webhooks(payment_key):
                self._on_webhook(body)
        if answer.lost:
            raise PaymentUnknown(vendor_code="ReadTimeout")
        return _payment(operation, answer)


def success_url(url: str, *, payment_key: str, order_no: str, amount_krw: int) -> str:
    """Where the payment page sends the shopper after a yes."""
    query: dict[str, str | int] = {
        "paymentType": "NORMAL",
        "paymentKey": payment_key,
        "orderId": order_no,
        "amount": amount_krw,
    }
    return _with_query(url, query)


def refused_url(url: str, *, code: str, message: str, order_no: str = "") -> str:
    """Where the payment page sends the shopper after a no; without the order number when the shopper walked away
    (``PAY_PROCESS_CANCELED``), as at the real company."""
    query: dict[str, str | int] = {"code": code, "message": message}
    if order_no and code != "PAY_PROCESS_CANCELED":
        query["orderId"] = order_no
    return _with_query(url, query)


def _with_query(url: str, query: Mapping[str, str | int]) -> str:
    parts = urlsplit(url)
    joined = "&".join(part for part in (parts.query, urlencode(query)) if part)
    return urlunsplit(parts._replace(query=joined))


def _payment(operation: Operation, answer: VendorAnswer) -> ProviderPayment:
    if answer.status != 200:
        raise _error(operation, answer)
    return toss_protocol.parse_payment(dict(answer.body))


def _error(operation: Operation, answer: VendorAnswer) -> Exception:
    return error_for(operation, answer.status, answer.body["code"], answer.body["message"])
