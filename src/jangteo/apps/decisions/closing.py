"""Closing an experiment: the state, the final look, and who is told, all in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from jangteo.apps.decisions.experiments import mark_closed, tell_closed
from jangteo.apps.decisions.looks import look
from jangteo.apps.decisions.models import Experiment

log = structlog.get_logger("jangteo.decisions")


def close_experiment(row: Experiment, *, why: str, now: datetime) -> None:
    """Close a locked, running experiment, store its final look and tell of it.

    A look that cannot be computed now does not keep the experiment running: the next look makes it.
    """
    mark_closed(row, why=why, now=now)
    try:
        with transaction.atomic():
            look(row, now)
    except Exception:
        log.exception("final look failed", experiment=row.pk)
    tell_closed(row, now)


def stop_experiments_of(market_id: int, provider_slug: str, now: datetime) -> tuple[int, ...]:
    """Stop what runs with this vendor in an arm, inside the caller's transaction and scope. Returns their ids."""
    running = Experiment.objects.select_for_update(no_key=True).filter(
        market_id=market_id, state=Experiment.State.RUNNING
    )
    stopped = []
    for row in running.order_by("pk"):
        if any(arm["provider"] == provider_slug for arm in row.arms):
            close_experiment(row, why="vendor-removed", now=now)
            stopped.append(row.pk)
    return tuple(stopped)
