"""Decisions over time: experiments end and are watched, days are counted and sealed, old months move to Parquet."""

from __future__ import annotations

from datetime import timedelta

import structlog
from procrastinate.contrib.django import app

from jangteo.apps.decisions.actions.archive_months import archive_old_months
from jangteo.apps.decisions.actions.end_due_experiments import (
    end_due_experiments,
    watch_all_guardrails,
)
from jangteo.apps.decisions.actions.note_what_left import note_what_left
from jangteo.apps.decisions.actions.refresh_rollups import mend_rollups, refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.decisions.erasures import call_vendors
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.partitions import ensure_months
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.decisions")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="decisions.end_experiments", name="decisions.end_experiments")
def end_experiments(timestamp: int) -> int:
    """Close experiments whose horizon has come and store their final look."""
    return end_due_experiments(utc_now())


@app.periodic(cron="40 20 * * *")
@app.task(queueing_lock="decisions.watch_guardrails", name="decisions.watch_guardrails")
def watch_guardrails(timestamp: int) -> int:
    """At 5:40 in Seoul: stop experiments that do harm."""
    return watch_all_guardrails(utc_now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="decisions.call_vendors", name="decisions.call_vendors")
def forget_at_vendors(timestamp: int) -> int:
    """Have vendors erase whom they must forget, until each has given its receipt."""
    return call_vendors(utc_now())


@app.periodic(cron="20 15 * * *")
@app.task(queueing_lock="decisions.what_left", name="decisions.what_left")
def what_left_yesterday(timestamp: int) -> int:
    """At 0:20 in Seoul: what left for each vendor yesterday goes into its proof."""
    now = utc_now()
    with every_market():
        markets = sorted(set(Provider.objects.values_list("market_id", flat=True)))
    day = seoul_day(now) - timedelta(days=1)
    noted = 0
    for market_id in markets:
        try:
            noted += note_what_left(actor=Actor.system(), market_id=market_id, day=day, now=now)
        except Exception:
            log.exception("what left was not noted", market=market_id, day=day.isoformat())
    return noted


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="decisions.refresh_rollups", name="decisions.refresh_rollups")
def count_touched_days(timestamp: int) -> int:
    """Every five minutes: count the days that were touched."""
    return refresh_rollups(actor=Actor.system(), now=utc_now()).market_days


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="decisions.seal_days", name="decisions.seal_days")
def seal_finished(timestamp: int) -> int:
    """Every hour: seal the days that are over. Does nothing between one night and the next."""
    refresh_rollups(actor=Actor.system(), now=utc_now())
    return seal_days(actor=Actor.system(), now=utc_now())


@app.periodic(cron="10 19 * * *")
@app.task(queueing_lock="decisions.nightly", name="decisions.nightly")
def keep_the_log(timestamp: int) -> int:
    """At 4:10 in Seoul: the coming months' partitions, days whose figures lag behind, months for the archive."""
    now = utc_now()
    ensure_months(now)
    mend_rollups(actor=Actor.system(), now=now)
    seal_days(actor=Actor.system(), now=now)
    return len(archive_old_months(actor=Actor.system(), now=now))
