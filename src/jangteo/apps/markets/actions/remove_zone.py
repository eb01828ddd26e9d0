"""Stop delivering to a zone."""

from __future__ import annotations

from datetime import datetime

from django.db.models import ProtectedError

from jangteo.apps.markets.models import Zone
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("markets.remove_zone", allow={Role.OFFICE}, within="market", token_scope="market:write")
def remove_zone(*, actor: Actor, market_id: int, zone_id: int, now: datetime) -> None:
    """Remove the zone, or, when orders refer to it, keep the row without neighbourhoods. Raises `NotFound`."""
    zone = Zone.objects.filter(market_id=market_id, pk=zone_id).first()
    if zone is None:
        raise NotFound
    try:
        zone.delete()
    except ProtectedError:
        Zone.objects.filter(pk=zone_id).update(areas=[])
