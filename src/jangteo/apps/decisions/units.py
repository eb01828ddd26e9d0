"""The units of an experiment as a table inside a statement, so that a metric is one statement at any number of units.

A metric's SQL begins with ``with`` and `asked` (for shoppers also `whose`), and takes `parameters` of its window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from jangteo.apps.decisions.metrics import Window

#: asked(unit, since): from when on each unit's own data count
ASKED = "asked as materialized (select * from unnest(%(units)s::text[], %(firsts)s::timestamptz[]) as one (unit, since))"
_WHOSE = (
    "{asked}, whose as materialized (select asked.unit, asked.since, s.person_id, s.guest_digest from asked"
    " join decisions_subject s on s.market_id = %(market)s and s.key = asked.unit::uuid)"
)
#: whose(unit, since, person_id, guest_digest): the people behind shoppers' keys; an erased one has nobody
WHOSE = _WHOSE.format(asked=ASKED)


def parameters(window: Window) -> dict[str, Any]:
    """Values of the placeholders ``market since until units firsts experiment``."""
    units = list(window.units)
    is_day = window.unit == "day"
    firsts = [
        window.since if is_day else max(window.since, window.first_at.get(unit, window.since))
        for unit in units
    ]
    return {
        "market": window.market_id,
        "since": window.since,
        "until": window.until,
        "units": units,
        "firsts": firsts,
        "experiment": window.experiment_id,
    }


def measured(window: Window, statement: str) -> Mapping[str, float]:
    """Run a statement that returns (unit, number); a unit it leaves out has 0. Needs the market's scope."""
    found = dict.fromkeys(window.units, 0.0)
    if not window.units:
        return found
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters(window))
        found.update({str(unit): float(value or 0) for unit, value in cursor.fetchall()})
    return found
