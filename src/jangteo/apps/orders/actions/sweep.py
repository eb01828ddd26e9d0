"""What time does: unpaid orders expire, questions run out, silent stalls go to the office board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog

from jangteo.apps.markets.models import Market
from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.orders.progress import close, conclude, record, settle_part, tell
from jangteo.apps.orders.shortage import cancel_units
from jangteo.apps.stock.actions.hold import release
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.telemetry import STALLS_NOT_ANSWERING
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.orders")


@action("orders.expire_order", allow={Role.SYSTEM}, within="market")
def expire_order(*, actor: Actor, market_id: int, order_id: int, now: datetime) -> bool:
    """Give the goods of an unpaid order back once its time has run out. False when there was nothing to do."""
    locked = lock_order(market_id, order_id)
    order = locked.order
    if order.state != Order.State.PLACED or order.reserved_until > now:
        return False
    causes = [f"{order.payment_order_no}:{line.offer_id}" for line in locked.lines.values()]
    release(market_id=market_id, causes=causes, now=now)
    close(locked, Order.State.EXPIRED, now=now, by_id=None)
    tell(locked, now)
    return True


@action("orders.close_question", allow={Role.SYSTEM}, within="market")
def close_question(
    *, actor: Actor, market_id: int, order_id: int, line_id: int, now: datetime
) -> bool:
    """The shopper did not answer in time: the units are cancelled and paid back."""
    locked = lock_order(market_id, order_id)
    line = locked.lines.get(line_id)
    if line is None or line.state != OrderLine.State.ASKING:
        return False
    if line.ask_until is None or line.ask_until > now:
        return False
    cancel_units(locked, line, line.remaining, now=now, by_id=None, reason="no-answer")
    part = locked.parts[line.part_id]
    record(locked.order, "question_closed", now=now, by_id=None, part=part, line=line.pk)
    settle_part(locked, part, now, None)
    conclude(locked, now, None)
    tell(locked, now)
    return True


@action("orders.escalate_part", allow={Role.SYSTEM}, within="market")
def escalate_part(
    *, actor: Actor, market_id: int, order_id: int, part_id: int, now: datetime
) -> bool:
    """A stall has not answered in the market's time: put it on the office board, once."""
    locked = lock_order(market_id, order_id)
    part = locked.part(part_id)
    minutes = Market.objects.values_list("answer_minutes", flat=True).get(pk=market_id)
    late = part.rang_at is not None and part.rang_at + timedelta(minutes=minutes) <= now
    if part.state != StallOrder.State.RINGING or part.escalated_at is not None or not late:
        return False
    part.escalated_at = now
    part.save(update_fields=["escalated_at"])
    record(locked.order, "escalated", now=now, by_id=None, part=part)
    tell(locked, now)
    return True


def sweep(now: datetime) -> dict[str, int]:
    """Find everything whose time has come, over all markets, and do it one order at a time."""
    system = Actor.system()
    with every_market():
        unpaid = list(
            Order.objects.filter(state=Order.State.PLACED, reserved_until__lte=now).values_list(
                "market_id", "pk"
            )[:500]
        )
        asked = list(
            OrderLine.objects.filter(state=OrderLine.State.ASKING, ask_until__lte=now).values_list(
                "market_id", "part__order_id", "pk"
            )[:500]
        )
        silent = list(
            StallOrder.objects.filter(
                state=StallOrder.State.RINGING, escalated_at=None, rang_at__lte=now
            ).values_list("market_id", "order_id", "pk")[:500]
        )
        STALLS_NOT_ANSWERING.set(
            StallOrder.objects.filter(
                state=StallOrder.State.RINGING, escalated_at__isnull=False
            ).count()
        )
    return {
        "expired": _each(
            "expire",
            (
                partial(expire_order, actor=system, market_id=market, order_id=order, now=now)
                for market, order in unpaid
            ),
        ),
        "closed_questions": _each(
            "close question",
            (
                partial(
                    close_question,
                    actor=system,
                    market_id=market,
                    order_id=order,
                    line_id=line,
                    now=now,
                )
                for market, order, line in asked
            ),
        ),
        "escalated": _each(
            "escalate",
            (
                partial(
                    escalate_part,
                    actor=system,
                    market_id=market,
                    order_id=order,
                    part_id=part,
                    now=now,
                )
                for market, order, part in silent
            ),
        ),
    }


def _each(what: str, works: Iterable[partial[bool]]) -> int:
    """Do each work; one that fails is noted and does not hold up the others. Returns how many did something."""
    done = 0
    for work in works:
        try:
            done += work()
        except Exception:
            log.exception("sweep failed", what=what, order=work.keywords["order_id"])
    return done
