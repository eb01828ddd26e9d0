"""The shopper comes back from the payment company: take the money once, and never lose track of it.

Three steps, each durable before the next: remember that confirm is about to be called; call it; book the answer.
A process killed between them leaves a payment in CONFIRMING, which `resolve_payment` finishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from jangteo.apps.orders.actions.mark_paid import mark_paid
from jangteo.apps.orders.errors import OrderNotPayable
from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.models import Order
from jangteo.apps.orders.progress import owe
from jangteo.apps.payments.booking import book_sale
from jangteo.apps.payments.errors import (
    AmountMismatch,
    BadReturn,
    PaymentDeclined,
    PaymentNotFound,
    PaymentUnknown,
    UntrustedAnswer,
)
from jangteo.apps.payments.events import PaidTwice
from jangteo.apps.payments.models import Payment
from jangteo.apps.payments.ports import PaymentProvider, PaymentReturn, ProviderPayment
from jangteo.apps.payments.providers import provider
from jangteo.apps.stock.locks import lock_levels
from jangteo.platform.errors import NotFound
from jangteo.platform.events import emit
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
    `PaymentDeclined`, `PaymentUnknown` (nobody knows yet: the order page follows it up), `OrderNotPayable`,
    `BadReturn` (the key of another order's payment).
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
        found = _look_up(company, payment)
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
            refuse_while_confirming(order)
            payment = _take_started(order)
            payment.provider_key = returned.payment_key
        elif payment.state == Payment.State.DECLINED:
            raise PaymentDeclined(vendor_code=payment.failure_code)
        payment.state = Payment.State.CONFIRMING
        payment.confirming_at = payment.confirming_at or now
        _save_key(payment)
        return payment


def refuse_while_confirming(order: Order) -> None:
    """Another payment of this order may be taking money right now: a second one must not begin.

    Raises `PaymentUnknown`. Needs the order's lock.
    """
    if Payment.objects.filter(order=order, state=Payment.State.CONFIRMING).exists():
        raise PaymentUnknown


def _save_key(payment: Payment) -> None:
    """Keep the payment with its key. A key belongs to one payment, whichever market's (we may not see that one)."""
    try:
        with transaction.atomic():
            payment.save()
    except IntegrityError:
        raise BadReturn from None


def _take_started(order: Order) -> Payment:
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


def _look_up(company: PaymentProvider, payment: Payment) -> ProviderPayment | None:
    """This very payment, by its key: by the order another payment of it could be found."""
    try:
        return company.read(payment_key=payment.provider_key)
    except (PaymentUnknown, PaymentNotFound):
        return None


def book_answer(payment: Payment, answer: ProviderPayment, now: datetime) -> ConfirmedPayment:
    """Write down that the money was taken, once; an order that cannot be kept is paid back whole.

    So is a second payment of an order that was paid before. Raises `PaymentUnknown`, `UntrustedAnswer`.
    """
    if not answer.approved:
        raise PaymentUnknown(vendor_code=answer.status)
    with transaction.atomic():
        locked = lock_order(payment.market_id, payment.order_id)
        payment = _payment_of(payment, answer)
        if payment.state in (Payment.State.APPROVED, Payment.State.TWICE):
            return _confirmed(payment)
        if answer.total_krw != payment.amount_krw:
            raise UntrustedAnswer(vendor_code="AMOUNT")
        paid = Payment.objects.filter(order=payment.order_id, state=Payment.State.APPROVED)
        is_second = paid.exists()
        payment.state = Payment.State.TWICE if is_second else Payment.State.APPROVED
        payment.provider_key = answer.payment_key
        payment.method = answer.method[:40]
        payment.receipt_url = answer.receipt_url[:300]
        payment.approved_at = answer.approved_at or now
        payment.save()
        if is_second:
            emit(PaidTwice(market_id=payment.market_id, at=now, payment_id=payment.pk))
            return _confirmed(payment)
        # stock comes before the books, here as in every other transaction that needs both
        lock_levels(payment.market_id, [line.offer_id for line in locked.lines.values()])
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


def _payment_of(payment: Payment, answer: ProviderPayment) -> Payment:
    """The locked row the answer speaks of: the order's with its key, else the one that has no key yet."""
    rows = Payment.objects.select_for_update().filter(order=payment.order_id)
    named = rows.filter(provider=payment.provider, provider_key=answer.payment_key).first()
    if named is not None:
        return named
    fresh = rows.get(pk=payment.pk)
    if fresh.provider_key:
        raise UntrustedAnswer(vendor_code="PAYMENT_KEY")
    return fresh


def _confirmed(payment: Payment) -> ConfirmedPayment:
    return ConfirmedPayment(
        order_id=payment.order_id, payment_id=payment.pk, amount_krw=payment.amount_krw
    )
