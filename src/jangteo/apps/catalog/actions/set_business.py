"""A stall says who it is to its customers: what the law asks every online seller to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.catalog.business import cleaned_business
from jangteo.apps.catalog.models import StallDesk
from jangteo.apps.markets.errors import StallNotFound
from jangteo.apps.markets.models import Stall
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.set_business",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def set_business(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    fields: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """Set some of `business.FIELDS`; an empty one goes. Returns all. Raises `InvalidInput`, `StallNotFound`."""
    told = cleaned_business(fields)
    if not Stall.objects.filter(market_id=market_id, pk=stall_id).exists():
        raise StallNotFound
    desk, _ = StallDesk.objects.select_for_update().get_or_create(
        market_id=market_id, stall_id=stall_id, defaults={"updated_at": now}
    )
    desk.business = {k: v for k, v in (desk.business | told).items() if v}
    desk.updated_at = now
    desk.save(update_fields=["business", "updated_at"])
    return dict(desk.business)
