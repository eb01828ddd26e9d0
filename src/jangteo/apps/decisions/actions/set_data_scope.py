"""Change which fields may leave for a vendor."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from jangteo.apps.decisions.drafts import cleaned_scope
from jangteo.apps.decisions.errors import ScopeOnlyNarrows
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import known_capability, locked_provider, note
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.set_data_scope", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def set_data_scope(
    *, actor: Actor, market_id: int, provider_id: int, data_scope: Collection[str], now: datetime
) -> None:
    """Counts from the next decision on. While it is live it can only become smaller; a wider one needs a new check.

    Raises `NotFound`, `ProviderRemoved`, `InvalidInput`, `ScopeOnlyNarrows`.
    """
    row = locked_provider(market_id, provider_id)
    wanted = cleaned_scope(known_capability(row.capability), data_scope)
    wider = set(wanted) - set(row.data_scope)
    if wider and row.state == Provider.State.LIVE:
        raise ScopeOnlyNarrows
    if wanted == sorted(row.data_scope):
        return
    before = row.data_scope
    row.data_scope = wanted
    if wider:
        row.last_check = {}
    row.save(update_fields=["data_scope", "last_check"])
    note(row, "scope", by_id=actor.person_id, now=now, fields=wanted, before=before)
    touch_setup(market_id)
