"""A stall answers: 됩니다 (all), 양 적어요 (fewer of a line), 품절 (none of a line)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.models import Offer
from jangteo.apps.orders.errors import QuantityMakesNoSense, TooLateToChange
from jangteo.apps.orders.locks import LockedOrder, lock_order
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.orders.progress import conclude, record, settle_part, tell
from jangteo.apps.orders.shortage import give_less
from jangteo.apps.stock.actions.hold import set_to_nothing
from jangteo.apps.stock.locks import lock_levels
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredPart:
    """What the stall is to pack now."""

    part_id: int
    state: str
    remaining_krw: int


@action(
    "orders.answer_part",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stall:write",
)
def answer_part(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    order_id: int,
    part_id: int,
    available: Mapping[int, int],
    now: datetime,
) -> AnsweredPart:
    """Accept the part; ``available`` names lines (by id) of which fewer units can be given, 0 for none.

    Lines not named are given whole. The same answer again changes nothing; a later answer may still lower a line
    until the part is at the hub. Goods answered with 0 are marked sold out for everybody.

    Raises `NotFound`, `TooLateToChange`, `QuantityMakesNoSense`.
    """
    locked = lock_order(market_id, order_id)
    part = locked.part(part_id, stall_id)
    lines = {line.pk: line for line in locked.lines_of(part_id)}
    unknown = set(available) - set(lines)
    if unknown:
        raise NotFound
    for line_id, units in available.items():
        if not 0 <= units <= lines[line_id].quantity:
            raise QuantityMakesNoSense(at_most=lines[line_id].quantity)
    if part.state == StallOrder.State.CANCELLED and locked.order.state in (
        Order.State.PAID,
        Order.State.CANCELLED,
    ):
        return _answered(part)
    if part.state not in (StallOrder.State.RINGING, StallOrder.State.ACCEPTED):
        raise TooLateToChange(state=part.state)
    _first_answer(locked, part, actor, now)
    if available:
        # all of the stall's counted goods at once, in one order: a substitute may have a lower id
        lock_levels(
            market_id,
            Offer.objects.filter(market_id=market_id, stall_id=stall_id).values_list(
                "pk", flat=True
            ),
        )
    for line_id, units in sorted(available.items()):
        _lower(locked, lines[line_id], units, actor, now)
    for line in lines.values():
        if line.state == OrderLine.State.ORDERED:
            line.state = OrderLine.State.CONFIRMED
            line.save(update_fields=["state"])
    settle_part(locked, part, now, actor.person_id)
    conclude(locked, now, actor.person_id)
    tell(locked, now)
    return _answered(part)


def _first_answer(locked: LockedOrder, part: StallOrder, actor: Actor, now: datetime) -> None:
    if part.state != StallOrder.State.RINGING:
        return
    part.state = StallOrder.State.ACCEPTED
    part.answered_at = now
    part.answered_by_id = actor.person_id
    part.save(update_fields=["state", "answered_at", "answered_by"])
    record(locked.order, "part_accepted", now=now, by_id=actor.person_id, part=part)


def _lower(locked: LockedOrder, line: OrderLine, units: int, actor: Actor, now: datetime) -> None:
    if units == 0:
        Offer.objects.filter(pk=line.offer_id, state=Offer.State.ON_SALE).update(
            state=Offer.State.SOLD_OUT
        )
        set_to_nothing(
            market_id=line.market_id, offer_id=line.offer_id, by_id=actor.person_id, now=now
        )
    give_less(locked, line, units, now=now, by_id=actor.person_id)


def _answered(part: StallOrder) -> AnsweredPart:
    return AnsweredPart(part_id=part.pk, state=part.state, remaining_krw=part.remaining_krw)
