"""Money is owed to a shopper: book it in the transaction of its cause and have a job pay it after the commit."""

from __future__ import annotations

from jangteo.apps.orders.events import MoneyOwed
from jangteo.apps.orders.models import StallOrder
from jangteo.apps.payments.booking import book_paid_twice, book_refund_decided
from jangteo.apps.payments.events import PaidTwice
from jangteo.apps.payments.jobs import refund_later
from jangteo.apps.payments.models import Payment, Refund
from jangteo.platform.events import subscribe
from jangteo.platform.telemetry import REFUNDED_WON

#: what the shopper reads for a reason the product gives itself
REASONS = {
    "sold-out": "품절",
    "cheaper-substitute": "대체 상품 차액",
    "paid-too-late": "결제가 늦어 품절",
    "paid-after-cancel": "취소된 주문의 결제",
    "no-answer": "답이 없어 취소",
    "shopper-declined": "대체 상품을 원하지 않음",
    "shopper-cancelled": "주문 취소",
    "nothing-left": "주문 상품 없음",
    "paid-twice": "두 번 결제된 금액",
}


@subscribe(MoneyOwed)
def decide_refund(event: MoneyOwed) -> None:
    """Book what is owed in the transaction that caused it, and have a job pay it after the commit."""
    payment = Payment.objects.get(
        market_id=event.market_id, order_id=event.order_id, state=Payment.State.APPROVED
    )
    refund, is_new = Refund.objects.get_or_create(
        market_id=event.market_id,
        payment=payment,
        cause=event.cause,
        defaults={
            "amount_krw": event.amount_krw,
            "tax_free_krw": event.tax_free_krw,
            "reason": REASONS.get(event.reason, event.reason)[:200],
            "decided_at": event.at,
        },
    )
    if not is_new:
        raise ValueError(f"{event.cause} was refunded before")
    part = StallOrder.objects.get(pk=event.part_id) if event.part_id else None
    book_refund_decided(refund, event.order_id, part, event.at)
    REFUNDED_WON.inc(event.amount_krw)
    refund_later(refund)


@subscribe(PaidTwice)
def give_back_second(event: PaidTwice) -> None:
    """An order was paid a second time: book it, and have a job give all of it back after the commit."""
    payment = Payment.objects.get(market_id=event.market_id, pk=event.payment_id)
    book_paid_twice(payment, event.at)
    refund = Refund.objects.create(
        market_id=payment.market_id,
        payment=payment,
        cause="paid-twice",
        amount_krw=payment.amount_krw,
        tax_free_krw=payment.tax_free_krw,
        reason=REASONS["paid-twice"],
        decided_at=event.at,
    )
    REFUNDED_WON.inc(payment.amount_krw)
    refund_later(refund)
