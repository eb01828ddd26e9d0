"""What would go back to the shopper, to the won, before anybody presses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jangteo.apps.orders.views import LineView, OrderView


@dataclass(frozen=True, kw_only=True, slots=True)
class BackLine:
    """Units of one line that would be paid back."""

    line: LineView
    units: int

    @property
    def amount_krw(self) -> int:
        return self.units * self.line.unit_price_krw


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveBack:
    """Amounts that would go back. ``tax_free_krw`` is part of ``amount_krw``."""

    lines: tuple[BackLine, ...]
    fee_krw: int

    @property
    def goods_krw(self) -> int:
        return sum(line.amount_krw for line in self.lines)

    @property
    def amount_krw(self) -> int:
        return self.goods_krw + self.fee_krw

    @property
    def tax_free_krw(self) -> int:
        return sum(back.amount_krw for back in self.lines if back.line.tax == "exempt")


def for_cancel(order: OrderView) -> GiveBack:
    """Everything that is left of a paid order, the delivery fee included; nothing of an unpaid one."""
    if order.paid_at is None:
        return GiveBack(lines=(), fee_krw=0)
    lines = tuple(BackLine(line=line, units=line.remaining) for line in _lines(order))
    return GiveBack(lines=lines, fee_krw=order.fee_krw)


def for_lines(order: OrderView, left: Mapping[int, int]) -> GiveBack:
    """Units above what is ``left`` of each line; lines that are not named stay whole.

    When nothing of the order is left and it has not left the hub, it is cancelled and the fee goes back as well.
    """
    lines = tuple(
        BackLine(line=line, units=line.remaining - left[line.line_id])
        for line in _lines(order)
        if left.get(line.line_id, line.remaining) < line.remaining
    )
    whole = sum(back.units for back in lines) == sum(line.remaining for line in _lines(order))
    open_still = order.state in ("paid", "ready")
    return GiveBack(lines=lines, fee_krw=order.fee_krw if whole and lines and open_still else 0)


def _lines(order: OrderView) -> list[LineView]:
    return [line for part in order.parts for line in part.lines if line.remaining]
