"""Standard products in the background."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from jangteo.apps.catalog.actions.standardise_offers import TASK, run_all
from jangteo.apps.catalog.actions.train_matcher import train_matcher
from jangteo.apps.catalog.items.errors import TooFewAnswers
from jangteo.apps.catalog.learning import LEAST_ANSWERS, taught
from jangteo.apps.catalog.models import MatcherVersion
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor

log = structlog.get_logger("jangteo.items")


@app.task(name=TASK)
def standardise(market_id: int, run_id: int) -> int:
    """All offers of a run. A worker that was killed starts again where offers still wait, so nothing is doubled."""
    seen = run_all(market_id, run_id, utc_now())
    log.info("offers standardised", market=market_id, seen=seen)
    return seen


@app.periodic(cron="10 19 * * 0")
@app.task(name="catalog.train_matcher", queueing_lock="catalog.train_matcher")
def learn_weekly(timestamp: int) -> int:
    """Mondays at 4:10 in Seoul, when enough answers came since the last time; returns the new version, 0 for none."""
    last = MatcherVersion.objects.order_by("-version").first()
    known = last.answers if last else 0
    if len(taught()) < known + LEAST_ANSWERS:
        return 0
    try:
        trained = train_matcher(actor=Actor.system(), now=utc_now())
    except TooFewAnswers:
        return 0
    log.info("matcher learned", version=trained.version, held_back=trained.held_back)
    return trained.version
