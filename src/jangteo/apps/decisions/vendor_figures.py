"""How a vendor's service does, from the log: calls, what stood in and why, time, cost, and what left for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from jangteo.apps.decisions.models import CapabilitySetting, Experiment, Provider
from jangteo.apps.decisions.vendors import NOTHING_LEFT


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorFigures:
    """Of one provider over a period."""

    #: decisions that were its turn
    turns: int
    #: of these, answered by it
    answered: int
    #: reason in machine words -> how often the simple rule stood in
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    #: the whole decision, of those it answered; None when it answered none
    p95_ms: float | None = None
    #: thousandths of a won
    cost_mkrw: int = 0
    #: field -> in how many answered calls it held something
    fields: Mapping[str, int] = field(default_factory=dict)

    @property
    def fallback_total(self) -> int:
        return sum(self.fallbacks.values())

    @property
    def calls(self) -> int:
        """How often something left for it: answered, or failed after it was called."""
        failed = sum(n for reason, n in self.fallbacks.items() if reason not in NOTHING_LEFT)
        return self.answered + failed

    @property
    def cost_krw(self) -> int:
        """Whole won, rounded up."""
        return -(-self.cost_mkrw // 1000)


# A decision that fell back names the baseline. It was this vendor's turn when its experiment's arm says so, or, outside
# experiments, when it is the chosen one.
_TURNS = """
with turns as (
    select provider, fallback, latency_us, cost_mkrw, saw
      from decisions_decision
     where market_id = %(market)s and capability = %(capability)s
       and at >= %(since)s and at < %(until)s
       and (provider = %(slug)s
            or (provider = 'baseline' and fallback <> '' and fallback <> 'suspended'
                and ((experiment_id is null and %(is_chosen)s)
                     or (experiment_id::text || ':' || arm) = any(%(arms)s))))
)
"""
_SUMS = (
    _TURNS
    + """
select count(*), count(*) filter (where provider = %(slug)s),
       percentile_disc(0.95) within group (order by latency_us) filter (where provider = %(slug)s),
       coalesce(sum(cost_mkrw) filter (where provider = %(slug)s), 0)
  from turns
"""
)
_REASONS = (
    _TURNS
    + """
select fallback, count(*) from turns where provider <> %(slug)s group by 1 order by 2 desc, 1
"""
)
_FIELDS = (
    _TURNS
    + """
select name, count(*) from turns, jsonb_array_elements_text(saw) as name
 where provider = %(slug)s group by 1 order by 1
"""
)


def figures_of(row: Provider, since: datetime, until: datetime) -> VendorFigures:
    """Over [since, until), aware. Needs the market's scope."""
    arms = [
        f"{experiment.pk}:{arm['name']}"
        for experiment in Experiment.objects.filter(
            market_id=row.market_id, capability=row.capability
        )
        for arm in experiment.arms
        if arm["provider"] == row.slug
    ]
    values: dict[str, Any] = {
        "market": row.market_id,
        "capability": row.capability,
        "since": since,
        "until": until,
        "slug": row.slug,
        "arms": arms,
        "is_chosen": CapabilitySetting.objects.filter(
            market_id=row.market_id, capability=row.capability, provider_slug=row.slug
        ).exists(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, values)
        turns, answered, p95_us, cost = cursor.fetchone() or (0, 0, None, 0)
        cursor.execute(_REASONS, values)
        reasons = dict(cursor.fetchall())
        cursor.execute(_FIELDS, values)
        fields = dict(cursor.fetchall())
    return VendorFigures(
        turns=turns,
        answered=answered,
        fallbacks=reasons,
        p95_ms=None if p95_us is None else p95_us / 1000,
        cost_mkrw=int(cost),
        fields=fields,
    )
