"""How a vendor's service does, from the log: calls, what stood in and why, time, cost, and what left for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from jangteo.apps.decisions.models import Provider


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorFigures:
    """Of one provider over a period."""

    #: decisions that were its turn
    turns: int
    #: of these, answered by it
    answered: int
    #: of these, how often something left for it, answered or not
    calls: int = 0
    #: reason in machine words -> how often the simple rule stood in
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    #: the whole decision, of those it answered; None when it answered none
    p95_ms: float | None = None
    #: thousandths of a won
    cost_mkrw: int = 0
    #: field -> in how many calls it held something and left
    fields: Mapping[str, int] = field(default_factory=dict)

    @property
    def fallback_total(self) -> int:
        return sum(self.fallbacks.values())

    @property
    def cost_krw(self) -> int:
        """Whole won, rounded up."""
        return -(-self.cost_mkrw // 1000)


_TURNS = """
with turns as (
    select provider, fallback, latency_us, cost_mkrw, left_fields
      from decisions_decision
     where market_id = %(market)s and capability = %(capability)s
       and at >= %(since)s and at < %(until)s and asked = %(slug)s and fallback <> 'suspended'
)
"""
_SUMS = (
    _TURNS
    + """
select count(*), count(*) filter (where provider = %(slug)s),
       percentile_disc(0.95) within group (order by latency_us) filter (where provider = %(slug)s),
       coalesce(sum(cost_mkrw) filter (where provider = %(slug)s), 0),
       count(*) filter (where left_fields <> '[]')
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
select name, count(*) from turns, jsonb_array_elements_text(left_fields) as name group by 1 order by 1
"""
)


def figures_of(row: Provider, since: datetime, until: datetime) -> VendorFigures:
    """Over [since, until), aware. Needs the market's scope."""
    values: dict[str, Any] = {
        "market": row.market_id,
        "capability": row.capability,
        "since": since,
        "until": until,
        "slug": row.slug,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, values)
        turns, answered, p95_us, cost, calls = cursor.fetchone() or (0, 0, None, 0, 0)
        cursor.execute(_REASONS, values)
        reasons = dict(cursor.fetchall())
        cursor.execute(_FIELDS, values)
        fields = dict(cursor.fetchall())
    return VendorFigures(
        turns=turns,
        answered=answered,
        calls=calls,
        fallbacks=reasons,
        p95_ms=None if p95_us is None else p95_us / 1000,
        cost_mkrw=int(cost),
        fields=fields,
    )
