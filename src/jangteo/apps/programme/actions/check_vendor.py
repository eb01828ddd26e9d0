"""Try the vendor's service against the contract; either side may ask for it."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.actions.check_provider import check_provider
from jangteo.apps.decisions.contract_check import CheckReport
from jangteo.apps.programme.access import pilot_for
from jangteo.apps.programme.errors import WrongPilotState
from jangteo.apps.programme.models import Pilot
from jangteo.platform.permissions import Actor, Role, action


@action("programme.check_vendor", allow={Role.SHOPPER}, within="market", atomic=False)
def check_vendor(
    *, actor: Actor, market_id: int, pilot_id: int, side: str, now: datetime
) -> CheckReport:
    """Made-up requests only; may take half a minute. Raises `NotFound`, `NotAllowed`, `WrongPilotState` and what
    `check_provider` raises."""
    pilot = pilot_for(actor, market_id, pilot_id, side, lock=False)
    if pilot.state not in (Pilot.State.SIGNED, Pilot.State.RUNNING) or pilot.provider_id is None:
        raise WrongPilotState
    return check_provider(
        actor=Actor.system(), market_id=market_id, provider_id=pilot.provider_id, now=now
    )
