"""The house's own background work.

- Every minute jobs of killed workers go back into the queue. procrastinate does not do it by itself: a worker that
  was killed leaves its job in ``doing`` for ever. A job that was cut off `MOST_CUT_OFFS` times is given up as failed
  (it is probably what kills the worker), and stays in the table for a person to look at.
- Every hour what nobody needs any more is swept: outbox rows, rate counts, expired sessions, finished jobs.

A job may therefore run more than once: it must look at the state first, as every action does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from jangteo.platform.clock import utc_now
from jangteo.platform.models import OutboxEvent, RateCount
from jangteo.platform.tenancy import every_market

#: four missed heartbeats of five seconds
STALLED_AFTER_SECONDS = 20.0
MOST_CUT_OFFS = 5
#: open pages ask for what they missed; a page open for longer has loaded itself again
OUTBOX_KEPT = timedelta(days=2)
RATE_COUNTS_KEPT = timedelta(days=1)
JOBS_KEPT = timedelta(days=7)
FAILED_JOBS_KEPT = timedelta(days=30)

log = structlog.get_logger("jangteo.jobs")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    """How many cut-off jobs were put back and how many were given up."""

    retried: int
    given_up: int


async def mend_stalled_jobs(seconds_since_heartbeat: float = STALLED_AFTER_SECONDS) -> Mended:
    """Put jobs whose worker has not been heard of for that long back into the queue."""
    retried = given_up = 0
    for job in await app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=seconds_since_heartbeat
    ):
        if job.attempts >= MOST_CUT_OFFS:
            log.error("job given up", job_id=job.id, task=job.task_name, attempts=job.attempts)
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            given_up += 1
        else:
            log.warning("job of a killed worker retried", job_id=job.id, task=job.task_name)
            await app.job_manager.retry_job(job)
            retried += 1
    return Mended(retried=retried, given_up=given_up)


@app.periodic(cron="* * * * *")
@app.task(name="platform.retry_stalled", queueing_lock="platform.retry_stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:
    """Every minute: see `mend_stalled_jobs`."""
    await mend_stalled_jobs()


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """How many rows went."""

    outbox: int
    rate_counts: int
    sessions: int
    periodic_defers: int


def sweep(*, now: datetime) -> Swept:
    """Delete what nobody needs any more as of ``now`` (aware UTC)."""
    with every_market():
        outbox, _ = OutboxEvent.objects.filter(at__lt=now - OUTBOX_KEPT).delete()
    rate_counts, _ = RateCount.objects.filter(window_starts_at__lt=now - RATE_COUNTS_KEPT).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    for kept, failed in ((JOBS_KEPT, False), (FAILED_JOBS_KEPT, True)):
        async_to_sync(app.job_manager.delete_old_jobs)(
            nb_hours=int(kept.total_seconds() // 3600),
            include_failed=failed,
            include_cancelled=True,
            include_aborted=failed,
        )
    return Swept(
        outbox=outbox,
        rate_counts=rate_counts,
        sessions=sessions,
        periodic_defers=_sweep_periodic_defers(now),
    )


def _sweep_periodic_defers(now: datetime) -> int:
    """procrastinate notes every beat of every periodic task and keeps the notes; a beat is tried for minutes only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from procrastinate_periodic_defers where defer_timestamp < %s",
            [int((now - JOBS_KEPT).timestamp())],
        )
        return int(cursor.rowcount)


@app.periodic(cron="17 * * * *")
@app.task(name="platform.sweep", queueing_lock="platform.sweep", pass_context=False)
def sweep_hourly(timestamp: int) -> None:
    """Every hour: see `sweep`."""
    swept = sweep(now=utc_now())
    log.info("swept", outbox=swept.outbox, rate_counts=swept.rate_counts, sessions=swept.sessions)
