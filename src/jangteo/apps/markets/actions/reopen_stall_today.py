"""One tap: the stall takes orders again today."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.events import StallDayChanged
from jangteo.apps.markets.models import Stall
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action


@action(
    "markets.reopen_stall_today",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stall:write",
)
def reopen_stall_today(*, actor: Actor, market_id: int, stall_id: int, now: datetime) -> None:
    """Undo `close_stall_today`. Idempotent."""
    stalls = Stall.objects.filter(market_id=market_id, pk=stall_id)
    if not stalls.update(closed_on=None):
        raise StallNotFound
    emit(StallDayChanged(market_id=market_id, at=now, stall_id=stall_id, is_closed=False))
