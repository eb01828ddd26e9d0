"""One tap: the stall takes no more orders today."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.events import StallDayChanged
from jangteo.apps.markets.models import Stall
from jangteo.platform.clock import seoul_day
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action


@action(
    "markets.close_stall_today",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stall:write",
)
def close_stall_today(*, actor: Actor, market_id: int, stall_id: int, now: datetime) -> None:
    """Closed for this Korean calendar day; tomorrow it opens by itself. Orders taken stay. Idempotent."""
    stalls = Stall.objects.filter(market_id=market_id, pk=stall_id)
    if not stalls.update(closed_on=seoul_day(now)):
        raise StallNotFound
    emit(StallDayChanged(market_id=market_id, at=now, stall_id=stall_id, is_closed=True))
