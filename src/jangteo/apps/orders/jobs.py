"""Orders over time: one sweep every minute."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.orders.actions.sweep import sweep
from jangteo.platform.clock import utc_now


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="orders.sweep", name="orders.sweep")
def sweep_orders(timestamp: int) -> dict[str, int]:
    """Expire unpaid orders, close unanswered questions, escalate silent stalls."""
    return sweep(utc_now())
