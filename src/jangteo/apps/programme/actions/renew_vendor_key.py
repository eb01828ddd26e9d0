"""The vendor takes its signing key; nobody of the market ever sees it."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.actions.renew_provider_secret import renew_provider_secret
from jangteo.apps.programme.access import VENDOR, pilot_for, signed_in
from jangteo.apps.programme.errors import WrongPilotState
from jangteo.apps.programme.models import Pilot
from jangteo.platform.permissions import Actor, Role, action


@action("programme.renew_vendor_key", allow={Role.SHOPPER}, within="market")
def renew_vendor_key(*, actor: Actor, market_id: int, pilot_id: int, now: datetime) -> str:
    """A new key, told this once; the one before is worth nothing. Raises `NotFound`, `WrongPilotState`, `KeyInUse`."""
    pilot = pilot_for(actor, market_id, pilot_id, VENDOR)
    if pilot.state != Pilot.State.SIGNED or pilot.provider_id is None:
        raise WrongPilotState
    return renew_provider_secret(
        actor=Actor.system(),
        market_id=market_id,
        provider_id=pilot.provider_id,
        by_id=signed_in(actor),
        now=now,
    )
