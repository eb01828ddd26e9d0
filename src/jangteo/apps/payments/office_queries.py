"""What the market office reads about money. All need the market's scope and filter by market as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum

from jangteo.apps.orders.models import Order
from jangteo.apps.payments.ledger import Kind
from jangteo.apps.payments.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Refund,
    Settlement,
)
from jangteo.platform.errors import NotFound

_ENDED = (Order.State.DONE, Order.State.CANCELLED)
_SETTLED_LABELS = ("sale", "refund", "commission", "card_fee")
#: settlements shown of the past
RECENT = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderMoney:
    """Everything that was paid and given back for one order."""

    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]

    @property
    def refunded_krw(self) -> int:
        return sum(refund.amount_krw for refund in self.refunds)

    @property
    def refunded_tax_free_krw(self) -> int:
        return sum(refund.tax_free_krw for refund in self.refunds)


def money_of_order(market_id: int, order_id: int) -> OrderMoney:
    """Payments and refunds of an order, oldest first. Two queries."""
    refunds = Refund.objects.filter(market_id=market_id, payment__order_id=order_id)
    return OrderMoney(
        payments=tuple(
            Payment.objects.filter(market_id=market_id, order_id=order_id).order_by("id")
        ),
        refunds=tuple(refunds.order_by("id")),
    )


def open_refunds(market_id: int) -> list[Refund]:
    """Refunds that have not reached the shopper, stuck ones first; payment and order loaded."""
    rows = Refund.objects.filter(market_id=market_id).exclude(state=Refund.State.DONE)
    return list(rows.select_related("payment__order").order_by("-state", "decided_at", "id"))


def order_of_refund(market_id: int, refund_id: int) -> str:
    """The number of the order a refund belongs to. Raises `NotFound`."""
    rows = Refund.objects.filter(market_id=market_id, pk=refund_id)
    number = rows.values_list("payment__order__number", flat=True).first()
    if number is None:
        raise NotFound
    return number


@dataclass(frozen=True, kw_only=True, slots=True)
class NotYetPlanned:
    """What a stall's orders came to that no settlement holds yet. Deductions are positive."""

    stall_id: int
    stall_name: str
    sales_krw: int
    refunds_krw: int
    commission_krw: int
    card_fee_krw: int
    #: False: the orders are still on their way
    is_ended: bool

    @property
    def net_krw(self) -> int:
        return self.sales_krw - self.refunds_krw - self.commission_krw - self.card_fee_krw


def not_yet_planned(market_id: int) -> list[NotYetPlanned]:
    """By stall, apart for ended and open orders. One query."""
    ended = Q(part__order__state__in=_ENDED)
    rows = (
        LedgerEntry.objects.filter(
            market_id=market_id,
            account__kind=Kind.STALL,
            label__in=_SETTLED_LABELS,
            settled=None,
        )
        .values("account__stall_id", "account__stall__name", "account__stall__position")
        .annotate(
            **{
                f"{label}_{when}": Sum("amount_krw", filter=Q(label=label) & test, default=0)
                for label in _SETTLED_LABELS
                for when, test in (("ended", ended), ("open", ~ended))
            }
        )
        .order_by("account__stall__position", "account__stall_id")
    )
    found = [_planned(row, when) for row in rows for when in ("ended", "open")]
    return [one for one in found if one.sales_krw or one.refunds_krw]


def _planned(row: Mapping[str, object], when: str) -> NotYetPlanned:
    def amount(label: str) -> int:
        return int(str(row[f"{label}_{when}"]))

    return NotYetPlanned(
        stall_id=int(str(row["account__stall_id"])),
        stall_name=str(row["account__stall__name"]),
        sales_krw=-amount("sale"),
        refunds_krw=amount("refund"),
        commission_krw=amount("commission"),
        card_fee_krw=amount("card_fee"),
        is_ended=when == "ended",
    )


def planned_settlements(market_id: int) -> list[Settlement]:
    """Settlements to be transferred, the earliest pay date first; stall loaded."""
    rows = Settlement.objects.filter(market_id=market_id, state=Settlement.State.PLANNED)
    return list(rows.select_related("stall").order_by("pay_on", "stall__position", "id"))


def past_settlements(market_id: int) -> list[Settlement]:
    """Paid and carried settlements, the newest first; stall loaded."""
    rows = Settlement.objects.filter(market_id=market_id).exclude(state=Settlement.State.PLANNED)
    return list(rows.select_related("stall").order_by("-id")[:RECENT])


def settlements_by_id(market_id: int, ids: Iterable[int]) -> list[Settlement]:
    """Planned settlements with these ids, in the order of stalls; unknown and paid ones are left out."""
    wanted = set(ids)
    return [row for row in planned_settlements(market_id) if row.pk in wanted]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deposit:
    """Money the payment company transferred to the market's separate account."""

    reference: str
    amount_krw: int
    at: datetime


def deposits(market_id: int, limit: int = 30) -> list[Deposit]:
    """Deposits, the newest first."""
    rows = (
        LedgerTransaction.objects.filter(market_id=market_id, kind="deposit")
        .annotate(amount=Sum("entries__amount_krw", filter=Q(entries__account__kind=Kind.BANK)))
        .order_by("-id")[:limit]
    )
    return [
        Deposit(reference=row.cause.removeprefix("deposit:"), amount_krw=row.amount or 0, at=row.at)
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Balances:
    """A market's accounts: whole kinds, and what each stall is owed. Debits positive."""

    by_kind: dict[str, int]
    by_stall: tuple[tuple[str, int], ...]


def balances(market_id: int) -> Balances:
    """The kept balances of all accounts. One query."""
    rows = LedgerAccount.objects.filter(market_id=market_id).select_related("stall")
    kinds = dict.fromkeys((kind.value for kind in Kind), 0)
    stalls: list[tuple[str, int]] = []
    for row in rows.order_by("stall__position", "stall_id", "id"):
        kinds[row.kind] += row.balance_krw
        if row.stall is not None:
            stalls.append((row.stall.name, row.balance_krw))
    return Balances(by_kind=kinds, by_stall=tuple(stalls))


def next_pay_date(market_id: int) -> date | None:
    """The earliest date on which something planned is to be paid."""
    rows = Settlement.objects.filter(market_id=market_id, state=Settlement.State.PLANNED)
    return rows.order_by("pay_on").values_list("pay_on", flat=True).first()
