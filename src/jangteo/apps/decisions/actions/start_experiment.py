"""Start an experiment: from now on its design cannot change and units are assigned."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from jangteo.apps.decisions.errors import (
    AnotherExperimentRuns,
    DesignLocked,
    ExperimentNotReady,
)
from jangteo.apps.decisions.experiments import (
    checked,
    columns_of,
    design_digest,
    design_of,
    locked,
    providers_missing,
)
from jangteo.apps.decisions.models import Experiment
from jangteo.apps.decisions.planning import expected_unit_days, next_start
from jangteo.apps.decisions.setup import touch_setup
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.start_experiment", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def start_experiment(*, actor: Actor, market_id: int, experiment_id: int, now: datetime) -> None:
    """Check the design once more, lock it with a digest and begin; an experiment on days begins with the next one.

    Raises `NotFound`, `DesignLocked` (started before), `ExperimentNotReady` (a vendor is not live),
    `AnotherExperimentRuns`, `InvalidInput`.
    """
    row = locked(market_id, experiment_id)
    if row.state != Experiment.State.DRAFT:
        raise DesignLocked
    # locks the market's setup until the end: two starts cannot overlook each other
    touch_setup(market_id)
    design = checked(design_of(row))
    missing = providers_missing(market_id, design)
    if missing:
        names = ", ".join(missing)
        raise ExperimentNotReady(
            missing_ko=f"업체({names})가 아직 이 기능에서 일하고 있지 않아요. 계약 검사를 통과시키고 켜 주세요",
            missing_en=f"the vendor ({names}) is not live for this capability; pass the check and switch it on",
        )
    other = Experiment.objects.filter(
        market_id=market_id, capability=design.capability, state=Experiment.State.RUNNING
    ).first()
    if other is not None:
        raise AnotherExperimentRuns(title=other.title)
    for name, value in columns_of(design).items():
        setattr(row, name, value)
    row.starts_at = next_start(design, now)
    row.ends_at = row.starts_at + timedelta(days=design.horizon_days)
    row.planned_unit_days = round(expected_unit_days(market_id, design, now), 4)
    row.salt = secrets.token_hex(16)
    row.state = Experiment.State.RUNNING
    row.locked_at = now
    row.design_digest = design_digest(row)
    row.save()
