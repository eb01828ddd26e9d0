"""Begin a pilot once every gate is passed."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.actions.make_provider_live import make_provider_live
from jangteo.apps.decisions.actions.start_experiment import start_experiment
from jangteo.apps.decisions.models import Provider
from jangteo.apps.programme.access import locked_pilot
from jangteo.apps.programme.checklist import checklist_of
from jangteo.apps.programme.errors import PilotNotReady, WrongPilotState
from jangteo.apps.programme.gates import gates_of
from jangteo.apps.programme.models import Pilot
from jangteo.platform.permissions import Actor, Role, action


@action("programme.start_pilot", allow={Role.OFFICE}, within="market")
def start_pilot(
    *, actor: Actor, market_id: int, pilot_id: int, plan_seen: bool, now: datetime
) -> None:
    """Let the vendor decide for its arm and lock the design.

    ``plan_seen``: the person looked at how many days the smallest effect needs. Raises `NotFound`, `WrongPilotState`,
    `PilotNotReady` with all that is missing, and what starting the experiment raises.
    """
    pilot = locked_pilot(market_id, pilot_id)
    if pilot.state != Pilot.State.SIGNED or pilot.provider is None or pilot.experiment is None:
        raise WrongPilotState
    answered = checklist_of(pilot)
    missing = [
        (gate.ko, gate.en)
        for gate in gates_of(pilot, now, checklist=answered)
        if not gate.is_met and gate.key != "checklist"
    ]
    known = {"contract-check"}
    missing += [
        (one.item.ko, one.item.en)
        for one in answered
        if not one.is_met and one.item.key not in known
    ]
    if not plan_seen:
        missing.append(("얼마나 걸릴지 계획을 보았다는 표시", "the tick that the plan was seen"))
    if missing:
        raise PilotNotReady(
            missing_ko=", ".join(ko for ko, _ in missing),
            missing_en=", ".join(en for _, en in missing),
        )
    if pilot.provider.state != Provider.State.LIVE:
        make_provider_live(actor=actor, market_id=market_id, provider_id=pilot.provider.pk, now=now)
    start_experiment(actor=actor, market_id=market_id, experiment_id=pilot.experiment.pk, now=now)
    pilot.state = Pilot.State.RUNNING
    pilot.started_at = now
    pilot.save(update_fields=["state", "started_at"])
