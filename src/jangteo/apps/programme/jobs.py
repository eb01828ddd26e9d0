"""The programme over time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.programme.sweeps import stop_expired_pilots
from jangteo.platform.clock import utc_now


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="programme.pilots", name="programme.pilots")
def sweep_pilots(timestamp: int) -> int:
    """Every minute: stop the pilots whose permission has run out."""
    return stop_expired_pilots(utc_now())
