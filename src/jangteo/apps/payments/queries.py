"""Reads of a stall's money: nets before an order is accepted, days and weeks, settlements with their lines.

All need the market's scope and filter by market as well. Amounts are whole won; days are Korean calendar days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.db.models import QuerySet

from jangteo.apps.orders.models import Order
from jangteo.apps.orders.views import PartView
from jangteo.apps.payments.deductions import deduction_krw
from jangteo.apps.payments.ledger import Kind
from jangteo.apps.payments.models import LedgerEntry, PartTerms, Refund, Settlement
from jangteo.apps.payments.money import (
    ComingMoney,
    Deduction,
    MoneySum,
    Net,
    SettlementDetail,
    SettlementLine,
    SettlementSum,
)
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import NotFound

_LABELS = ("sale", "refund", "commission", "card_fee")
_DEDUCTIONS = ("commission", "card_fee")


class Terms(Protocol):
    """Agreed deductions: a `PartTerms`, or a `MarketInfo` or `Market` for what would be agreed now."""

    @property
    def commission_bp(self) -> int: ...
    @property
    def card_fee_bp(self) -> int: ...
    @property
    def payout_days(self) -> int: ...


def net_preview(market: Terms, goods_krw: int, handed_on: date) -> Net:
    """What a stall would get of goods sold now and handed over on ``handed_on``."""
    commission = deduction_krw(goods_krw, market.commission_bp)
    card_fee = deduction_krw(goods_krw, market.card_fee_bp)
    return Net(
        goods_krw=goods_krw,
        commission_bp=market.commission_bp,
        card_fee_bp=market.card_fee_bp,
        commission_krw=commission,
        card_fee_krw=card_fee,
        net_krw=goods_krw - commission - card_fee,
        pay_on=handed_on + timedelta(days=market.payout_days),
    )


def net_of_part(part: PartView, handed_on: date) -> Net:
    """What the stall gets of what remains of its part, by the terms agreed at the sale. Raises `NotFound` if unpaid."""
    nets = nets_of_parts([part], {part.part_id: handed_on})
    if part.part_id not in nets:
        raise NotFound
    return nets[part.part_id]


def nets_of_parts(parts: Iterable[PartView], handed_on: Mapping[int, date]) -> dict[int, Net]:
    """The same for many parts, by part id; unpaid ones are missing. One query."""
    by_id = {part.part_id: part for part in parts}
    terms = PartTerms.objects.filter(part_id__in=list(by_id))
    return {
        row.part_id: net_preview(row, by_id[row.part_id].remaining_krw, handed_on[row.part_id])
        for row in terms
    }


def _entries(market_id: int, stall_id: int) -> QuerySet[LedgerEntry]:
    """The stall's sales, refunds and deductions; payouts left out."""
    return LedgerEntry.objects.filter(
        market_id=market_id,
        account__kind=Kind.STALL,
        account__stall_id=stall_id,
        label__in=_LABELS,
    )


def money_of_days(market_id: int, stall_id: int, since: date, until: date) -> MoneySum:
    """What was booked from ``since`` to ``until``, both included; past days never change. Sums add up to the net."""
    begin = at_seoul(since, time.min)
    end = at_seoul(until + timedelta(days=1), time.min)
    rows = _entries(market_id, stall_id).filter(transaction__at__gte=begin, transaction__at__lt=end)
    sums: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    rates: dict[tuple[str, int], int] = defaultdict(int)
    for label, amount, commission_bp, card_fee_bp in rows.values_list(
        "label", "amount_krw", "part__terms__commission_bp", "part__terms__card_fee_bp"
    ):
        sums[label] -= amount
        counts[label] += 1
        if label in _DEDUCTIONS:
            rates[label, commission_bp if label == "commission" else card_fee_bp] -= amount
    return MoneySum(
        since=since,
        until=until,
        sales_krw=sums["sale"],
        refunds_krw=sums["refund"],
        deductions=tuple(
            Deduction(kind=kind, basis_points=points, amount_krw=rates[kind, points])
            for kind, points in sorted(rates, key=lambda key: (_DEDUCTIONS.index(key[0]), key[1]))
        ),
        net_krw=sum(sums.values()),
        sales=counts["sale"],
        refunds=counts["refund"],
    )


def coming_money(market_id: int, stall_id: int, payout_days: int) -> list[ComingMoney]:
    """What is booked and in no settlement yet, by the day it should be paid, earliest first."""
    rows = (
        _entries(market_id, stall_id)
        .filter(settled=None)
        .exclude(part__order__state=Order.State.EXPIRED)
        .values_list(
            "part_id",
            "amount_krw",
            "part__order__closed_at",
            "part__order__promised_at",
            "part__terms__payout_days",
        )
    )
    nets: dict[date, int] = defaultdict(int)
    parts: dict[date, set[int]] = defaultdict(set)
    open_days: set[date] = set()
    for part_id, amount, closed_at, promised_at, days in rows:
        moment = closed_at or promised_at
        if moment is None:
            continue  # what is booked is paid and promised; the columns alone do not say so
        pay_on = seoul_day(moment) + timedelta(days=payout_days if days is None else days)
        nets[pay_on] -= amount
        parts[pay_on].add(part_id)
        if closed_at is None:
            open_days.add(pay_on)
    return [
        ComingMoney(
            pay_on=day, net_krw=nets[day], parts=len(parts[day]), is_certain=day not in open_days
        )
        for day in sorted(nets)
        if nets[day]
    ]


def settlements_of_stall(market_id: int, stall_id: int, limit: int = 40) -> list[SettlementSum]:
    """A stall's settlements, latest first. One query."""
    rows = Settlement.objects.filter(market_id=market_id, stall_id=stall_id).order_by("-id")
    return [_sum(row) for row in rows[:limit]]


def _sum(row: Settlement) -> SettlementSum:
    return SettlementSum(
        settlement_id=row.pk,
        pay_on=row.pay_on,
        state=row.state,
        paid_at=row.paid_at,
        sales_krw=row.sales_krw,
        refunds_krw=row.refunds_krw,
        commission_krw=row.commission_krw,
        card_fee_krw=row.card_fee_krw,
        carried_krw=row.carried_krw,
        net_krw=row.net_krw,
    )


def settlement_detail(market_id: int, stall_id: int, settlement_id: int) -> SettlementDetail:
    """One settlement of this stall with every line behind it, by order. Raises `NotFound`."""
    row = Settlement.objects.filter(
        market_id=market_id, stall_id=stall_id, pk=settlement_id
    ).first()
    if row is None:
        raise NotFound
    entries = list(
        LedgerEntry.objects.filter(market_id=market_id, settled__settlement=row)
        .select_related("transaction", "part__order", "part__terms")
        .order_by("part__order_id", "id")
    )
    reasons = _reasons(entries)
    return SettlementDetail(
        heading=_sum(row),
        lines=tuple(_line(entry, reasons) for entry in entries if entry.part is not None),
        carried_from=_carried_from(row),
    )


def _line(entry: LedgerEntry, reasons: Mapping[str, str]) -> SettlementLine:
    part = entry.part
    if part is None:
        raise ValueError("a settled entry belongs to a part")
    points = {"commission": part.terms.commission_bp, "card_fee": part.terms.card_fee_bp}
    return SettlementLine(
        order_number=part.order.number,
        part_id=part.pk,
        at=entry.transaction.at,
        kind=entry.label,
        amount_krw=-entry.amount_krw,
        basis_points=points.get(entry.label),
        reason=reasons.get(entry.transaction.cause, ""),
    )


def _reasons(entries: Iterable[LedgerEntry]) -> dict[str, str]:
    """Why money went back, by the cause of the booking ("refund:12")."""
    causes = {e.transaction.cause for e in entries if e.transaction.cause.startswith("refund:")}
    ids = [int(cause.removeprefix("refund:")) for cause in causes]
    rows = Refund.objects.filter(pk__in=ids).values_list("pk", "reason")
    return {f"refund:{pk}": reason for pk, reason in rows}


def _carried_from(row: Settlement) -> SettlementSum | None:
    if not row.carried_krw:
        return None
    before = Settlement.objects.filter(
        market_id=row.market_id, stall_id=row.stall_id, pk__lt=row.pk
    )
    found = before.order_by("-id").first()
    return _sum(found) if found else None


def days_of_week(day: datetime | date) -> tuple[date, date]:
    """Monday and Sunday of the Korean week a moment or day lies in."""
    given = seoul_day(day) if isinstance(day, datetime) else day
    monday = given - timedelta(days=given.weekday())
    return monday, monday + timedelta(days=6)
