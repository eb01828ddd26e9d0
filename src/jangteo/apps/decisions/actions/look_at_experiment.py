"""Look at an experiment: what may be shown of it now, computed and stored."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.closing import close_experiment
from jangteo.apps.decisions.experiments import locked
from jangteo.apps.decisions.looks import Look, look
from jangteo.apps.decisions.models import Experiment
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.look_at_experiment", allow={Role.OFFICE}, within="market", token_scope="office:read"
)
def look_at_experiment(*, actor: Actor, market_id: int, experiment_id: int, now: datetime) -> Look:
    """The result so far. Before its horizon a fixed analysis shows no effect, but split, health and guardrails.

    Raises `NotFound`, `ExperimentNotStarted`.
    """
    row = locked(market_id, experiment_id)
    if row.state == Experiment.State.RUNNING and row.ends_at is not None and row.ends_at <= now:
        close_experiment(row, why="horizon", now=now)
    return look(row, now)
