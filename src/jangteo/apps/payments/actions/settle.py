"""What each stall is paid: gather its entries of ended orders, show every deduction, pay, carry what is negative."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from jangteo.apps.markets.models import Market
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.ledger import Kind, Side, book
from jangteo.apps.payments.models import LedgerEntry, Settlement, SettlementItem
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

log = structlog.get_logger("jangteo.settlement")


class NothingToPay(JangteoError):
    """This settlement was paid or carried before. Nothing was changed."""

    ko = "이미 지급했거나 다음으로 넘긴 정산이에요. 바뀐 것은 없어요."
    status = 409


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSettlement:
    """One stall's settlement as planned."""

    settlement_id: int
    stall_id: int
    net_krw: int


_ENDED = (Order.State.DONE, Order.State.CANCELLED)
_LABELS = ("sale", "refund", "commission", "card_fee")


@action("payments.settle_market", allow={Role.OFFICE}, within="market", token_scope="office:write")
def settle_market(
    *, actor: Actor, market_id: int, until: date, now: datetime
) -> list[PlannedSettlement]:
    """Plan settlements of orders that ended up to the Korean day ``until``, one per stall.

    Every entry is settled once: running it again plans only what is new. A stall whose refunds exceed its sales is
    carried to its next settlement, never billed.
    """
    # one plan at a time; a stronger lock would hold up every order of the market
    Market.objects.select_for_update(no_key=True).get(pk=market_id)
    day_end = at_seoul(until + timedelta(days=1), datetime.min.time())
    entries = (
        LedgerEntry.objects.filter(
            market_id=market_id,
            account__kind=Kind.STALL,
            label__in=_LABELS,
            settled=None,
            part__order__state__in=_ENDED,
            part__order__closed_at__lt=day_end,
        )
        .select_related("account")
        .order_by("id")
    )
    by_stall: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if entry.account.stall_id is not None:
            by_stall[entry.account.stall_id].append(entry)
    market = Market.objects.get(pk=market_id)
    pay_on = until + timedelta(days=market.payout_days)
    return [
        _plan(market_id, stall_id, by_stall[stall_id], pay_on, now) for stall_id in sorted(by_stall)
    ]


def _plan(
    market_id: int, stall_id: int, entries: list[LedgerEntry], pay_on: date, now: datetime
) -> PlannedSettlement:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.label] += entry.amount_krw
    carried = _take_carried(market_id, stall_id)
    settlement = Settlement(
        market_id=market_id,
        stall_id=stall_id,
        pay_on=pay_on,
        sales_krw=-sums["sale"],
        refunds_krw=sums["refund"],
        commission_krw=sums["commission"],
        card_fee_krw=sums["card_fee"],
        carried_krw=carried,
        created_at=now,
    )
    settlement.net_krw = (
        settlement.sales_krw
        - settlement.refunds_krw
        - settlement.commission_krw
        - settlement.card_fee_krw
        + carried
    )
    if settlement.net_krw <= 0:
        settlement.state = Settlement.State.CARRIED
    settlement.save()
    SettlementItem.objects.bulk_create(
        SettlementItem(market_id=market_id, settlement=settlement, entry=entry) for entry in entries
    )
    return PlannedSettlement(
        settlement_id=settlement.pk, stall_id=stall_id, net_krw=settlement.net_krw
    )


def _take_carried(market_id: int, stall_id: int) -> int:
    """The last settlement's negative rest, when it was carried."""
    last = Settlement.objects.filter(market_id=market_id, stall_id=stall_id).order_by("-id").first()
    return last.net_krw if last is not None and last.state == Settlement.State.CARRIED else 0


@action(
    "payments.pay_settlements", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def pay_settlements(
    *, actor: Actor, market_id: int, settlement_ids: Iterable[int], now: datetime
) -> int:
    """The office transferred these amounts from the separate account. Returns the won paid, all or nothing.

    Raises `NothingToPay` when one of them is not waiting for payment.
    """
    wanted = sorted(set(settlement_ids))
    rows = list(
        Settlement.objects.select_for_update()
        .filter(market_id=market_id, pk__in=wanted, state=Settlement.State.PLANNED)
        .order_by("id")
    )
    if len(rows) != len(wanted):
        raise NothingToPay
    for row in rows:
        row.state = Settlement.State.PAID
        row.paid_at = now
        row.save(update_fields=["state", "paid_at"])
        book(
            market_id=market_id,
            kind="payout",
            cause=f"settlement:{row.pk}",
            sides=[
                Side(
                    kind=Kind.STALL, stall_id=row.stall_id, amount_krw=row.net_krw, label="payout"
                ),
                Side(kind=Kind.BANK, amount_krw=-row.net_krw, label="payout"),
            ],
            order_id=None,
            now=now,
        )
    return sum(row.net_krw for row in rows)


@action("payments.record_deposit", allow={Role.OFFICE}, within="market", token_scope="office:write")
def record_deposit(
    *, actor: Actor, market_id: int, amount_krw: int, reference: str, now: datetime
) -> bool:
    """The payment service transferred money to the separate account. The same ``reference`` counts once.

    Returns False when it was recorded before. Raises `InvalidInput`.
    """
    if amount_krw <= 0:
        raise InvalidInput(
            field="amount_krw",
            ko="들어온 돈을 1원부터 적어 주세요.",
            en="Enter what came in, at least 1 won.",
        )
    reference = clean_line(reference, field="reference", at_most=60, required=True)
    return book(
        market_id=market_id,
        kind="deposit",
        cause=f"deposit:{reference}",
        sides=[
            Side(kind=Kind.BANK, amount_krw=amount_krw, label="deposit"),
            Side(kind=Kind.PROVIDER, amount_krw=-amount_krw, label="deposit"),
        ],
        order_id=None,
        now=now,
    )


def settle_all_markets(now: datetime) -> int:
    """Plan yesterday's settlements of every market; one that fails is noted and holds up no other.

    Returns how many were planned.
    """
    yesterday = seoul_day(now) - timedelta(days=1)
    planned = 0
    for market_id in Market.objects.values_list("pk", flat=True).order_by("pk"):
        try:
            planned += len(
                settle_market(actor=Actor.system(), market_id=market_id, until=yesterday, now=now)
            )
        except Exception:
            log.exception("settlement failed", market=market_id)
    return planned
