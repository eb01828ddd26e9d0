"""A part arrives at the hub, an order leaves it, reaches the shopper. Called by fulfilment with the locks held."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.orders.errors import QuestionOpen, TooLateToChange
from jangteo.apps.orders.events import OrderLeft
from jangteo.apps.orders.locks import LockedOrder
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.orders.progress import close, conclude, record, tell
from jangteo.platform.events import emit


def part_arrived(
    locked: LockedOrder, part: StallOrder, *, now: datetime, by_id: int | None
) -> bool:
    """Check a part off at the hub. False when it was checked off before.

    While the shopper is being asked about some of it nobody knows yet what is to come, and an order that is ready
    could leave without it. Raises `TooLateToChange`, `QuestionOpen`.
    """
    if part.state == StallOrder.State.ARRIVED:
        return False
    if part.state not in (StallOrder.State.ACCEPTED, StallOrder.State.RINGING):
        raise TooLateToChange(state=part.state)
    lines = locked.lines_of(part.pk)
    asked = next((line for line in lines if line.state == OrderLine.State.ASKING), None)
    if asked is not None:
        raise QuestionOpen(name=asked.name)
    part.state = StallOrder.State.ARRIVED
    part.arrived_at = now
    part.save(update_fields=["state", "arrived_at"])
    for line in lines:
        if line.state == OrderLine.State.ORDERED:
            line.state = OrderLine.State.CONFIRMED
            line.save(update_fields=["state"])
    record(locked.order, "part_arrived", now=now, by_id=by_id, part=part)
    conclude(locked, now, by_id)
    tell(locked, now)
    return True


def part_not_arrived(
    locked: LockedOrder, part: StallOrder, *, now: datetime, by_id: int | None
) -> bool:
    """Undo a check-off. Raises `TooLateToChange` once the order has left."""
    if part.state != StallOrder.State.ARRIVED:
        return False
    if locked.order.state not in (Order.State.PAID, Order.State.READY):
        raise TooLateToChange(state=locked.order.state)
    part.state = StallOrder.State.ACCEPTED
    part.arrived_at = None
    part.save(update_fields=["state", "arrived_at"])
    record(locked.order, "part_not_arrived", now=now, by_id=by_id, part=part)
    conclude(locked, now, by_id)
    tell(locked, now)
    return True


def left_hub(locked: LockedOrder, *, now: datetime, by_id: int | None) -> bool:
    """A rider took the order. Raises `TooLateToChange` unless it was ready."""
    if locked.order.state == Order.State.OUT:
        return False
    if locked.order.state != Order.State.READY:
        raise TooLateToChange(state=locked.order.state)
    locked.order.state = Order.State.OUT
    locked.order.save(update_fields=["state"])
    record(locked.order, "order_out", now=now, by_id=by_id)
    emit(OrderLeft(market_id=locked.order.market_id, at=now, order_id=locked.order.pk))
    tell(locked, now)
    return True


def reached_shopper(locked: LockedOrder, *, now: datetime, by_id: int | None) -> bool:
    """The shopper has the goods. Raises `TooLateToChange` unless it was ready or out."""
    if locked.order.state == Order.State.DONE:
        return False
    if locked.order.state not in (Order.State.READY, Order.State.OUT):
        raise TooLateToChange(state=locked.order.state)
    close(locked, Order.State.DONE, now=now, by_id=by_id)
    tell(locked, now)
    return True
