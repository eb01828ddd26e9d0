"""Decisions over time: experiments end at their horizon and are watched every day."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.decisions.actions.end_due_experiments import (
    end_due_experiments,
    watch_all_guardrails,
)
from jangteo.platform.clock import utc_now


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
