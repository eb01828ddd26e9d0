"""The shopper says what to do about goods that ran out: take something else, or the money back."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.orders.errors import TooLateToChange
from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.models import Order, OrderLine
from jangteo.apps.orders.progress import conclude, record, settle_part, tell
from jangteo.apps.orders.shortage import cancel_units, replace
from jangteo.apps.orders.substitutes import alternatives, remember_answer
from jangteo.apps.stock.errors import NotEnoughStock
from jangteo.platform.errors import NotAllowed, NotFound
from jangteo.platform.permissions import Actor, Role, action


def may_see(actor: Actor, order: Order, access_token: str) -> bool:
    """Is the order the actor's own, by account, by browser, or by the secret of its link?"""
    if access_token and access_token == order.access_token:
        return True
    return actor.owns(person_id=order.person_id, guest_key=order.guest_key)


@action("orders.answer_question", allow={Role.SHOPPER}, within="market", token_scope="orders:write")
def answer_question(
    *,
    actor: Actor,
    market_id: int,
    order_id: int,
    line_id: int,
    offer_id: int | None,
    access_token: str = "",
    now: datetime,
) -> None:
    """Take ``offer_id`` instead, or None for the money back. The office may answer for the shopper by phone.

    Raises `NotAllowed`, `NotFound`, `TooLateToChange` (answered or timed out before), `NotEnoughStock`.
    """
    locked = lock_order(market_id, order_id)
    if not (may_see(actor, locked.order, access_token) or actor.has(Role.OFFICE, market_id)):
        raise NotAllowed
    line = locked.lines.get(line_id)
    if line is None:
        raise NotFound
    if line.state != OrderLine.State.ASKING:
        raise TooLateToChange(state=line.state)
    if offer_id is None:
        cancel_units(
            locked, line, line.remaining, now=now, by_id=actor.person_id, reason="shopper-declined"
        )
    else:
        offer = next((o for o in alternatives(line) if o.pk == offer_id), None)
        if offer is None:
            raise NotFound
        units = line.remaining
        if not replace(
            locked,
            line,
            offer,
            units,
            now=now,
            by_id=actor.person_id,
            decision_id=line.decision_id,
        ):
            raise NotEnoughStock(name=offer.name, available=0)
    # a decision's history names staff only: the shopper it was made for stays a key
    staff_id = None if may_see(actor, locked.order, access_token) else actor.person_id
    remember_answer(line, offer_id, by_id=staff_id, now=now)
    part = locked.parts[line.part_id]
    record(
        locked.order,
        "question_answered",
        now=now,
        by_id=actor.person_id,
        part=part,
        line=line.pk,
        offer=offer_id,
    )
    settle_part(locked, part, now, actor.person_id)
    conclude(locked, now, actor.person_id)
    tell(locked, now)
