"""Work in the background: texts, and price lists by their own module."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from jangteo.apps.catalog.actions.recheck_texts import recheck_texts, stalls_with_texts
from jangteo.apps.catalog.actions.write_run_text import end_stuck_runs, write_run_text
from jangteo.apps.catalog.items import jobs as item_jobs
from jangteo.apps.catalog.price_lists import jobs as price_list_jobs
from jangteo.apps.catalog.texts.runs import TASK
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor

#: found by the worker through this module
__all__ = ["item_jobs", "price_list_jobs", "recheck_every_hour", "write_texts"]

log = structlog.get_logger("jangteo.texts")


@app.task(name=TASK, queue="texts")
def write_texts(market_id: int, run_id: int) -> int:
    """All texts of a run, one after the other; a run that was stopped ends between two texts."""
    written = 0
    while write_run_text(actor=Actor.system(), market_id=market_id, run_id=run_id, now=utc_now()):
        written += 1
    return written


@app.periodic(cron="23 * * * *")
@app.task(name="catalog.recheck_texts", queueing_lock="catalog.recheck_texts")
def recheck_every_hour(timestamp: int) -> int:
    """Texts whose standard product or stall changed, and runs whose worker is gone."""
    now = utc_now()
    end_stuck_runs(actor=Actor.system(), now=now)
    down = 0
    for market_id, stall_id in stalls_with_texts():
        try:
            down += recheck_texts(
                actor=Actor.system(), market_id=market_id, stall_id=stall_id, now=now
            )
        except Exception:
            log.exception("texts not checked", market=market_id, stall=stall_id)
    return down
