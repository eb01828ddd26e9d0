"""Money over time: refunds after the commit, silent payments every minute, settlements every night."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jangteo.apps.payments.actions.pay_refund import due_refunds, pay_refund
from jangteo.apps.payments.actions.resolve_payment import (
    follow_webhook,
    resolve_silent_payments,
)
from jangteo.apps.payments.actions.settle import settle_all_markets
from jangteo.apps.payments.errors import PaymentUnknown
from jangteo.apps.payments.models import Refund
from jangteo.apps.payments.ports import WebhookNotice
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor

_RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


@app.task(name="payments.pay_refund", retry=_RETRY)
def pay_refund_job(market_id: int, refund_id: int) -> str:
    """Refunds of one payment run one after the other (the job's lock): each states the balance it believes in."""
    return pay_refund(actor=Actor.system(), market_id=market_id, refund_id=refund_id, now=utc_now())


def refund_later(refund: Refund) -> None:
    """Defer the refund's job in the current transaction."""
    pay_refund_job.configure(lock=f"payment:{refund.payment_id}").defer(
        market_id=refund.market_id, refund_id=refund.pk
    )


@app.task(
    name="payments.follow_notice",
    retry=RetryStrategy(max_attempts=6, exponential_wait=3, retry_exceptions={PaymentUnknown}),
)
def follow_notice(company: str, payment_key: str, order_no: str, event: str) -> None:
    """Look where a payment company's notice points to."""
    notice = WebhookNotice(payment_key=payment_key, order_no=order_no, event=event)
    follow_webhook(notice, company, utc_now())


def follow_later(notice: WebhookNotice, company: str) -> None:
    """Defer following a notice, so that the company gets its answer at once."""
    follow_notice.defer(
        company=company,
        payment_key=notice.payment_key,
        order_no=notice.order_no,
        event=notice.event,
    )


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="payments.resolve", name="payments.resolve")
def resolve_payments(timestamp: int) -> int:
    """Find out what became of payments nobody heard the end of."""
    return resolve_silent_payments(utc_now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="payments.refunds", name="payments.refunds")
def retry_refunds(timestamp: int) -> int:
    """A net below the jobs: refunds still due are tried again."""
    begun = 0
    for market_id, payment_id, refund_id in due_refunds():
        job = pay_refund_job.configure(
            lock=f"payment:{payment_id}", queueing_lock=f"refund:{refund_id}"
        )
        # one that still waits for its next try must not keep the younger ones out
        with suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(market_id=market_id, refund_id=refund_id)
            begun += 1
    return begun


#: 01:10 in Seoul; cron runs in UTC
@app.periodic(cron="10 16 * * *")
@app.task(queueing_lock="payments.settle", name="payments.settle")
def settle_every_night(timestamp: int) -> int:
    """Plan what each stall is paid for the orders that ended yesterday."""
    return settle_all_markets(utc_now())
