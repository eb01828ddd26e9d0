"""Night work: what is over is deleted."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.accounts.actions.sweep_sign_ins import sweep_sign_ins
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor


@app.periodic(cron="17 18 * * *")
@app.task(name="accounts.sweep_sign_ins", queue="night", queueing_lock="accounts.sweep_sign_ins")
def sweep(timestamp: int) -> None:
    """Every night at 03:17 in Seoul."""
    sweep_sign_ins(actor=Actor.system(), now=utc_now())
