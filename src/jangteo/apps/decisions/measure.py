"""An experiment's rows: one for each unit it met, with its outcome, its past and its guardrails.

The rows are kept as a small CSV text under keys that lead nowhere, which is what is analysed, sealed by a digest and
published: nothing can be shown that cannot be recomputed from it.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from jangteo.apps.accounts.models import Purpose
from jangteo.apps.decisions.experiments import design_of
from jangteo.apps.decisions.metrics import Window, metrics
from jangteo.apps.decisions.models import Assignment, Experiment
from jangteo.platform.clock import seoul_day

DAY = timedelta(days=1)
_FIXED = ("unit", "arm", "first_day", "days", "value", "before")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Columns of equal length, ordered by ``unit``."""

    #: re-hashed for this experiment alone
    unit: list[str]
    arm: list[str]
    #: Korean calendar day of the first meeting
    first_day: list[str]
    #: days from the first meeting to the look, four decimals
    days: list[float]
    value: list[float]
    #: the same metric before the start; None: nothing then
    before: list[float | None]
    guardrails: dict[str, list[float]]

    @property
    def unit_days(self) -> float:
        """Information; see `engines.experiments.sequence`."""
        return float(sum(self.days))


def rows_of(row: Experiment, until: datetime) -> Rows:
    """Measure every unit met before ``until``. Needs the market's scope. A handful of statements at any size.

    A shopper who said no since she was met is left out with all that was measured of her.
    """
    if row.starts_at is None:
        raise ValueError(f"experiment {row.slug} has not started")
    design = design_of(row)
    met = list(
        Assignment.objects.filter(
            market_id=row.market_id, experiment_id=row.pk, first_at__lt=until
        ).values_list("unit", "arm", "first_at")
    )
    out = _said_no(row) if row.unit == Experiment.Unit.SHOPPER else set()
    met = [one for one in met if one[0] not in out]
    keys = {unit: unit_key(row.salt, unit) for unit, _, _ in met}
    met.sort(key=lambda one: keys[one[0]])
    units = [unit for unit, _, _ in met]
    first_at = {unit: at for unit, _, at in met}
    known = metrics()
    during = Window(
        market_id=row.market_id,
        unit=design.unit,
        units=units,
        first_at=first_at,
        since=row.starts_at,
        until=until,
        experiment_id=row.pk,
    )
    earlier = Window(
        market_id=row.market_id,
        unit=design.unit,
        units=units,
        first_at={},
        since=row.starts_at - design.pre_days * DAY,
        until=row.starts_at,
        experiment_id=None,
    )
    primary = known[design.primary_metric]
    values = primary.values(during)
    # a day has no earlier self
    has_past = design.pre_days > 0 and design.unit != Experiment.Unit.DAY
    before = primary.values(earlier) if has_past else {}
    watched = {
        guardrail.metric: known[guardrail.metric].values(during) for guardrail in design.guardrails
    }
    return Rows(
        unit=[keys[unit] for unit in units],
        arm=[arm for _, arm, _ in met],
        first_day=[seoul_day(at).isoformat() for _, _, at in met],
        days=[_days(design.unit, at, until) for _, _, at in met],
        value=[float(values.get(unit, 0)) for unit in units],
        before=[float(before[unit]) if before.get(unit) else None for unit in units],
        guardrails={
            key: [float(found.get(unit, 0)) for unit in units] for key, found in watched.items()
        },
    )


_SAID_NO = """
select s.key::text from decisions_subject s
  join accounts_consent c on c.purpose = %s and not c.is_given
   and (c.person_id = s.person_id
        or s.person_id is null and c.person_id is null and c.guest_digest = s.guest_digest)
 where s.market_id = %s
"""


def _said_no(row: Experiment) -> set[str]:
    """Shoppers of this market whose last word on personal decisions is no."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID_NO, [Purpose.PERSONAL.value, row.market_id])
        return {key for (key,) in cursor.fetchall()}


def _days(unit: str, first_at: datetime, until: datetime) -> float:
    return 1.0 if unit == Experiment.Unit.DAY else round((until - first_at) / DAY, 4)


def unit_key(salt: str, unit: str) -> str:
    """A unit's name in what is published: the same in every export of one experiment, another one in the next."""
    return hmac.new(salt.encode(), f"export:{unit}".encode(), hashlib.sha256).hexdigest()[:20]


def to_csv(rows: Rows) -> bytes:
    """The canonical text: UTF-8, ``\\n``, numbers in their shortest exact form, empty for no past."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_FIXED, *(f"guardrail:{key}" for key in rows.guardrails)])
    for place, unit in enumerate(rows.unit):
        past = rows.before[place]
        writer.writerow(
            [
                unit,
                rows.arm[place],
                rows.first_day[place],
                _exact(rows.days[place]),
                _exact(rows.value[place]),
                "" if past is None else _exact(past),
                *(_exact(column[place]) for column in rows.guardrails.values()),
            ]
        )
    return out.getvalue().encode()


def _exact(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def digest_of(text: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(text).hexdigest()
