"""Orders over time: one sweep every minute, and at night what no law keeps any more is destroyed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.orders.actions.destroy_old_contacts import destroy_old_contacts
from jangteo.apps.orders.actions.sweep import sweep
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="orders.sweep", name="orders.sweep")
def sweep_orders(timestamp: int) -> dict[str, int]:
    """Expire unpaid orders, close unanswered questions, escalate silent stalls."""
    return sweep(utc_now())


@app.periodic(cron="27 18 * * *")
@app.task(
    queueing_lock="orders.destroy_old_contacts", name="orders.destroy_old_contacts", queue="night"
)
def destroy_contacts(timestamp: int) -> int:
    """Every night at 03:27 in Seoul: see `destroy_old_contacts`."""
    return destroy_old_contacts(actor=Actor.system(), now=utc_now())
