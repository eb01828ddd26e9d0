"""An order was paid: sell what was held, ring the stalls. Called by payments inside its transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from jangteo.apps.markets.info import market_by_id
from jangteo.apps.markets.quote import service_starts_at
from jangteo.apps.orders.events import OrderPaid, PartRings
from jangteo.apps.orders.locks import LockedOrder, lock_order
from jangteo.apps.orders.models import Cart, CartLine, Order, OrderLine, StallOrder
from jangteo.apps.orders.progress import conclude, record, settle_part, tell
from jangteo.apps.orders.shortage import cancel_units
from jangteo.apps.stock.actions.hold import Want, sell, try_sell_now
from jangteo.apps.stock.locks import lock_levels
from jangteo.platform.events import emit
from jangteo.platform.telemetry import ORDERS


def mark_paid(*, market_id: int, order_id: int, now: datetime) -> bool:
    """Move a placed (or expired) order to paid. False when it was paid or cancelled before: nothing changes.

    A payment that comes after the reservation ran out still counts: goods that are left are sold, the rest is
    paid back at once, so no paid order is lost.
    """
    locked = lock_order(market_id, order_id)
    order = locked.order
    if order.state not in (Order.State.PLACED, Order.State.EXPIRED):
        return False
    starts_at = service_starts_at(market_by_id(market_id), now)
    order.state = Order.State.PAID
    order.paid_at = now
    order.closed_at = None
    # never earlier than what was shown before payment, which was rounded up to the next mark of the clock
    from_now = starts_at + timedelta(minutes=order.promised_minutes)
    order.promised_at = max(order.promised_at or from_now, from_now)
    order.save(update_fields=["state", "paid_at", "closed_at", "promised_at"])
    record(order, "paid", now=now, by_id=order.person_id)
    emit(OrderPaid(market_id=market_id, at=now, order_id=order.pk))
    _sell_lines(locked, now)
    for part in locked.parts.values():
        part.state = StallOrder.State.RINGING
        part.rang_at = starts_at
        part.save(update_fields=["state", "rang_at"])
        settle_part(locked, part, now, None)
        if part.state == StallOrder.State.RINGING:
            emit(
                PartRings(
                    market_id=market_id,
                    at=now,
                    order_id=order.pk,
                    part_id=part.pk,
                    stall_id=part.stall_id,
                )
            )
    _empty_cart(locked)
    conclude(locked, now, None)
    ORDERS.labels("paid").inc()
    tell(locked, now)
    return True


def _sell_lines(locked: LockedOrder, now: datetime) -> None:
    order = locked.order
    causes = {f"{order.payment_order_no}:{line.offer_id}": line for line in locked.lines.values()}
    lock_levels(order.market_id, [line.offer_id for line in locked.lines.values()])
    sold = sell(market_id=order.market_id, causes=list(causes), by_id=order.person_id, now=now)
    for cause, line in causes.items():
        if cause not in sold:
            _sell_late(locked, line, cause, now)


def _sell_late(locked: LockedOrder, line: OrderLine, cause: str, now: datetime) -> None:
    """The hold ran out before the payment came (or the goods are not counted): take what is there, else pay back."""
    want = Want(
        offer_id=line.offer_id, name=line.name, quantity=line.remaining, cause=f"late:{cause}"
    )
    if try_sell_now(market_id=line.market_id, want=want, by_id=None, now=now):
        return
    cancel_units(locked, line, line.remaining, now=now, by_id=None, reason="paid-too-late")
    record(
        locked.order,
        "line_sold_out",
        now=now,
        by_id=None,
        part=locked.parts[line.part_id],
        line=line.pk,
        short=line.quantity,
        reason="paid-too-late",
    )


def _empty_cart(locked: LockedOrder) -> None:
    order = locked.order
    cart = Cart.objects.filter(
        market_id=order.market_id,
        person=order.person_id,
        guest_key="" if order.person_id is not None else order.guest_key,
    ).first()
    if cart is not None:
        offers = [line.offer_id for line in locked.lines.values()]
        CartLine.objects.filter(cart=cart, offer_id__in=offers).delete()
