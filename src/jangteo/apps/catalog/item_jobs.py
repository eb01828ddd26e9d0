"""Standard products in the background."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from jangteo.apps.catalog.actions.standardise_offers import TASK, run_all
from jangteo.platform.clock import utc_now

log = structlog.get_logger("jangteo.items")


@app.task(name=TASK)
def standardise(market_id: int, run_id: int) -> int:
    """All offers of a run. A worker that was killed starts again where offers still wait, so nothing is doubled."""
    seen = run_all(market_id, run_id, utc_now())
    log.info("offers standardised", market=market_id, seen=seen)
    return seen
