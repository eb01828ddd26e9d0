"""How an order moves on: recording what happened and drawing the conclusions for its parts and its state.

Functions for actions that hold the order's locks (`locks.lock_order`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jangteo.apps.orders.events import MoneyOwed, OrderChanged, OrderClosed, OrderReady
from jangteo.apps.orders.locks import LockedOrder
from jangteo.apps.orders.models import Order, OrderEvent, OrderLine, StallOrder
from jangteo.apps.orders.substitutes import remember_outcomes
from jangteo.platform.events import emit
from jangteo.platform.telemetry import ORDERS

OPEN_PARTS = (StallOrder.State.RINGING, StallOrder.State.ACCEPTED, StallOrder.State.ARRIVED)
CLOSED = (Order.State.DONE, Order.State.CANCELLED, Order.State.EXPIRED)


def record(
    order: Order,
    kind: str,
    *,
    now: datetime,
    by_id: int | None,
    part: StallOrder | None = None,
    **data: Any,
) -> None:
    """Append to the order's ledger of events."""
    OrderEvent.objects.create(
        market_id=order.market_id, order=order, part=part, kind=kind, data=data, by_id=by_id, at=now
    )


def tell(locked: LockedOrder, now: datetime) -> None:
    """Tell every open page that shows this order."""
    emit(
        OrderChanged(
            market_id=locked.order.market_id,
            at=now,
            order_id=locked.order.pk,
            stall_ids=tuple(part.stall_id for part in locked.parts.values()),
        )
    )


def owe(
    locked: LockedOrder,
    *,
    part: StallOrder | None,
    cause: str,
    amount_krw: int,
    tax_free_krw: int,
    reason: str,
    now: datetime,
) -> None:
    """Money goes back to the shopper: remember it on the order and tell payments. Nothing when 0."""
    if amount_krw == 0:
        return
    order = locked.order
    order.refunded_krw += amount_krw
    order.save(update_fields=["refunded_krw"])
    emit(
        MoneyOwed(
            market_id=order.market_id,
            at=now,
            order_id=order.pk,
            part_id=part.pk if part else None,
            cause=cause,
            amount_krw=amount_krw,
            tax_free_krw=tax_free_krw,
            reason=reason,
        )
    )


def settle_part(locked: LockedOrder, part: StallOrder, now: datetime, by_id: int | None) -> None:
    """Recount what remains of a part; a part with nothing left is cancelled, an answered one accepted."""
    lines = locked.lines_of(part.pk)
    part.remaining_krw = sum(line.remaining * line.unit_price_krw for line in lines)
    fields = ["remaining_krw"]
    waiting = any(line.state in (OrderLine.State.ORDERED, OrderLine.State.ASKING) for line in lines)
    if all(line.remaining == 0 for line in lines) and not waiting:
        part.state = StallOrder.State.CANCELLED
        fields.append("state")
        record(locked.order, "part_cancelled", now=now, by_id=by_id, part=part)
    part.save(update_fields=fields)


def conclude(locked: LockedOrder, now: datetime, by_id: int | None) -> None:
    """After parts changed: cancel an order with nothing left, or call it ready when all has arrived."""
    order = locked.order
    parts = list(locked.parts.values())
    if order.state not in (Order.State.PAID, Order.State.READY):
        return
    if all(part.state == StallOrder.State.CANCELLED for part in parts):
        refund_fee(locked, reason="nothing-left", now=now)
        close(locked, Order.State.CANCELLED, now=now, by_id=by_id)
        return
    arrived = all(
        part.state in (StallOrder.State.ARRIVED, StallOrder.State.CANCELLED) for part in parts
    )
    if arrived and order.state == Order.State.PAID:
        order.state = Order.State.READY
        order.save(update_fields=["state"])
        record(order, "order_ready", now=now, by_id=by_id)
        emit(OrderReady(market_id=order.market_id, at=now, order_id=order.pk))
    elif not arrived and order.state == Order.State.READY:
        order.state = Order.State.PAID
        order.save(update_fields=["state"])


def refund_fee(locked: LockedOrder, *, reason: str, now: datetime) -> None:
    """Give the delivery fee back: nothing is delivered."""
    owe(
        locked,
        part=None,
        cause="fee",
        amount_krw=locked.order.fee_krw,
        tax_free_krw=0,
        reason=reason,
        now=now,
    )


def close(
    locked: LockedOrder, state: Order.State, *, now: datetime, by_id: int | None, **data: Any
) -> None:
    """End an order."""
    order = locked.order
    order.state = state
    order.closed_at = now
    order.save(update_fields=["state", "closed_at"])
    record(order, f"order_{state.value}", now=now, by_id=by_id, **data)
    ORDERS.labels(state.value).inc()
    if state == Order.State.DONE:
        remember_outcomes(locked.lines.values(), now)
    emit(OrderClosed(market_id=order.market_id, at=now, order_id=order.pk, state=state.value))
