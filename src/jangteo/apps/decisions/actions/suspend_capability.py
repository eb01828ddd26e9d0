"""Switch a capability's AI off in a market, and on again."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.models import CapabilitySetting, Provider
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import known_capability, note
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.suspend_capability", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def suspend_capability(*, actor: Actor, market_id: int, capability: str, now: datetime) -> None:
    """The simple rule decides for everybody, at once, experiments included. Raises `CapabilityUnknown`."""
    _switch(actor, market_id, capability, now, off=True)


@action(
    "decisions.resume_capability", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def resume_capability(*, actor: Actor, market_id: int, capability: str, now: datetime) -> None:
    """As it was before it was switched off. Raises `CapabilityUnknown`."""
    _switch(actor, market_id, capability, now, off=False)


def _switch(actor: Actor, market_id: int, capability: str, now: datetime, *, off: bool) -> None:
    key = known_capability(capability).key
    setting, _ = CapabilitySetting.objects.select_for_update().get_or_create(
        market_id=market_id, capability=key
    )
    if setting.is_suspended == off:
        return
    setting.is_suspended = off
    setting.save(update_fields=["is_suspended"])
    for row in Provider.objects.filter(market_id=market_id, capability=key).exclude(
        state=Provider.State.REMOVED
    ):
        note(row, "capability-off" if off else "capability-on", by_id=actor.person_id, now=now)
    touch_setup(market_id)
