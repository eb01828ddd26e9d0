"""Cancel a whole order, one stall's part, or some lines. Everything else stays as it is."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.orders.actions.answer_question import may_see
from jangteo.apps.orders.errors import CannotCancelNow, TooLateToChange
from jangteo.apps.orders.locks import LockedOrder, lock_order
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.orders.progress import (
    CLOSED,
    close,
    conclude,
    record,
    refund_fee,
    settle_part,
    tell,
)
from jangteo.apps.orders.shortage import cancel_units
from jangteo.apps.stock.actions.hold import put_back, release
from jangteo.apps.stock.locks import lock_levels
from jangteo.platform.errors import InvalidInput, NotAllowed, NotFound
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.personal_data import Whose


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(
            field="reason",
            ko="취소하는 까닭을 적어 주세요. 손님에게 그대로 보여요.",
            en="Write why it is cancelled; the shopper sees it.",
        )
    return reason.strip()[:200]


def _nameless(reason: str, order: Order) -> str:
    """The ledger of an order is never edited, so the shopper's name and number do not get into it."""
    return Whose(person_id=0, phone=order.contact_phone, name=order.contact_name).scrub(reason)


@action(
    "orders.cancel_own_order", allow={Role.SHOPPER}, within="market", token_scope="orders:write"
)
def cancel_own_order(
    *, actor: Actor, market_id: int, order_id: int, access_token: str = "", now: datetime
) -> None:
    """The shopper cancels before any stall has accepted. The same request again changes nothing.

    Raises `NotAllowed`, `NotFound`, `CannotCancelNow`.
    """
    locked = lock_order(market_id, order_id)
    if not may_see(actor, locked.order, access_token):
        raise NotAllowed
    if locked.order.state in (Order.State.CANCELLED, Order.State.EXPIRED):
        return
    started = any(
        part.state
        not in (StallOrder.State.WAITING, StallOrder.State.RINGING, StallOrder.State.CANCELLED)
        for part in locked.parts.values()
    )
    if started or locked.order.state not in (Order.State.PLACED, Order.State.PAID):
        raise CannotCancelNow
    _cancel_all(locked, "shopper-cancelled", actor, now)


@action("orders.cancel_order", allow={Role.OFFICE}, within="market", token_scope="office:write")
def cancel_order(
    *, actor: Actor, market_id: int, order_id: int, reason: str, now: datetime
) -> None:
    """The office cancels a whole order with a reason; what was paid goes back. Idempotent.

    Raises `NotFound`, `InvalidInput` (no reason), `TooLateToChange` (handed over).
    """
    written = _reason(reason)
    locked = lock_order(market_id, order_id)
    text = _nameless(written, locked.order)
    if locked.order.state in (Order.State.CANCELLED, Order.State.EXPIRED):
        return
    if locked.order.state == Order.State.DONE:
        raise TooLateToChange(state=locked.order.state)
    _cancel_all(locked, text, actor, now)


@action("orders.refund_lines", allow={Role.OFFICE}, within="market", token_scope="office:write")
def refund_lines(
    *,
    actor: Actor,
    market_id: int,
    order_id: int,
    left: dict[int, int],
    reason: str,
    now: datetime,
) -> int:
    """Give money back for some lines, also after hand-over: ``left`` says how many units of each line stay paid.

    Naming what is left makes a repeated request change nothing. Returns the won given back.
    Raises `NotFound`, `InvalidInput`, `TooLateToChange` (never paid).
    """
    written = _reason(reason)
    locked = lock_order(market_id, order_id)
    text = _nameless(written, locked.order)
    if locked.order.paid_at is None:
        raise TooLateToChange(state=locked.order.state)
    _lock_stock(locked)
    before = locked.order.refunded_krw
    touched: set[int] = set()
    for line_id, units in sorted(left.items()):
        line = locked.lines.get(line_id)
        if line is None:
            raise NotFound
        if not 0 <= units <= line.quantity:
            raise InvalidInput(
                field="left",
                ko=f"남길 수량은 0에서 {line.quantity} 사이여야 해요.",
                en=f"What is left must be between 0 and {line.quantity}.",
            )
        if line.remaining <= units:
            continue
        _take_off(locked, line, line.remaining - units, text, actor, now)
        touched.add(line.part_id)
    for part_id in sorted(touched):
        settle_part(locked, locked.parts[part_id], now, actor.person_id)
    conclude(locked, now, actor.person_id)
    tell(locked, now)
    return locked.order.refunded_krw - before


def _lock_stock(locked: LockedOrder) -> None:
    """All of the order's counted goods at once, before the first refund is booked."""
    lock_levels(locked.order.market_id, [line.offer_id for line in locked.lines.values()])


def _take_off(
    locked: LockedOrder, line: OrderLine, units: int, reason: str, actor: Actor, now: datetime
) -> None:
    # what the shopper is being asked about is not there: nothing of it goes back on the shelf
    is_there = line.state != OrderLine.State.ASKING
    cancel_units(locked, line, units, now=now, by_id=actor.person_id, reason=reason)
    part = locked.parts[line.part_id]
    record(
        locked.order,
        "line_refunded",
        now=now,
        by_id=actor.person_id,
        part=part,
        line=line.pk,
        short=units,
        reason=reason,
    )
    if is_there and part.state in (StallOrder.State.RINGING, StallOrder.State.ACCEPTED):
        put_back(
            market_id=line.market_id,
            offer_id=line.offer_id,
            quantity=units,
            cause=f"line:{line.pk}:left:{line.remaining}",
            by_id=actor.person_id,
            now=now,
        )


def _cancel_all(locked: LockedOrder, reason: str, actor: Actor, now: datetime) -> None:
    order = locked.order
    if order.state in CLOSED:
        return
    if order.state == Order.State.PLACED:
        release(
            market_id=order.market_id,
            causes=[f"{order.payment_order_no}:{line.offer_id}" for line in locked.lines.values()],
            now=now,
        )
        for part in locked.parts.values():
            part.state = StallOrder.State.CANCELLED
            part.save(update_fields=["state"])
    else:
        _lock_stock(locked)
        for line in sorted(locked.lines.values(), key=lambda one: one.offer_id):
            if line.remaining:
                _take_off(locked, line, line.remaining, reason, actor, now)
        for part in locked.parts.values():
            settle_part(locked, part, now, actor.person_id)
        refund_fee(locked, reason=reason, now=now)
    close(locked, Order.State.CANCELLED, now=now, by_id=actor.person_id, reason=reason)
    tell(locked, now)
