"""A stall changes what it shows of itself."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.markets.drafts import StallDraft
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.platform.permissions import Actor, Role, action


@action(
    "markets.edit_stall",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="stall:write",
)
def edit_stall(
    *, actor: Actor, market_id: int, stall_id: int, draft: StallDraft, now: datetime
) -> None:
    """Set all of `StallDraft`; the web address stays. Raises `InvalidInput`, `StallNotFound`."""
    stalls = Stall.objects.filter(market_id=market_id, pk=stall_id)
    if not stalls.update(**draft.cleaned()):
        raise StallNotFound
