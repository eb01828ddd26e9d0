"""The shopper comes back from the payment company: take the money once, and never lose track of it.

Three steps, each durable before the next: remember that confirm is about to be called; call it; book the answer.
A process killed between them leaves a payment in CONFIRMING, which `resolve_payment` finishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jangteo.apps.orders.actions.mark_paid import mark_paid
from jangteo.apps.orders.errors import OrderNotPayable
from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.models import Order
from jangteo.apps.orders.progress import owe
from jangteo.apps.payments.booking import book_sale
from jangteo.apps.payments.errors import AmountMismatch, PaymentDeclined, PaymentUnknown
from jangteo.apps.payments.models import Payment
from jangteo.apps.payments.ports import PaymentProvider, PaymentReturn, ProviderPayment
from jangteo.apps.payments.providers import provider
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action

#: states in which a shopper may still pay; an expired order is paid from what is left on the shelf
PAYABLE = (Order.State.PLACED, Order.State.EXPIRED)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedPayment:
    """The order is paid."""

    order_id: int
    payment_id: int
    amount_krw: int


@action(
    "payments.confirm_payment",
    allow={Role.SHOPPER},
    within="market",
    token_scope="orders:write",
    atomic=False,
)
def confirm_payment(
    *, actor: Actor, market_id: int, order_id: int, returned: PaymentReturn, now: datetime
) -> ConfirmedPayment:
    """Confirm at the provider and book it. The same return again changes nothing.

    The amount is compared with the order's on the server, before and after. Raises `AmountMismatch`,
    `PaymentDeclined`, `PaymentUnknown` (nobody knows yet: the order page follows it up), `OrderNotPayable`.
    """
    payment = _remember(market_id, order_id, returned, now)
    if payment.state == Payment.State.APPROVED:
        return _confirmed(payment)
    company = provider(payment.provider)
    try:
        answer = company.confirm(
            payment_key=payment.provider_key,
            order_no=returned.order_no,
            amount_krw=payment.amount_krw,
            idempotency_key=f"confirm-{payment.pk}",
        )
    except PaymentDeclined as problem:
        _decline(payment, problem.vendor_code or problem.code)
        raise
    except PaymentUnknown:
        found = _look_up(company, returned.order_no)
        if found is None or not found.approved:
            raise
        answer = found
    return book_answer(payment, answer, now)


def _remember(market_id: int, order_id: int, returned: PaymentReturn, now: datetime) -> Payment:
    """Durably note that this payment key is about to be confirmed."""
    with transaction.atomic():
        order = lock_order(market_id, order_id).order
        if order.payment_order_no != returned.order_no:
            raise NotFound
        payment = (
            Payment.objects.select_for_update()
            .filter(market_id=market_id, order=order, provider_key=returned.payment_key)
            .first()
        )
        if payment is not None and payment.state == Payment.State.APPROVED:
            return payment
        if returned.amount_krw != order.total_krw:
            raise AmountMismatch
        if order.state not in PAYABLE:
            raise OrderNotPayable(state=order.state)
        if payment is None:
            payment = _take_started(order, now)
            payment.provider_key = returned.payment_key
        elif payment.state == Payment.State.DECLINED:
            raise PaymentDeclined(vendor_code=payment.failure_code)
        payment.state = Payment.State.CONFIRMING
        payment.confirming_at = payment.confirming_at or now
        payment.save()
        return payment


def _take_started(order: Order, now: datetime) -> Payment:
    started = (
        Payment.objects.select_for_update()
        .filter(order=order, state=Payment.State.STARTED, provider_key="")
        .order_by("-id")
        .first()
    )
    if started is None:
        raise NotFound
    return started


def _decline(payment: Payment, code: str) -> None:
    Payment.objects.filter(pk=payment.pk, state=Payment.State.CONFIRMING).update(
        state=Payment.State.DECLINED, failure_code=code[:60]
    )


def _look_up(company: PaymentProvider, order_no: str) -> ProviderPayment | None:
    try:
        return company.find(order_no=order_no)
    except PaymentUnknown:
        return None


def book_answer(payment: Payment, answer: ProviderPayment, now: datetime) -> ConfirmedPayment:
    """Write down that the money was taken, once; an order that cannot be kept is paid back whole."""
    if not answer.approved:
        raise PaymentUnknown(vendor_code=answer.status)
    with transaction.atomic():
        locked = lock_order(payment.market_id, payment.order_id)
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        if payment.state == Payment.State.APPROVED:
            return _confirmed(payment)
        if answer.total_krw != payment.amount_krw:
            raise AmountMismatch
        payment.state = Payment.State.APPROVED
        payment.provider_key = answer.payment_key
        payment.method = answer.method[:40]
        payment.receipt_url = answer.receipt_url[:300]
        payment.approved_at = answer.approved_at or now
        payment.save()
        book_sale(payment, locked.order, locked.parts.values(), now)
        if not mark_paid(market_id=payment.market_id, order_id=payment.order_id, now=now):
            for part in locked.parts.values():
                owe(
                    locked,
                    part=part,
                    cause=f"part:{part.pk}:paid-after-cancel",
                    amount_krw=part.goods_krw,
                    tax_free_krw=sum(
                        line.quantity * line.unit_price_krw
                        for line in locked.lines_of(part.pk)
                        if line.tax == "exempt" and line.replaces_id is None
                    ),
                    reason="paid-after-cancel",
                    now=now,
                )
            owe(
                locked,
                part=None,
                cause="fee",
                amount_krw=locked.order.fee_krw,
                tax_free_krw=0,
                reason="paid-after-cancel",
                now=now,
            )
    return _confirmed(payment)


def _confirmed(payment: Payment) -> ConfirmedPayment:
    return ConfirmedPayment(
        order_id=payment.order_id, payment_id=payment.pk, amount_krw=payment.amount_krw
    )
