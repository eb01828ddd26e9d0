"""Everything that is kept, recomputed from the ledgers it must follow from.

Balances from entries, stock from its moves, an order's money from its lines, refunds and payment. Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, Sum

from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.payments.ledger import Difference, Kind, differences
from jangteo.apps.payments.models import LedgerAccount, LedgerTransaction, Payment, Refund
from jangteo.apps.stock.recompute import StockDifference, stock_differences


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyDifference:
    """An amount that is not what it must be.

    ``what``: goods (order and parts), lines (parts and lines), refunds (order and refunds), total (paid less refunds
    is what remains), payment (paid is the total), refunds-due (the account and open refunds), transaction (not zero).
    """

    what: str
    #: the order's number, or the cause of a ledger transaction; empty for the whole market
    where: str
    kept_krw: int
    recomputed_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BookCheck:
    """What differs in one market, and how much was looked at. Nothing differs: the books are right."""

    accounts: int
    orders: int
    balances: tuple[Difference, ...]
    money: tuple[MoneyDifference, ...]
    stock: tuple[StockDifference, ...]

    @property
    def is_right(self) -> bool:
        return not (self.balances or self.money or self.stock)


def check_books(market_id: int) -> BookCheck:
    """Recompute a market's books. Needs the market's scope. Ten queries at any size."""
    orders = list(Order.objects.filter(market_id=market_id, paid_at__isnull=False).order_by("id"))
    return BookCheck(
        accounts=LedgerAccount.objects.filter(market_id=market_id).count(),
        orders=len(orders),
        balances=tuple(differences(market_id)),
        money=(
            *_order_money(market_id, orders),
            *_refunds_due(market_id),
            *_transactions(market_id),
        ),
        stock=tuple(stock_differences(market_id)),
    )


def _order_money(market_id: int, orders: list[Order]) -> list[MoneyDifference]:
    parts = {
        row["order_id"]: (row["goods"], row["left"])
        for row in StallOrder.objects.filter(market_id=market_id)
        .values("order_id")
        .annotate(goods=Sum("goods_krw"), left=Sum("remaining_krw"))
    }
    lines = dict(
        OrderLine.objects.filter(market_id=market_id)
        .values_list("part__order_id")
        .annotate(left=Sum(F("remaining") * F("unit_price_krw")))
    )
    refunds = {
        row["payment__order_id"]: (row["all"], row["fee"])
        for row in Refund.objects.filter(market_id=market_id, payment__state=Payment.State.APPROVED)
        .values("payment__order_id")
        .annotate(
            all=Sum("amount_krw", default=0),
            fee=Sum("amount_krw", filter=Q(cause="fee"), default=0),
        )
    }
    approved = Payment.objects.filter(market_id=market_id, state=Payment.State.APPROVED)
    paid = dict(approved.values_list("order_id", "amount_krw"))
    found = []
    for order in orders:
        goods, left = parts.get(order.pk, (0, 0))
        given, fee = refunds.get(order.pk, (0, 0))
        must = {
            "goods": (order.goods_krw, goods),
            "lines": (left, lines.get(order.pk) or 0),
            "refunds": (order.refunded_krw, given),
            "total": (order.total_krw - order.refunded_krw, left + order.fee_krw - fee),
            "payment": (order.total_krw, paid.get(order.pk, 0)),
        }
        found += [
            MoneyDifference(what=what, where=order.number, kept_krw=kept, recomputed_krw=again)
            for what, (kept, again) in must.items()
            if kept != again
        ]
    return found


def _refunds_due(market_id: int) -> list[MoneyDifference]:
    account = LedgerAccount.objects.filter(market_id=market_id, kind=Kind.REFUNDS_DUE).first()
    rows = Refund.objects.filter(market_id=market_id).exclude(state=Refund.State.DONE)
    owed = rows.aggregate(owed=Sum("amount_krw", default=0))["owed"]
    kept = -account.balance_krw if account else 0
    if kept == owed:
        return []
    return [MoneyDifference(what="refunds-due", where="", kept_krw=kept, recomputed_krw=owed)]


def _transactions(market_id: int) -> list[MoneyDifference]:
    rows = LedgerTransaction.objects.filter(market_id=market_id)
    crooked = rows.annotate(total=Sum("entries__amount_krw")).exclude(total=0)
    return [
        MoneyDifference(
            what="transaction", where=row.cause, kept_krw=row.total or 0, recomputed_krw=0
        )
        for row in crooked
    ]
