"""Figures by Korean day, made in SQL from the raw rows: `DecisionDay`, `StallDay`, `LatencyDay`.

A decision counts under its last word: the latest answer of a person in `DecisionEvent`, or the mode it was made with.
Attention of a stall is the sum of 1/log2(1 + place) over `Decision.shown_stalls`, the discount of DCG (Järvelin and
Kekäläinen 2002, doi:10.1145/582415.582418), in whole millionths, so that counting again gives the same number.

Days are counted again as a whole, each in its own transaction: what was cut off is simply done again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from jangteo.apps.decisions.archived import (
    DECISIONS,
    EVENTS,
    archived_months,
    first_live_day,
    month_bounds,
    rows_between,
)
from jangteo.apps.decisions.models import RollupState
from jangteo.platform.clock import at_seoul, seoul_day

#: a decision's id is made when it begins and its row is seen when its transaction ends
OVERLAP = timedelta(minutes=15)
#: places beyond share the weight of the last
PLACES = 1000
#: upper bounds of the latency histogram in microseconds: eight to a doubling, so a percentile is at most 9.1 % too high
BOUNDS_US = tuple(round(100 * 2 ** (step / 8)) for step in range(8 * 17 + 1))
#: the last two of the three may be answered by a person; used means that the AI did the work
USED = ("auto", "accepted", "edited")
#: one lock for each Korean day, so that two workers never count the same day at once
_LOCK_CLASS = 0x6A74


@lru_cache(maxsize=1)
def attention_weights() -> tuple[int, ...]:
    """Millionths of attention by place, the first place first: 1000000, 630930, 500000, ..."""
    with localcontext() as context:
        context.prec = 40
        two = Decimal(2).ln()
        return tuple(
            int((Decimal(10**6) * two / Decimal(1 + place).ln()).to_integral_value())
            for place in range(1, PLACES + 1)
        )


def first_id(moment: datetime) -> uuid.UUID:
    """The least id (UUID version 7) of that millisecond: the primary key is an index by time."""
    milliseconds = int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    return uuid.UUID(int=max(0, milliseconds) << 80)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Korean days, both included, as [since, until) in UTC."""
    return at_seoul(first, time(0)), at_seoul(last + timedelta(days=1), time(0))


_DECIDED = """
decided as materialized (
    select d.market_id, (d.at at time zone 'Asia/Seoul')::date as day, d.capability, d.provider, d.fallback, d.asked,
           coalesce(a.kind, d.mode) as mode, d.is_personal, d.cost_mkrw, d.latency_us, d.stall_id, d.shown_stalls
      from {log} d
      left join (
            select distinct on (market_id, decision_id) market_id, decision_id, kind
              from {events}
             where decided_at >= %(since)s and decided_at < %(until)s
               and kind in ('accepted', 'edited', 'rejected')
             order by market_id, decision_id, at desc, id desc
           ) a on a.decision_id = d.id and a.market_id = d.market_id
     where d.at >= %(since)s and d.at < %(until)s
       and (%(markets)s::bigint[] is null or d.market_id = any(%(markets)s::bigint[])) {narrow}
)"""
#: the primary key as an index by time; a decision's `at` is the millisecond of its id
_BY_ID = "and d.id >= %(first_id)s and d.id < %(last_id)s"

_DAYS = """
    select market_id, day, capability, provider, mode, fallback, asked, count(*)::int,
           (count(*) filter (where is_personal))::int, sum(cost_mkrw)::bigint, sum(latency_us)::bigint,
           max(latency_us)::int
      from decided group by market_id, day, capability, provider, mode, fallback, asked"""
_STALLS = """
    select coalesce(w.market_id, s.market_id), coalesce(w.day, s.day), coalesce(w.stall_id, s.stall_id),
           coalesce(w.capability, s.capability), coalesce(automated, 0), coalesce(answered, 0),
           coalesce(observed, 0), coalesce(shown, 0), coalesce(attention, 0)
      from (select market_id, day, stall_id, capability,
                   (count(*) filter (where mode = 'auto'))::int as automated,
                   (count(*) filter (where mode in ('accepted', 'edited')))::int as answered,
                   (count(*) filter (where mode not in ('auto', 'accepted', 'edited')))::int as observed
              from decided where stall_id is not null group by market_id, day, stall_id, capability) w
      full join (
            select market_id, day, place.stall::bigint as stall_id, capability, count(*)::int as shown,
                   sum((%(weights)s::bigint[])[least(place.place, %(places)s)])::bigint as attention
              from decided, jsonb_array_elements_text(shown_stalls) with ordinality as place (stall, place)
             group by market_id, day, place.stall::bigint, capability) s
        on s.market_id = w.market_id and s.day = w.day and s.stall_id = w.stall_id
       and s.capability = w.capability"""
_LATENCIES = """
    select market_id, day, capability, provider, bound_us, count(*)::int
      from (select market_id, day, capability, provider, (%(bounds)s::bigint[])
                   [least(width_bucket(latency_us::bigint - 1, %(bounds)s::bigint[]) + 1, %(bounds_n)s)] as bound_us
              from decided) timed
     group by market_id, day, capability, provider, bound_us"""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A rollup's table, its columns in the order of its statement, and the statement over ``decided``."""

    table: str
    columns: str
    statement: str


_KEPT = (
    _Kept(
        "decisions_decisionday",
        "market_id, day, capability, provider, mode, fallback, asked, decisions, personal, cost_mkrw,"
        " latency_us_sum, latency_us_max",
        _DAYS,
    ),
    _Kept(
        "decisions_stallday",
        "market_id, day, stall_id, capability, automated, answered, observed, shown, attention_micro",
        _STALLS,
    ),
    _Kept(
        "decisions_latencyday",
        "market_id, day, capability, provider, bound_us, decisions",
        _LATENCIES,
    ),
)


def _values(first: date, last: date, markets: Sequence[int] | None) -> dict[str, Any]:
    since, until = day_bounds(first, last)
    return {
        "since": since,
        "until": until,
        "first_id": first_id(since),
        "last_id": first_id(until),
        "first": first,
        "last": last,
        "markets": list(markets) if markets is not None else None,
        "weights": list(attention_weights()),
        "places": PLACES,
        "bounds": list(BOUNDS_US),
        "bounds_n": len(BOUNDS_US),
    }


@contextmanager
def _hash_joins(cursor: Any) -> Iterator[None]:
    """Join decisions and answers in time that grows with their number. Needs a transaction.

    PostgreSQL expects one row in 200 to pass the policy of the market scope, so for every market's rows it would choose
    a loop over all answers for each decision.
    """
    cursor.execute("set local enable_nestloop = off")
    yield
    cursor.execute("set local enable_nestloop to default")


def count_days(
    first: date,
    last: date,
    markets: Sequence[int] | None = None,
    *,
    log: str = DECISIONS,
    events: str = EVENTS,
) -> None:
    """Count the Korean days ``first`` to ``last`` again (``markets`` None: of every market in scope).

    One transaction. Needs the markets' scope, and all rows of the days in ``log`` and ``events`` (names of relations).
    """
    values = _values(first, last, markets)
    decided = _DECIDED.format(log=log, events=events, narrow=_BY_ID)
    inserts = [f"insert into {kept.table} ({kept.columns}) {kept.statement}" for kept in _KEPT]
    parts = ", ".join(f"made{n} as ({text})" for n, text in enumerate(inserts[:-1]))
    with transaction.atomic(), connection.cursor() as cursor:
        day = first
        while day <= last:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, day.toordinal()])
            day += timedelta(days=1)
        for kept in _KEPT:
            cursor.execute(
                f"delete from {kept.table} where day between %(first)s and %(last)s and"  # noqa: S608 - constants of this module
                " (%(markets)s::bigint[] is null or market_id = any(%(markets)s::bigint[]))",
                values,
            )
        with _hash_joins(cursor):
            cursor.execute(f"with {decided}, {parts} {inserts[-1]}", values)


def count_day(day: date, markets: Sequence[int] | None = None) -> None:
    """Count one Korean day again, wherever its rows lie. One transaction."""
    if day >= first_live_day():
        count_days(day, day, markets)
        return
    with transaction.atomic(), rows_between(*day_bounds(day, day)) as names:
        count_days(day, day, markets, log=names.log, events=names.events)


@dataclass(frozen=True, kw_only=True, slots=True)
class Misfit:
    """The first day whose kept figures are not what the raw rows give."""

    market_id: int
    day: date
    #: table: "decisions_decisionday", ...
    table: str


def first_misfit(
    first: date,
    last: date,
    markets: Sequence[int] | None = None,
    *,
    log: str = DECISIONS,
    events: str = EVENTS,
) -> Misfit | None:
    """Compare kept figures with a fresh count of the rows in ``log`` and ``events`` (names of relations)."""
    values = _values(first, last, markets)
    decided = _DECIDED.format(log=log, events=events, narrow="")
    found: list[Misfit] = []
    with transaction.atomic(), connection.cursor() as cursor, _hash_joins(cursor):
        for kept in _KEPT:
            mine = (
                f"select {kept.columns} from {kept.table} where day between %(first)s and %(last)s and"  # noqa: S608 - constants of this module
                " (%(markets)s::bigint[] is null or market_id = any(%(markets)s::bigint[]))"
            )
            cursor.execute(
                f"with {decided}, fresh ({kept.columns}) as ({kept.statement}), mine as ({mine})"  # noqa: S608 - constants of this module
                " select day, market_id from ((table fresh except table mine) union all"
                " (table mine except table fresh)) differ order by day, market_id limit 1",
                values,
            )
            row = cursor.fetchone()
            if row:
                found.append(Misfit(day=row[0], market_id=row[1], table=kept.table))
    return min(found, key=lambda misfit: (misfit.day, misfit.market_id), default=None)


def touched_since(moment: datetime) -> Mapping[date, set[int]]:
    """Korean day -> markets with decisions or answers written since ``moment``. Costs what was written, not history."""
    touched: dict[date, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct market_id, (at at time zone 'Asia/Seoul')::date from decisions_decision"
            " where id >= %(id)s and at >= %(at)s union"
            " select distinct market_id, (decided_at at time zone 'Asia/Seoul')::date"
            " from decisions_decisionevent where id >= %(id)s",
            {"id": first_id(moment), "at": moment - timedelta(milliseconds=1)},
        )
        for market_id, day in cursor.fetchall():
            touched.setdefault(day, set()).add(market_id)
    return touched


def uncounted_days(since: date) -> Mapping[date, set[int]]:
    """Days from ``since`` on whose number of live decisions is not the kept one: history that was brought in later."""
    touched: dict[date, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(d.market_id, k.market_id), coalesce(d.day, k.day) from"
            " (select market_id, (at at time zone 'Asia/Seoul')::date as day, count(*) as n"
            "    from decisions_decision where at >= %(since)s group by 1, 2) d"
            " full join (select market_id, day, sum(decisions) as n from decisions_decisionday"
            "    where day >= %(day)s group by 1, 2) k on k.market_id = d.market_id and k.day = d.day"
            " where d.n is distinct from k.n",
            {"since": at_seoul(since, time(0)), "day": since},
        )
        for market_id, day in cursor.fetchall():
            touched.setdefault(day, set()).add(market_id)
    return touched


def count_touched(touched: Mapping[date, Iterable[int]]) -> int:
    """Count each of these days again; returns how many days of markets that were."""
    counted = 0
    for day in sorted(touched):
        markets = sorted(touched[day])
        count_day(day, markets)
        counted += len(markets)
    return counted


def counted_until() -> datetime | None:
    """What `RollupState` says; None before the first run."""
    return RollupState.objects.values_list("until", flat=True).first()


def note_counted(until: datetime) -> None:
    """Everything written before ``until`` is counted."""
    RollupState.objects.update_or_create(pk=1, defaults={"until": until})


def first_day() -> date | None:
    """The Korean day of the oldest row in scope, live or archived; None when there is none."""
    archived = archived_months()
    if archived:
        return seoul_day(month_bounds(archived[0])[0])
    with connection.cursor() as cursor:
        cursor.execute("select min(at) from decisions_decision")
        row = cursor.fetchone()
    return seoul_day(row[0]) if row and row[0] else None
