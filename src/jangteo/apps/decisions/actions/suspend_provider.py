"""Switch a vendor's service off for now, and on again."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.actions.make_provider_live import make_provider_live
from jangteo.apps.decisions.errors import ProviderNotLive
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import locked_provider, note
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.suspend_provider", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def suspend_provider(*, actor: Actor, market_id: int, provider_id: int, now: datetime) -> None:
    """Nothing leaves for it any more; the simple rule stands in. Suspended already: nothing happens.

    Raises `NotFound`, `ProviderRemoved`, `ProviderNotLive`.
    """
    row = locked_provider(market_id, provider_id)
    if row.state == Provider.State.SUSPENDED:
        return
    if row.state != Provider.State.LIVE:
        raise ProviderNotLive
    row.state = Provider.State.SUSPENDED
    row.save(update_fields=["state"])
    note(row, "suspended", by_id=actor.person_id, now=now)
    touch_setup(market_id)


@action(
    "decisions.resume_provider", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def resume_provider(*, actor: Actor, market_id: int, provider_id: int, now: datetime) -> None:
    """Let a suspended one work again. Raises as `make_provider_live`, and `ProviderNotLive` for one in the sandbox."""
    row = locked_provider(market_id, provider_id)
    if row.state == Provider.State.SANDBOX:
        raise ProviderNotLive
    make_provider_live(actor=actor, market_id=market_id, provider_id=provider_id, now=now)
