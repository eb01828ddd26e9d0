"""What time does to experiments: horizons come, and breached guardrails stop them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

import structlog

from jangteo.apps.decisions.closing import close_experiment
from jangteo.apps.decisions.experiments import locked
from jangteo.apps.decisions.looks import look
from jangteo.apps.decisions.models import Experiment
from jangteo.engines.experiments.guardrail import Safety
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.decisions")


@action("decisions.end_experiment", allow={Role.SYSTEM}, within="market")
def end_experiment(*, actor: Actor, market_id: int, experiment_id: int, now: datetime) -> bool:
    """Close an experiment whose horizon has come. False when there was nothing to do."""
    row = locked(market_id, experiment_id)
    if row.state != Experiment.State.RUNNING or row.ends_at is None or row.ends_at > now:
        return False
    close_experiment(row, why="horizon", now=now)
    return True


@action("decisions.watch_guardrails", allow={Role.SYSTEM}, within="market")
def watch_guardrails(*, actor: Actor, market_id: int, experiment_id: int, now: datetime) -> bool:
    """Look at a running experiment and stop it when a guardrail is breached, by the always-valid interval."""
    row = locked(market_id, experiment_id)
    if row.state != Experiment.State.RUNNING or row.starts_at is None or row.starts_at >= now:
        return False
    seen = look(row, now)
    breached = any(
        guardrail.safety == Safety.BREACHED
        for comparison in seen.result.comparisons
        for guardrail in comparison.guardrails
    )
    if breached:
        close_experiment(row, why="guardrail", now=now)
    return breached


def end_due_experiments(now: datetime) -> int:
    """Close every experiment, over all markets, whose horizon has come. Returns how many."""
    with every_market():
        due = list(
            Experiment.objects.filter(state=Experiment.State.RUNNING, ends_at__lte=now).values_list(
                "market_id", "pk"
            )
        )
    return _each(
        "end",
        (
            partial(
                end_experiment, actor=Actor.system(), market_id=market, experiment_id=pk, now=now
            )
            for market, pk in due
        ),
    )


def watch_all_guardrails(now: datetime) -> int:
    """Look at every running experiment over all markets. Returns how many a guardrail stopped."""
    with every_market():
        running = list(
            Experiment.objects.filter(
                state=Experiment.State.RUNNING, starts_at__lt=now, ends_at__gt=now
            ).values_list("market_id", "pk")
        )
    return _each(
        "watch",
        (
            partial(
                watch_guardrails, actor=Actor.system(), market_id=market, experiment_id=pk, now=now
            )
            for market, pk in running
        ),
    )


def _each(what: str, works: Iterable[partial[bool]]) -> int:
    """Do each work; one that fails is noted and does not hold up the others."""
    done = 0
    for work in works:
        try:
            done += work()
        except Exception:
            log.exception(
                "experiments sweep failed", what=what, experiment=work.keywords["experiment_id"]
            )
    return done
