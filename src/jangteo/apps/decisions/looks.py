"""Making and storing a look at an experiment; the actions and the job call it inside their transaction."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from jangteo.apps.decisions.analysis import analyse
from jangteo.apps.decisions.errors import ExperimentNotStarted
from jangteo.apps.decisions.experiments import design_of, final_look, is_closed, until_of
from jangteo.apps.decisions.measure import digest_of, rows_of, to_csv
from jangteo.apps.decisions.models import Experiment, ExperimentResult
from jangteo.apps.decisions.results import Health, Result, from_json, to_json

#: a page that is loaded again and again does not fill the table
STORED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One look: the result and, where no effect may be shown yet, from when on it will be."""

    experiment_id: int
    #: of the stored row; None for a look so soon after another that it was not stored
    result_id: int | None
    at: datetime
    is_final: bool
    #: "", "horizon" or "sample-ratio"
    hidden: str
    #: when the effect can be seen; None: now, or never (sample ratio)
    shown_from: datetime | None
    result: Result


def look(row: Experiment, now: datetime) -> Look:
    """Compute a look at a locked experiment. The final one is stored once and returned ever after.

    Before that at most one in `STORED_EVERY` is stored; the figures are those of ``now`` either way. A look that finds
    the same rows as the newest stored one is that one. Raises `ExperimentNotStarted`.
    """
    if row.starts_at is None or row.state == Experiment.State.DRAFT:
        raise ExperimentNotStarted
    is_over = is_closed(row)
    kept = final_look(row.pk)
    if kept is not None:
        return look_of(row, kept)
    until = until_of(row, now)
    rows = rows_of(row, until)
    text = to_csv(rows)
    design = design_of(row)
    result = analyse(
        design,
        rows,
        planned_unit_days=row.planned_unit_days,
        is_over=is_over,
        was_stopped=row.state == Experiment.State.STOPPED,
        starts_at=row.starts_at,
        until=until,
        health=_health(row, until),
    )
    stored = to_json(result)
    digest = digest_of(text)
    newest = ExperimentResult.objects.filter(experiment=row).order_by("-at", "-id").first()
    if newest is not None and not is_over:
        if newest.rows_digest == digest and newest.result == stored:
            return look_of(row, newest)
        if now - newest.at < STORED_EVERY:
            return _look(row, result, result_id=None, at=now, is_final=False)
    newest = ExperimentResult.objects.create(
        market_id=row.market_id,
        experiment=row,
        result=stored,
        rows_digest=digest,
        rows=zlib.compress(text) if is_over else b"",
        is_final=is_over,
        at=now,
    )
    return look_of(row, newest)


def look_of(row: Experiment, stored: ExperimentResult) -> Look:
    """A stored look as a record."""
    result = from_json(stored.result)
    return _look(row, result, result_id=stored.pk, at=stored.at, is_final=stored.is_final)


def _look(
    row: Experiment, result: Result, *, result_id: int | None, at: datetime, is_final: bool
) -> Look:
    return Look(
        experiment_id=row.pk,
        result_id=result_id,
        at=at,
        is_final=is_final,
        hidden=result.hidden,
        shown_from=row.ends_at if result.hidden == "horizon" else None,
        result=result,
    )


_HEALTH = """
select arm, count(*), count(*) filter (where fallback <> ''), avg(latency_us) / 1000.0
  from decisions_decision
 where experiment_id = %s and market_id = %s and at >= %s and at < %s
 group by arm order by arm
"""


def _health(row: Experiment, until: datetime) -> dict[str, Health]:
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH, [row.pk, row.market_id, row.starts_at, until])
        return {
            arm: Health(decisions=count, fallbacks=fallbacks, mean_latency_ms=float(mean))
            for arm, count, fallbacks, mean in cursor.fetchall()
        }
