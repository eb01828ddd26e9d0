"""Work in the background: what is over is deleted, and who asked to be."""

from __future__ import annotations

from procrastinate.contrib.django import app

from jangteo.apps.accounts.actions.erase_again import erase_again
from jangteo.apps.accounts.actions.finish_erasures import finish_erasures
from jangteo.apps.accounts.actions.sweep_sign_ins import sweep_sign_ins
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor


@app.periodic(cron="17 18 * * *")
@app.task(name="accounts.sweep_sign_ins", queue="night", queueing_lock="accounts.sweep_sign_ins")
def sweep(timestamp: int) -> None:
    """Every night at 03:17 in Seoul."""
    sweep_sign_ins(actor=Actor.system(), now=utc_now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.finish_erasures", queueing_lock="accounts.finish_erasures")
def finish(timestamp: int) -> None:
    """Every ten minutes: see `finish_erasures`."""
    finish_erasures(actor=Actor.system(), now=utc_now())


def after_restore() -> None:
    """Called when a backup was restored: who was erased since is erased again."""
    erase_again(actor=Actor.system(), now=utc_now())
