"""The order of the goods on a stall's own page."""

from __future__ import annotations

from datetime import date, datetime

from jangteo.apps.decisions.decide import decide
from jangteo.apps.discovery.capabilities.shelf_order import SHELF_ORDER
from jangteo.apps.discovery.queries import liked_by, stall_candidates
from jangteo.apps.discovery.shelves import Picked, picked, stall_request, with_rest
from jangteo.platform.permissions import Actor, Role, action


@action("discovery.order_stall", allow={Role.SHOPPER}, within="market", atomic=False)
def order_stall(*, actor: Actor, market_id: int, stall_id: int, day: date, now: datetime) -> Picked:
    """All goods of a stall, the best first, what is sold out last. Statements as in `pick_for_home`.

    A stall that rests today, or has nothing, keeps its own order.
    """
    shown = stall_candidates(market_id, stall_id, now)
    decision = decide(
        SHELF_ORDER,
        stall_request(shown, day),
        subject=actor,
        market_id=market_id,
        now=now,
        stall_id=stall_id,
        about=f"stall:{stall_id}",
        personalise=lambda plain: plain.model_copy(
            update={"liked": liked_by(actor, market_id, now)}
        ),
    )
    return with_rest(picked(shown, decision), shown)
