"""Find out what became of payments nobody heard the end of: a killed process, a lost answer, a webhook."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError

from jangteo.apps.payments.actions.confirm_payment import book_answer
from jangteo.apps.payments.errors import (
    PaymentDeclined,
    PaymentNotFound,
    PaymentUnknown,
)
from jangteo.apps.payments.models import Payment
from jangteo.apps.payments.ports import (
    CONFIRM_WITHIN_MINUTES,
    PaymentProvider,
    ProviderPayment,
    WebhookNotice,
)
from jangteo.apps.payments.providers import provider
from jangteo.platform.errors import JangteoError
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.pay")

#: an answer normally comes within the provider's time-out; after that we look it up ourselves
SILENT_SECONDS = 20


@action("payments.resolve_payment", allow={Role.SYSTEM}, within="market", atomic=False)
def resolve_payment(*, actor: Actor, market_id: int, payment_id: int, now: datetime) -> str:
    """Ask the provider what became of a payment and book it. Returns the payment's state afterwards.

    A payment the shopper authorised but whose confirm never reached the provider is confirmed now, with the same
    idempotency key, while its ten minutes last. One that counted as declined is booked when the provider says
    that the money was taken after all. Raises `PaymentUnknown` when the provider is silent too.
    """
    payment = Payment.objects.select_related("order").get(market_id=market_id, pk=payment_id)
    if payment.state in (Payment.State.APPROVED, Payment.State.TWICE):
        return payment.state
    found = _look_up(provider(payment.provider), payment)
    if found is not None and found.approved:
        book_answer(payment, found, now)
        payment.refresh_from_db(fields=["state"])
        return payment.state
    if payment.state != Payment.State.CONFIRMING:
        return payment.state
    if found is not None and not found.never_charged and _still_open(payment, now):
        return _confirm_again(payment, now)
    Payment.objects.filter(pk=payment.pk, state=Payment.State.CONFIRMING).update(
        state=Payment.State.DECLINED,
        failure_code=found.failure.code[:60] if found and found.failure else "NEVER_CONFIRMED",
    )
    return Payment.State.DECLINED


def _look_up(company: PaymentProvider, payment: Payment) -> ProviderPayment | None:
    """By its own key where it has one: an order may have several payments."""
    if not payment.provider_key:
        return company.find(order_no=payment.order.payment_order_no)
    try:
        return company.read(payment_key=payment.provider_key)
    except PaymentNotFound:
        return None


def _still_open(payment: Payment, now: datetime) -> bool:
    began = payment.confirming_at or payment.started_at
    return now - began < timedelta(minutes=CONFIRM_WITHIN_MINUTES)


def _confirm_again(payment: Payment, now: datetime) -> str:
    try:
        answer: ProviderPayment = provider(payment.provider).confirm(
            payment_key=payment.provider_key,
            order_no=payment.order.payment_order_no,
            amount_krw=payment.amount_krw,
            idempotency_key=f"confirm-{payment.pk}",
        )
    except (PaymentDeclined, PaymentNotFound) as problem:
        Payment.objects.filter(pk=payment.pk, state=Payment.State.CONFIRMING).update(
            state=Payment.State.DECLINED, failure_code=(problem.vendor_code or problem.code)[:60]
        )
        return Payment.State.DECLINED
    book_answer(payment, answer, now)
    return Payment.State.APPROVED


def resolve_silent_payments(now: datetime) -> int:
    """Resolve everything that has been confirming for too long. Returns how many came to an end."""
    with every_market():
        silent = list(
            Payment.objects.filter(
                state=Payment.State.CONFIRMING,
                confirming_at__lte=now - timedelta(seconds=SILENT_SECONDS),
            ).values_list("market_id", "pk")[:200]
        )
    ended = 0
    for market_id, payment_id in silent:
        try:
            state = resolve_payment(
                actor=Actor.system(), market_id=market_id, payment_id=payment_id, now=now
            )
        except PaymentUnknown:
            continue
        except (JangteoError, DatabaseError):
            # one crooked payment must not keep the others from being found
            log.exception("payment not resolved", payment=payment_id)
            continue
        ended += state != Payment.State.CONFIRMING
    return ended


def follow_webhook(notice: WebhookNotice, company: str, now: datetime) -> None:
    """A webhook only says where to look: re-read the payment and book what the provider says. Idempotent."""
    with every_market():
        payments = Payment.objects.filter(provider=company)
        payment = payments.filter(provider_key=notice.payment_key).first() or (
            payments.filter(order__payment_order_no=notice.order_no).order_by("-id").first()
        )
    if payment is None:
        return
    resolve_payment(
        actor=Actor.system(), market_id=payment.market_id, payment_id=payment.pk, now=now
    )
