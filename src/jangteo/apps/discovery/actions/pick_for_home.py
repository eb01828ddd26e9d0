"""What stands in front on a market's first page."""

from __future__ import annotations

from datetime import date, datetime

from jangteo.apps.decisions.decide import decide
from jangteo.apps.discovery.capabilities.shelf_order import SHELF_ORDER
from jangteo.apps.discovery.queries import home_candidates, liked_by
from jangteo.apps.discovery.shelves import Picked, home_request, picked
from jangteo.platform.permissions import Actor, Role, action

#: where a decision of the first page was made
ABOUT = "home"


@action("discovery.pick_for_home", allow={Role.SHOPPER}, within="market", atomic=False)
def pick_for_home(
    *, actor: Actor, market_id: int, day: date, now: datetime, limit: int = 12
) -> Picked:
    """At most ``limit`` goods that are on sale now. ``day``: the Korean day of ``now``, which says whose turn it is.

    Four statements, five for somebody who agreed to personal picks; one more at somebody's first decision.
    """
    shown = home_candidates(market_id, now)
    decision = decide(
        SHELF_ORDER,
        home_request(shown, day, limit),
        subject=actor,
        market_id=market_id,
        now=now,
        about=ABOUT,
        personalise=lambda plain: plain.model_copy(
            update={"liked": liked_by(actor, market_id, now)}
        ),
    )
    return picked(shown, decision)
