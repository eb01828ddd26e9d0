"""What a stall owner reads of her money: frozen records, exact to the won. Signs are hers: what she gets is positive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Net:
    """What a stall gets of some goods, and when."""

    goods_krw: int
    commission_bp: int
    card_fee_bp: int
    #: taken off, positive
    commission_krw: int
    card_fee_krw: int
    net_krw: int
    #: the Korean day it is paid, when the goods are handed over on the day asked for
    pay_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Deduction:
    """What was taken off at one agreed rate. ``kind``: "commission" or "card_fee"."""

    kind: str
    basis_points: int
    #: negative or 0: taken off; positive when more was given back than taken in this time
    amount_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneySum:
    """The books of one stall over some Korean days (``until`` included), by the day they were booked."""

    since: date
    until: date
    sales_krw: int
    #: given back to shoppers, 0 or negative
    refunds_krw: int
    deductions: tuple[Deduction, ...]
    net_krw: int
    #: sales and refunds booked
    sales: int
    refunds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ComingMoney:
    """Money not in any settlement yet, by the day it should be paid."""

    pay_on: date
    net_krw: int
    parts: int
    #: False: some of it is of orders that are not handed over yet
    is_certain: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SettlementSum:
    """One settlement as its heading shows it."""

    settlement_id: int
    pay_on: date
    #: "planned", "paid", "carried"
    state: str
    paid_at: datetime | None
    sales_krw: int
    refunds_krw: int
    commission_krw: int
    card_fee_krw: int
    #: negative or 0: the rest of the settlement before
    carried_krw: int
    net_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SettlementLine:
    """One entry of the books behind a settlement. ``kind``: "sale", "refund", "commission", "card_fee"."""

    order_number: str
    part_id: int
    at: datetime
    kind: str
    amount_krw: int
    #: of deductions
    basis_points: int | None
    #: of refunds: the code or the office's words
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SettlementDetail:
    """A settlement with every line behind it: lines + carried = net, to the won."""

    heading: SettlementSum
    lines: tuple[SettlementLine, ...]
    #: the settlement the carried rest comes from
    carried_from: SettlementSum | None

    @property
    def lines_krw(self) -> int:
        """The sum of the lines."""
        return sum(line.amount_krw for line in self.lines)
