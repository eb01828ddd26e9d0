"""Let a vendor's service that passed the check decide."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import locked_provider, note, require_check
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.make_provider_live", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def make_provider_live(*, actor: Actor, market_id: int, provider_id: int, now: datetime) -> None:
    """From the sandbox, or from a pause, to work; it is asked once it is chosen or in an experiment's arm.

    Live already: nothing happens. Raises `NotFound`, `ProviderRemoved`, `ProviderNotChecked`.
    """
    row = locked_provider(market_id, provider_id)
    if row.state == Provider.State.LIVE:
        return
    require_check(row)
    row.state = Provider.State.LIVE
    row.broken_until = None
    row.save(update_fields=["state", "broken_until"])
    note(row, "live", by_id=actor.person_id, now=now, fields=row.data_scope)
    touch_setup(market_id)
