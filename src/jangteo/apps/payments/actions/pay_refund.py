"""Give money back through the company that took it: decided in the cause's transaction, paid by a job."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, Sum

from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.progress import record, tell
from jangteo.apps.payments.booking import book_refund_paid
from jangteo.apps.payments.errors import PaymentError, PaymentUnknown
from jangteo.apps.payments.models import Refund
from jangteo.apps.payments.ports import CANCEL_REASON_MAX, PaymentProvider
from jangteo.apps.payments.providers import provider
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.refund")


@action("payments.pay_refund", allow={Role.SYSTEM, Role.OFFICE}, within="market", atomic=False)
def pay_refund(*, actor: Actor, market_id: int, refund_id: int, now: datetime) -> str:
    """Have the provider give it back. Returns the refund's state; a repeated call never pays twice.

    Raises `PaymentUnknown` when the provider is silent: call again, the idempotency key is the same.
    """
    refund = (
        Refund.objects.select_related("payment", "payment__order")
        .filter(market_id=market_id, pk=refund_id)
        .get()
    )
    if refund.state == Refund.State.DONE:
        return refund.state
    payment = refund.payment
    company = provider(payment.provider)
    if refund.tries and _already_given(company, refund):
        return _done(refund, now)
    _finish_silent_ones(company, refund, now)
    Refund.objects.filter(pk=refund.pk).update(tries=F("tries") + 1)
    paid_back = payment.refunds.filter(state=Refund.State.DONE).aggregate(s=Sum("amount_krw"))["s"]
    try:
        company.cancel(
            payment_key=payment.provider_key,
            reason=_marked_reason(refund),
            amount_krw=refund.amount_krw,
            tax_free_krw=refund.tax_free_krw,
            refundable_krw=payment.amount_krw - (paid_back or 0),
            idempotency_key=f"refund-{refund.pk}-{refund.key_round}",
        )
    except PaymentUnknown as problem:
        if not problem.retry_same_key:
            Refund.objects.filter(pk=refund.pk).update(key_round=F("key_round") + 1)
        raise
    except PaymentError as problem:
        return _stuck(refund, problem)
    return _done(refund, now)


def _marked_reason(refund: Refund) -> str:
    """The reason with the refund's number, by which a re-read finds it again."""
    mark = f" #{refund.pk}"
    return refund.reason[: CANCEL_REASON_MAX - len(mark)] + mark


def _already_given(company: PaymentProvider, refund: Refund) -> bool:
    """After a silence: does the provider's own record show this refund? Raises `PaymentUnknown`."""
    payment = company.read(payment_key=refund.payment.provider_key)
    return any(cancel.reason == _marked_reason(refund) for cancel in payment.cancels)


def _finish_silent_ones(company: PaymentProvider, refund: Refund, now: datetime) -> None:
    """Book the payment's other refunds that were given although their answer was lost.

    The balance we state would be wrong without them, and the provider would refuse this refund for good.
    """
    others = Refund.objects.select_related("payment").filter(
        payment=refund.payment_id, state=Refund.State.DUE, tries__gt=0
    )
    for other in others.exclude(pk=refund.pk).order_by("pk"):
        if _already_given(company, other):
            _done(other, now)


def _stuck(refund: Refund, problem: PaymentError) -> str:
    code = (problem.vendor_code or problem.code)[:60]
    Refund.objects.filter(pk=refund.pk).exclude(state=Refund.State.DONE).update(
        state=Refund.State.STUCK, failure_code=code
    )
    log.error("refund stuck", refund=refund.pk, code=code)
    return Refund.State.STUCK


def _done(refund: Refund, now: datetime) -> str:
    with transaction.atomic():
        locked = lock_order(refund.market_id, refund.payment.order_id)
        fresh = Refund.objects.select_for_update().get(pk=refund.pk)
        if fresh.state == Refund.State.DONE:
            return fresh.state
        fresh.state = Refund.State.DONE
        fresh.failure_code = ""
        fresh.done_at = now
        fresh.save()
        book_refund_paid(fresh, refund.payment.order_id, now)
        record(
            locked.order,
            "refund_done",
            now=now,
            by_id=None,
            amount_krw=fresh.amount_krw,
            refund=fresh.pk,
        )
        tell(locked, now)
    return Refund.State.DONE


def due_refunds() -> list[tuple[int, int, int]]:
    """(market, payment, refund) of everything still to be paid back, oldest first."""
    with every_market():
        return list(
            Refund.objects.filter(state=Refund.State.DUE)
            .order_by("decided_at")
            .values_list("market_id", "payment_id", "pk")[:500]
        )
