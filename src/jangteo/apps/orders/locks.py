"""The one place that locks orders: the order, then its parts by id, then its lines by id; stock comes after."""

from __future__ import annotations

from dataclasses import dataclass

from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.platform.errors import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedOrder:
    """An order with its parts and lines, all locked until the transaction ends."""

    order: Order
    parts: dict[int, StallOrder]
    lines: dict[int, OrderLine]

    def lines_of(self, part_id: int) -> list[OrderLine]:
        return [line for line in self.lines.values() if line.part_id == part_id]

    def part(self, part_id: int, stall_id: int | None = None) -> StallOrder:
        """A part of this order, of this stall when given. Raises `NotFound`."""
        part = self.parts.get(part_id)
        if part is None or (stall_id is not None and part.stall_id != stall_id):
            raise NotFound
        return part


def lock_order(market_id: int, order_id: int) -> LockedOrder:
    """Lock everything of one order of this market. Raises `NotFound`."""
    try:
        order = Order.objects.select_for_update(of=("self",)).get(market_id=market_id, pk=order_id)
    except Order.DoesNotExist:
        raise NotFound from None
    parts = StallOrder.objects.select_for_update(of=("self",)).filter(order=order).order_by("id")
    by_id = {part.pk: part for part in parts}
    lines = OrderLine.objects.select_for_update(of=("self",)).filter(part__in=by_id).order_by("id")
    return LockedOrder(order=order, parts=by_id, lines={line.pk: line for line in lines})
