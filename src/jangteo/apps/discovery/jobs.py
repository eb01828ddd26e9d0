"""Shelves over time."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from jangteo.apps.discovery.actions.count_missed import count_missed
from jangteo.apps.markets.info import market_infos
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor

log = structlog.get_logger("jangteo.discovery")


@app.periodic(cron="7,37 * * * *")
@app.task(queueing_lock="discovery.count_missed", name="discovery.count_missed")
def count_missed_orders(timestamp: int) -> int:
    """Twice an hour: paid orders whose counting failed."""
    done = 0
    for market in market_infos():
        try:
            done += count_missed(actor=Actor.system(), market_id=market.id, now=utc_now())
        except Exception:
            log.exception("missed sales not counted", market=market.id)
    return done
