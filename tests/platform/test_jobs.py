"""The house's own jobs: a killed worker's job is done again, and what nobody needs is swept."""

from __future__ import annotations

import signal
import subprocess
import sys
import time as clock
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.db import connection
from procrastinate.contrib.django import app

from jangteo.apps.markets.models import Market
from jangteo.platform import jobs
from jangteo.platform.models import OutboxEvent, RateCount
from jangteo.platform.tenancy import every_market

NOW = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)


JOBS = "select status::text from procrastinate_jobs where task_name = 'tests.slow'"


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    """Django does not empty procrastinate's tables after a test: it does not manage them."""
    empty = "truncate procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs"
    _do(empty)
    yield
    _do(empty)


def _do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _wait(until: Callable[[], bool], seconds: float, what: str) -> None:
    end = clock.monotonic() + seconds
    while not until():
        assert clock.monotonic() < end, what
        clock.sleep(0.05)


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [tuple(row) for row in cursor.fetchall()]


def _worker(notes: Path, seconds: float) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("killed_job.py")
    database = str(connection.settings_dict["NAME"])
    return subprocess.Popen([sys.executable, str(script), str(notes), str(seconds), database])


@pytest.mark.slow
@pytest.mark.usefixtures("empty_queue")
def test_the_job_of_a_killed_worker_is_done_once_by_the_next(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    app.configure_task("tests.slow", queue="tests", allow_unknown=True).defer(number=7)
    first = _worker(notes, 60)
    _wait(lambda: notes.exists() and notes.read_text() == "started 7\n", 15, "not started")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _rows(JOBS) == [("doing",)]

    mend = async_to_sync(jobs.mend_stalled_jobs)
    assert mend(60.0) == jobs.Mended(retried=0, given_up=0)
    clock.sleep(1.2)
    assert mend(1.0) == jobs.Mended(retried=1, given_up=0)
    assert mend(1.0) == jobs.Mended(retried=0, given_up=0)

    second = _worker(notes, 0.1)
    try:
        _wait(
            lambda: _rows(JOBS) == [("succeeded",)],
            15,
            "not finished",
        )
    finally:
        second.terminate()
        assert second.wait(10) == 0
    assert notes.read_text() == "started 7\nstarted 7\nfinished 7\n"


@pytest.mark.usefixtures("empty_queue")
def test_a_job_that_kills_every_worker_is_given_up() -> None:
    app.configure_task("tests.slow", queue="tests", allow_unknown=True).defer(number=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', attempts = %s", [jobs.MOST_CUT_OFFS]
        )
    assert async_to_sync(jobs.mend_stalled_jobs)(1.0) == jobs.Mended(retried=0, given_up=1)
    assert _rows(JOBS) == [("failed",)]


@pytest.mark.usefixtures("empty_queue")
def test_sweep_keeps_what_is_young() -> None:
    market = Market.objects.create(
        slug="m", name="m", address="-", opens_at=time(9), closes_at=time(20)
    )
    with every_market():
        for age in (timedelta(days=2, minutes=1), timedelta(days=1)):
            row = OutboxEvent.objects.create(market=market, topic="order:1", kind="k")
            OutboxEvent.objects.filter(pk=row.pk).update(at=NOW - age)
    for hours in (25, 23):
        RateCount.objects.create(key="k", window_starts_at=NOW - timedelta(hours=hours), used=1)
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=NOW + timedelta(days=days)
        )
    with connection.cursor() as cursor:
        for days in (8, 6):
            stamp = int((NOW - timedelta(days=days)).timestamp())
            cursor.execute(
                "insert into procrastinate_periodic_defers (task_name, defer_timestamp) values ('t', %s)",
                [stamp],
            )
    assert jobs.sweep(now=NOW) == jobs.Swept(outbox=1, rate_counts=1, sessions=1, periodic_defers=1)
    with every_market():
        assert OutboxEvent.objects.count() == 1
    assert [s.session_key for s in Session.objects.all()] == ["new"]


def test_both_are_periodic() -> None:
    beats = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert beats["platform.retry_stalled"] == "* * * * *"
    assert beats["platform.sweep"] == "17 * * * *"
