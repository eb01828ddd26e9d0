"""Last month's indicators, computed once: of every market and of all together."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from jangteo.apps.markets.models import Market
from jangteo.apps.programme.actions.compute_indicator import compute_indicator
from jangteo.apps.programme.models import Indicator, IndicatorResult
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor

log = structlog.get_logger("jangteo.programme")


def compute_last_month(now: datetime) -> int:
    """Compute what is missing for the Korean month before; returns how many results that were.

    A definition that changed since is computed anew beside the old result.
    """
    last = seoul_day(now).replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    made = 0
    markets: list[int | None] = [None, *Market.objects.order_by("pk").values_list("pk", flat=True)]
    for indicator in Indicator.objects.order_by("position"):
        definition = indicator.definitions.order_by("-version").first()
        if definition is None:
            continue
        for market_id in markets:
            results = IndicatorResult.objects.filter(
                definition=definition, first_day=first, last_day=last
            )
            place = Q(market=None) if market_id is None else Q(market_id=market_id)
            if results.filter(place).exists():
                continue
            try:
                compute_indicator(
                    actor=Actor.system(),
                    key=indicator.key,
                    market_id=market_id,
                    first_day=first,
                    last_day=last,
                    now=now,
                )
            except Exception:
                # the others are computed all the same; this one is tried again tomorrow
                log.exception("indicator not computed", key=indicator.key, market=market_id)
                continue
            made += 1
    return made
