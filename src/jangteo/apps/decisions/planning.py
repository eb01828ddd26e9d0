"""How long an experiment must run: from what the market's own log and books hold of the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection

from jangteo.apps.decisions.experiments import ExperimentDesign
from jangteo.apps.decisions.metrics import Window, metrics
from jangteo.engines.experiments.effect import summarise
from jangteo.engines.experiments.power import planned_critical, units_needed
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import InvalidInput

#: days of the past that are looked at
LOOK_BACK_DAYS = 28
WEEK = 7
LONGEST_WEEKS = 52
#: fewer units in the past say nothing of the spread
ENOUGH_UNITS = 20
DAY = timedelta(days=1)
#: unit-days expected where there is no past to learn from: ten new units a day
_NEW_UNITS_A_DAY = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerPlan:
    """What a design needs at 80 % power. None: the past is too thin to say."""

    #: whole weeks; None also where even a year would not do
    days: int | None
    #: of both compared arms together and all others, over that time
    units: int | None
    #: of the primary metric, a unit over the days looked at
    mean: float
    variance: float
    #: units seen in the days looked at
    units_seen: int
    looked_at_days: int
    power_pct: int = 80


_SEEN = """
select {unit} as unit, min(at) from decisions_decision
 where market_id = %(market)s and at >= %(since)s and at < %(until)s {more}
 group by 1
"""
_UNIT_OF = {
    "shopper": ("subject::text", "and subject is not null"),
    "stall": ("'stall:' || stall_id", "and stall_id is not null"),
    "day": ("((at at time zone 'Asia/Seoul')::date)::text", ""),
}


def units_seen(
    market_id: int, unit: str, *, since: datetime, until: datetime, capability: str = ""
) -> dict[str, datetime]:
    """Units the log met in [since, until), with their first meeting there. Needs the market's scope."""
    column, more = _UNIT_OF[unit]
    if capability:
        more += " and capability = %(capability)s"
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN.format(unit=column, more=more),
            {"market": market_id, "since": since, "until": until, "capability": capability},
        )
        return {str(key): at for key, at in cursor.fetchall()}


def plan_power(
    market_id: int,
    metric: str,
    unit: str,
    smallest_effect_pct: float,
    shares: Sequence[int],
    now: datetime,
    *,
    analysis: str = "fixed",
    alpha_bp: int = 500,
    capability: str = "",
) -> PowerPlan:
    """Days and units that find a change of ``smallest_effect_pct`` percent in 80 of 100 experiments.

    ``shares``: basis points of the arms among all units, control first (the hold-out is what is missing to 10,000);
    the smallest arm is planned for. Noise taken away by pre-period data is not counted on. Units are taken to come, and
    to spread, as in the last 28 days; a longer run keeps the spread of 28 days, which errs to the long side. Needs the
    market's scope. Raises `InvalidInput` for a metric that is not known or does not fit the unit.
    """
    known = metrics().get(metric)
    if known is None or unit not in known.units:
        raise InvalidInput(
            field="metric",
            ko="이 단위로 셀 수 있는 지표를 골라 주세요.",
            en="Choose a metric that can be counted for this unit.",
        )
    if len(shares) < 2 or min(shares) <= 0 or sum(shares) > 10_000 or smallest_effect_pct <= 0:
        raise InvalidInput(
            field="shares",
            ko="두 집단 이상의 몫과 0보다 큰 효과를 적어 주세요.",
            en="Give the shares of at least two arms and an effect above 0.",
        )
    since = now - LOOK_BACK_DAYS * DAY
    seen = units_seen(market_id, unit, since=since, until=now, capability=capability)
    critical = planned_critical(
        alpha_bp / 10_000 / (len(shares) - 1), is_sequential=analysis == "sequential"
    )
    pair = (shares[0] / 10_000, min(shares[1:]) / 10_000)
    plan = PowerPlan(
        days=None,
        units=None,
        mean=0.0,
        variance=0.0,
        units_seen=len(seen),
        looked_at_days=LOOK_BACK_DAYS,
    )
    arrivals = _arrivals(list(seen.values()), since)
    for week in range(1, LOOK_BACK_DAYS // WEEK + 1):
        days = week * WEEK
        start = now - days * DAY
        met = units_seen(market_id, unit, since=start, until=now, capability=capability)
        if len(met) < ENOUGH_UNITS:
            continue
        values = known.values(
            Window(
                market_id=market_id,
                unit=unit,
                units=sorted(met),
                first_at=met,
                since=start,
                until=now,
                experiment_id=None,
            )
        )
        summary = summarise(values.get(key, 0.0) for key in met)
        needed = units_needed(
            mean=summary.mean,
            variance=summary.variance,
            effect_pct=smallest_effect_pct,
            shares=pair,
            critical=critical,
        )
        plan = PowerPlan(
            days=days if needed is not None and needed <= len(met) else None,
            units=needed,
            mean=summary.mean,
            variance=summary.variance,
            units_seen=len(met),
            looked_at_days=days,
        )
        if plan.days is not None:
            return plan
    if plan.units is None:
        return plan
    for week in range(LOOK_BACK_DAYS // WEEK + 1, LONGEST_WEEKS + 1):
        expected = len(seen) + arrivals * (week * WEEK - LOOK_BACK_DAYS)
        if expected >= plan.units:
            return PowerPlan(
                days=week * WEEK,
                units=plan.units,
                mean=plan.mean,
                variance=plan.variance,
                units_seen=plan.units_seen,
                looked_at_days=plan.looked_at_days,
            )
    return plan


def _arrivals(first: Sequence[datetime], since: datetime) -> float:
    """New units a day in the second half of the days looked at."""
    half = LOOK_BACK_DAYS // 2
    return sum(at >= since + half * DAY for at in first) / half


def expected_unit_days(market_id: int, design: ExperimentDesign, now: datetime) -> float:
    """Information to expect at the horizon, for tuning the sequence; never 0. Needs the market's scope.

    A wrong guess costs a wider interval and nothing else.
    """
    if design.unit == "day":
        return float(design.horizon_days)
    window = min(design.horizon_days, LOOK_BACK_DAYS)
    seen = units_seen(
        market_id, design.unit, since=now - window * DAY, until=now, capability=design.capability
    )
    scale = (design.horizon_days / window) ** 2
    days = sum((now - at) / DAY for at in seen.values()) * scale
    inside = 1 - design.holdout_bp / 10_000
    return max(days * inside, _NEW_UNITS_A_DAY * design.horizon_days**2 / 2 if not seen else 1.0)


def next_start(design: ExperimentDesign, now: datetime) -> datetime:
    """When an experiment started now begins: at once, or with the next Korean day when days are its units."""
    if design.unit != "day":
        return now
    return at_seoul(seoul_day(now + DAY), time(0))
