"""What a shopper may see of payments and refunds. All need the market's scope and filter by market as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.payments.models import Payment, Refund


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentNote:
    """The payment that counts for an order, as its shopper may see it."""

    payment_id: int
    state: str
    #: 카드, 간편결제, ...; empty before approval
    method: str
    receipt_url: str
    failure_code: str
    approved_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundNote:
    """One amount that goes back."""

    amount_krw: int
    tax_free_krw: int
    reason: str
    state: str
    decided_at: datetime
    done_at: datetime | None

    @property
    def is_done(self) -> bool:
        return self.state == Refund.State.DONE


def payment_of_order(market_id: int, order_id: int) -> PaymentNote | None:
    """The approved payment, else the one being confirmed, else the latest. One query."""
    rows = Payment.objects.filter(market_id=market_id, order_id=order_id).order_by("-id")
    rank = {Payment.State.APPROVED: 0, Payment.State.CONFIRMING: 1}
    found = sorted(rows, key=lambda row: rank.get(Payment.State(row.state), 2))
    if not found:
        return None
    row = found[0]
    return PaymentNote(
        payment_id=row.pk,
        state=row.state,
        method=row.method,
        receipt_url=row.receipt_url,
        failure_code=row.failure_code,
        approved_at=row.approved_at,
    )


def refunds_of_order(market_id: int, order_id: int) -> list[RefundNote]:
    """Everything owed back or given back of the payment that counts, oldest first. One query."""
    rows = Refund.objects.filter(
        market_id=market_id,
        payment__order_id=order_id,
        payment__state=Payment.State.APPROVED,
    ).order_by("id")
    return [
        RefundNote(
            amount_krw=row.amount_krw,
            tax_free_krw=row.tax_free_krw,
            reason=row.reason,
            state=row.state,
            decided_at=row.decided_at,
            done_at=row.done_at,
        )
        for row in rows
    ]


def is_confirming(market_id: int, order_id: int) -> bool:
    """Is money perhaps being taken for this order at this moment? One query."""
    return Payment.objects.filter(
        market_id=market_id, order_id=order_id, state=Payment.State.CONFIRMING
    ).exists()
