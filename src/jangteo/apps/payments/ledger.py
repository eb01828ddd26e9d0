"""The double-entry books of a market. Every transaction's entries sum to zero, here and by a database trigger.

Debits are positive, credits negative. Functions for use inside an action's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Sum

from jangteo.apps.payments.models import LedgerAccount, LedgerEntry, LedgerTransaction

Kind = LedgerAccount.Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One debit (positive ``amount_krw``) or credit (negative) to be booked."""

    kind: LedgerAccount.Kind
    amount_krw: int
    label: str
    stall_id: int | None = None
    part_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """An account whose kept balance is not the sum of its entries."""

    account_id: int
    kind: str
    stall_id: int | None
    kept_krw: int
    recomputed_krw: int


def book(
    *,
    market_id: int,
    kind: str,
    cause: str,
    sides: Sequence[Side],
    order_id: int | None,
    now: datetime,
) -> bool:
    """Book entries that sum to zero under a cause that is booked once. False when it was booked before."""
    sides = [side for side in sides if side.amount_krw]
    if sum(side.amount_krw for side in sides) != 0:
        raise ValueError(f"entries of {cause} do not sum to zero")
    if not sides:
        return False
    _lock_books(market_id)
    if LedgerTransaction.objects.filter(market_id=market_id, cause=cause).exists():
        return False
    transaction = LedgerTransaction.objects.create(
        market_id=market_id, kind=kind, cause=cause, order_id=order_id, at=now
    )
    accounts = _accounts(market_id, {(side.kind, side.stall_id) for side in sides})
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            market_id=market_id,
            transaction=transaction,
            account_id=accounts[side.kind, side.stall_id],
            amount_krw=side.amount_krw,
            label=side.label,
            part_id=side.part_id,
        )
        for side in sides
    )
    _keep_balances(sides, accounts)
    return True


def _lock_books(market_id: int) -> None:
    """One writer of a market's books at a time, until its transaction ends.

    A transaction may book several times (one refund for each stall): accounts locked one booking after the other
    have no common order, so two such transactions could wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"books:{market_id}"]
        )


def _accounts(
    market_id: int, wanted: set[tuple[LedgerAccount.Kind, int | None]]
) -> dict[tuple[str, int | None], int]:
    """Ids of the accounts, made when missing."""
    rows = LedgerAccount.objects.filter(market_id=market_id, kind__in=[kind for kind, _ in wanted])
    found = {(row.kind, row.stall_id): row.pk for row in rows}
    missing = [pair for pair in wanted if pair not in found]
    if missing:
        LedgerAccount.objects.bulk_create(
            (
                LedgerAccount(market_id=market_id, kind=kind, stall_id=stall_id)
                for kind, stall_id in missing
            ),
            ignore_conflicts=True,
        )
        return _accounts(market_id, wanted)
    return found


def _keep_balances(sides: Sequence[Side], accounts: dict[tuple[str, int | None], int]) -> None:
    sums: dict[int, int] = defaultdict(int)
    for side in sides:
        sums[accounts[side.kind, side.stall_id]] += side.amount_krw
    # one order of locks for everybody: account ids ascending
    for account_id in sorted(sums):
        LedgerAccount.objects.filter(pk=account_id).update(
            balance_krw=F("balance_krw") + sums[account_id]
        )


def differences(market_id: int) -> list[Difference]:
    """Recompute every balance of a market from its entries and name those that differ. Empty is right."""
    rows = (
        LedgerAccount.objects.filter(market_id=market_id)
        .annotate(total=Sum("entries__amount_krw"))
        .order_by("id")
    )
    return [
        Difference(
            account_id=row.pk,
            kind=row.kind,
            stall_id=row.stall_id,
            kept_krw=row.balance_krw,
            recomputed_krw=row.total or 0,
        )
        for row in rows
        if row.balance_krw != (row.total or 0)
    ]
