"""The job's step: the next text of a run."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.texts.runs import end_stuck, write_next
from jangteo.platform.permissions import Actor, action


@action("catalog.write_run_text", allow=set(), within="market", atomic=False)
def write_run_text(*, actor: Actor, market_id: int, run_id: int, now: datetime) -> bool:
    """Write one text of the run and note it; returns whether there is more to do."""
    return write_next(market_id, run_id, now)


@action("catalog.end_stuck_runs", allow=set(), within="anywhere")
def end_stuck_runs(*, actor: Actor, now: datetime) -> int:
    """Give up runs that nobody works at any more; returns how many."""
    return end_stuck(now)
