"""Add or change a delivery zone."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.markets.drafts import ZoneDraft
from jangteo.apps.markets.models import Zone
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("markets.set_zone", allow={Role.OFFICE}, within="market", token_scope="market:write")
def set_zone(
    *, actor: Actor, market_id: int, zone_id: int | None = None, draft: ZoneDraft, now: datetime
) -> int:
    """Set all of `ZoneDraft`, for a new zone when ``zone_id`` is None. Returns the zone's id.

    Raises `InvalidInput`, `NotFound`. Orders keep the fee they were placed with.
    """
    values = draft.cleaned()
    if zone_id is None:
        return Zone.objects.create(market_id=market_id, **values).pk
    if not Zone.objects.filter(market_id=market_id, pk=zone_id).update(**values):
        raise NotFound
    return zone_id
