"""Say who decides a capability in this market."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.errors import ProviderNotLive
from jangteo.apps.decisions.models import CapabilitySetting, Provider
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import known_capability, note
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.choose_provider", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def choose_provider(
    *, actor: Actor, market_id: int, capability: str, provider_slug: str, now: datetime
) -> None:
    """``provider_slug``: a live vendor of this capability; empty: the built-in provider. An experiment's arm goes first.

    Raises `CapabilityUnknown`, `NotFound`, `ProviderNotLive`.
    """
    key = known_capability(capability).key
    chosen = None
    if provider_slug:
        chosen = (
            Provider.objects.select_for_update()
            .filter(market_id=market_id, slug=provider_slug, capability=key)
            .first()
        )
        if chosen is None:
            raise NotFound
        if chosen.state != Provider.State.LIVE:
            raise ProviderNotLive
    setting, _ = CapabilitySetting.objects.select_for_update().get_or_create(
        market_id=market_id, capability=key
    )
    before = setting.provider_slug
    if before == provider_slug:
        return
    setting.provider_slug = provider_slug
    setting.save(update_fields=["provider_slug"])
    former = Provider.objects.filter(market_id=market_id, slug=before).first() if before else None
    if former is not None:
        note(former, "unchosen", by_id=actor.person_id, now=now)
    if chosen is not None:
        note(chosen, "chosen", by_id=actor.person_id, now=now)
    touch_setup(market_id)
