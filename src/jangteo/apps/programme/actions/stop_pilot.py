"""Stop a pilot before its end; either side may."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.actions.stop_experiment import stop_experiment
from jangteo.apps.programme.access import pilot_for
from jangteo.apps.programme.errors import WrongPilotState
from jangteo.apps.programme.gates import newest_approval
from jangteo.apps.programme.models import Pilot
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("programme.stop_pilot", allow={Role.SHOPPER}, within="market")
def stop_pilot(*, actor: Actor, market_id: int, pilot_id: int, side: str, now: datetime) -> None:
    """Nobody meets the vendor any more; what was measured so far is read by the always-valid interval.

    Raises `NotFound`, `NotAllowed`, `WrongPilotState` when it is over already.
    """
    # not locked here: whoever closes an experiment locks it first and its pilot after it
    pilot = pilot_for(actor, market_id, pilot_id, side, lock=False)
    if pilot.state in (Pilot.State.TERMS, Pilot.State.SIGNED):
        stopped = Pilot.objects.filter(pk=pilot.pk, state=pilot.state)
        if not stopped.update(state=Pilot.State.STOPPED, ended_at=now):
            raise WrongPilotState
        return
    if pilot.state != Pilot.State.RUNNING or pilot.experiment_id is None:
        raise WrongPilotState
    # the terms give both sides this right; the handler of `ExperimentClosed` moves the pilot
    stop_experiment(
        actor=Actor.system(),
        market_id=market_id,
        experiment_id=pilot.experiment_id,
        why="person",
        now=now,
    )


@action("programme.expire_pilot", allow={Role.SYSTEM}, within="market")
def expire_pilot(*, actor: Actor, market_id: int, pilot_id: int, now: datetime) -> bool:
    """Stop a running pilot whose permission has run out. False when there was nothing to do."""
    pilot = Pilot.objects.filter(market_id=market_id, pk=pilot_id).first()
    if pilot is None:
        raise NotFound
    approval = newest_approval(pilot)
    if pilot.state != Pilot.State.RUNNING or approval is None or approval.expires_at > now:
        return False
    if pilot.experiment_id is None:
        return False
    stop_experiment(
        actor=actor,
        market_id=market_id,
        experiment_id=pilot.experiment_id,
        why="expired",
        now=now,
    )
    return True
