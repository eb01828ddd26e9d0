"""The programme over time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.programme.indicators.monthly import compute_last_month
from jangteo.apps.programme.sweeps import close_ended_vendors, stop_expired_pilots
from jangteo.platform.clock import utc_now


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="programme.pilots", name="programme.pilots")
def sweep_pilots(timestamp: int) -> int:
    """Every minute: stop the pilots whose permission has run out, close the vendors of those that are over."""
    now = utc_now()
    return stop_expired_pilots(now) + close_ended_vendors(now)


@app.periodic(cron="30 20 * * *")
@app.task(queueing_lock="programme.indicators", name="programme.indicators")
def compute_indicators(timestamp: int) -> int:
    """At 5:30 in Seoul: last month's indicators, once."""
    return compute_last_month(utc_now())
