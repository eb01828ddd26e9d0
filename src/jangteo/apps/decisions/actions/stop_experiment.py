"""Stop an experiment before its horizon."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.closing import close_experiment
from jangteo.apps.decisions.errors import ExperimentNotStarted
from jangteo.apps.decisions.experiments import WHY, is_closed, locked
from jangteo.apps.decisions.models import Experiment
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.stop_experiment", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def stop_experiment(
    *, actor: Actor, market_id: int, experiment_id: int, why: str = "person", now: datetime
) -> None:
    """Assign nobody any more and store the final look, read by the always-valid interval. Idempotent.

    ``why``: "person", "expired", "guardrail" or "vendor-removed". Raises `NotFound`, `ExperimentNotStarted`,
    `InvalidInput`.
    """
    if why not in WHY - {"horizon"}:
        raise InvalidInput(
            field="why",
            ko="멈추는 까닭을 목록에서 골라 주세요.",
            en="Choose one of the reasons to stop.",
        )
    row = locked(market_id, experiment_id)
    if is_closed(row):
        return
    if row.state != Experiment.State.RUNNING:
        raise ExperimentNotStarted
    close_experiment(row, why=why, now=now)
