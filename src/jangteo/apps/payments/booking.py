"""Which entries a sale, a refund and a payout make. Functions for use inside an action's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from jangteo.apps.markets.models import Market
from jangteo.apps.orders.models import Order, StallOrder
from jangteo.apps.payments.deductions import deduction_krw
from jangteo.apps.payments.ledger import Kind, Side, book
from jangteo.apps.payments.models import LedgerEntry, PartTerms, Payment, Refund


def book_sale(payment: Payment, order: Order, parts: Iterable[StallOrder], now: datetime) -> None:
    """The payment service owes us the total; each stall is owed its goods less its deductions."""
    market = Market.objects.get(pk=order.market_id)
    sides = [
        Side(kind=Kind.PROVIDER, amount_krw=payment.amount_krw, label="payment"),
        Side(kind=Kind.DELIVERY, amount_krw=-order.fee_krw, label="delivery"),
    ]
    terms = []
    for part in parts:
        terms.append(
            PartTerms(
                market_id=order.market_id,
                part=part,
                commission_bp=market.commission_bp,
                card_fee_bp=market.card_fee_bp,
                payout_days=market.payout_days,
            )
        )
        sides.append(_stall(part, -part.goods_krw, "sale"))
        sides += _deduct(
            part, "commission", Kind.COMMISSION, deduction_krw(part.goods_krw, market.commission_bp)
        )
        sides += _deduct(
            part, "card_fee", Kind.CARD_FEE, deduction_krw(part.goods_krw, market.card_fee_bp)
        )
    PartTerms.objects.bulk_create(terms)
    book(
        market_id=order.market_id,
        kind="sale",
        cause=f"payment:{payment.pk}",
        sides=sides,
        order_id=order.pk,
        now=now,
    )


def _stall(part: StallOrder, amount_krw: int, label: str) -> Side:
    return Side(
        kind=Kind.STALL, stall_id=part.stall_id, amount_krw=amount_krw, label=label, part_id=part.pk
    )


def _deduct(part: StallOrder, label: str, to: Kind, amount_krw: int) -> list[Side]:
    """Move a deduction from the stall to an account; a negative amount gives it back."""
    return [
        _stall(part, amount_krw, label),
        Side(kind=to, amount_krw=-amount_krw, label=label, part_id=part.pk),
    ]


def book_refund_decided(
    refund: Refund, order_id: int, part: StallOrder | None, now: datetime
) -> None:
    """The shopper is owed; the stall gives the sale back and gets its share of the deductions back."""
    due = Side(kind=Kind.REFUNDS_DUE, amount_krw=-refund.amount_krw, label="refund")
    if part is None:
        sides = [Side(kind=Kind.DELIVERY, amount_krw=refund.amount_krw, label="delivery"), due]
    else:
        sides = [_stall(part, refund.amount_krw, "refund"), due, *_deductions_back(part, refund)]
    book(
        market_id=refund.market_id,
        kind="refund",
        cause=f"refund:{refund.pk}",
        sides=sides,
        order_id=order_id,
        now=now,
    )


def _deductions_back(part: StallOrder, refund: Refund) -> list[Side]:
    """Deductions are recomputed on what remains sold, so partial refunds leave no won over."""
    terms = PartTerms.objects.get(part=part)
    totals = {
        row["label"]: row["total"]
        for row in LedgerEntry.objects.filter(part=part, account__kind=Kind.STALL)
        .values("label")
        .annotate(total=Sum("amount_krw"))
    }
    gross = -totals.get("sale", 0) - totals.get("refund", 0) - refund.amount_krw
    sides: list[Side] = []
    for label, to, points in (
        ("commission", Kind.COMMISSION, terms.commission_bp),
        ("card_fee", Kind.CARD_FEE, terms.card_fee_bp),
    ):
        sides += _deduct(part, label, to, deduction_krw(gross, points) - totals.get(label, 0))
    return sides


def book_paid_twice(payment: Payment, now: datetime) -> None:
    """Money taken for an order that was paid already: nobody's sale, owed back whole."""
    book(
        market_id=payment.market_id,
        kind="paid_twice",
        cause=f"payment:{payment.pk}",
        sides=[
            Side(kind=Kind.PROVIDER, amount_krw=payment.amount_krw, label="payment"),
            Side(kind=Kind.REFUNDS_DUE, amount_krw=-payment.amount_krw, label="refund"),
        ],
        order_id=payment.order_id,
        now=now,
    )


def book_refund_paid(refund: Refund, order_id: int, now: datetime) -> None:
    """The payment service gave the money back; it owes us that much less."""
    book(
        market_id=refund.market_id,
        kind="refund_paid",
        cause=f"refund-paid:{refund.pk}",
        sides=[
            Side(kind=Kind.REFUNDS_DUE, amount_krw=refund.amount_krw, label="refund"),
            Side(kind=Kind.PROVIDER, amount_krw=-refund.amount_krw, label="refund"),
        ],
        order_id=order_id,
        now=now,
    )
