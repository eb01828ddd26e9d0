"""Seals of finished days: a SHA-256 over a day's rows, chained to the day before.

A row's text is its columns in the order of `archived.COLUMNS`, each as ``<bytes>:<text>`` or ``-`` for nothing (times
as microseconds since 1970, JSON as PostgreSQL writes it), so that no two different rows have the same text. A line is
``<kind><id><SHA-256 of the text>`` with kind ``d`` or ``e``; a day's digest is the SHA-256 of its lines in order, and

    chain = SHA-256("<chain before>\\n<day>\\n<rows>\\n<digest>")    (the first chain before is empty)

Whoever notes a chain's last value can tell later whether anything up to that day was changed, added or taken away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from jangteo.apps.decisions.archived import COLUMNS, DECISIONS, EVENTS, rows_between
from jangteo.apps.decisions.models import DaySeal, DecisionDay
from jangteo.apps.decisions.rollups import Misfit, day_bounds, first_id, first_misfit
from jangteo.platform.clock import seoul_day

#: a day is sealed this long after its end: what began before midnight has ended
AFTER_MIDNIGHT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayDigest:
    """What one market's rows of one day give."""

    rows: int
    digest: str


EMPTY = DayDigest(rows=0, digest=hashlib.sha256(b"").hexdigest())


def chain_of(before: str, day: date, rows: int, digest: str) -> str:
    """The link of one day to the day before."""
    return hashlib.sha256(f"{before}\n{day}\n{rows}\n{digest}".encode()).hexdigest()


def _text(table: str) -> str:
    """SQL of a row's canonical text."""
    parts = []
    for name, kind in COLUMNS[table].items():
        value = f"{name}::text"
        if kind == "time":
            value = f"(extract(epoch from {name}) * 1000000)::bigint::text"
        parts.append(f"coalesce(octet_length({value})::text || ':' || {value}, '-')")
    return " || ".join(parts)


_LINES = """
select market_id, (at at time zone 'Asia/Seoul')::date as day, '{kind}' as kind, id,
       '{kind}' || id::text || encode(sha256(convert_to({text}, 'UTF8')), 'hex') as line
  from {table}
 where at >= %(since)s and at < %(until)s
   and (%(market)s::bigint is null or market_id = %(market)s) {narrow}
"""
_DIGESTS = """
select market_id, day, count(*), encode(sha256(convert_to(string_agg(line, '' order by kind, id), 'UTF8')), 'hex')
  from ({lines}) lines group by market_id, day
"""


def digests(
    first: date,
    last: date,
    market_id: int | None = None,
    *,
    log: str = DECISIONS,
    events: str = EVENTS,
    by_id: bool = False,
) -> dict[tuple[int, date], DayDigest]:
    """(market, Korean day) -> digest of the rows of ``log`` and ``events``; days without rows are left out.

    ``by_id`` reads the live tables by their primary key: for a few recent days out of many months.
    """
    since, until = day_bounds(first, last)
    values = {
        "since": since,
        "until": until,
        "market": market_id,
        "first_id": first_id(since),
        "last_id": first_id(until),
    }
    narrow = "and id >= %(first_id)s and id < %(last_id)s" if by_id else ""
    lines = " union all ".join(
        _LINES.format(kind=kind, text=_text(table), table=name, narrow=narrow)
        for kind, table, name in (("d", DECISIONS, log), ("e", EVENTS, events))
    )
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS.format(lines=lines), values)
        return {
            (market, day): DayDigest(rows=rows, digest=digest)
            for market, day, rows, digest in cursor.fetchall()
        }


def seal_until(now: datetime) -> date:
    """The last Korean day that may be sealed at ``now``."""
    return seoul_day(now - AFTER_MIDNIGHT) - timedelta(days=1)


def seal_finished_days(now: datetime) -> int:
    """Seal what is finished in every market in scope, oldest day first; returns how many seals were made.

    Each day is a transaction. Figures must have been counted: a market's first day is read from `DecisionDay`.
    """
    last = seal_until(now)
    begins: dict[int, date] = dict(
        DecisionDay.objects.values_list("market_id").annotate(first=Min("day")).order_by()
    )
    heads: dict[int, DaySeal] = {
        seal.market_id: seal
        for seal in DaySeal.objects.order_by("market_id", "-day").distinct("market_id")
    }
    due = {
        market: heads[market].day + timedelta(days=1) if market in heads else first
        for market, first in begins.items()
    }
    made = 0
    day = min(due.values(), default=last + timedelta(days=1))
    chains = {market: seal.chain for market, seal in heads.items()}
    while day <= last:
        markets = [market for market, start in due.items() if start <= day]
        made += _seal_day(day, markets, chains, now)
        day += timedelta(days=1)
    return made


def _seal_day(day: date, markets: Sequence[int], chains: dict[int, str], now: datetime) -> int:
    since, until = day_bounds(day, day)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, 0)", [0x6A75])
        with rows_between(since, until) as names:
            live = names.log == DECISIONS
            found = digests(day, day, log=names.log, events=names.events, by_id=live)
        seals = []
        sealed = set(
            DaySeal.objects.filter(day=day, market_id__in=markets).values_list(
                "market_id", flat=True
            )
        )
        for market in sorted(set(markets) - sealed):
            made = found.get((market, day), EMPTY)
            chain = chain_of(chains.get(market, ""), day, made.rows, made.digest)
            chains[market] = chain
            seals.append(
                DaySeal(
                    market_id=market,
                    day=day,
                    rows=made.rows,
                    digest=made.digest,
                    chain=chain,
                    at=now,
                )
            )
        DaySeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """The first day of a market that does not fit, and how.

    ``why``: "rows" (changed, added or taken away after sealing), "chain" (the seals themselves), "gap" (a day without
    a seal), "before" (rows older than the first seal), "figures" (kept figures differ from the rows), "file" (a file
    of the archive is missing or changed).
    """

    market_id: int
    day: date
    why: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What `verify_market` looked at."""

    market_id: int
    sealed_days: int
    rows: int
    #: last day and chain: to note down
    head_day: date | None
    head_chain: str
    broken: Broken | None


def verify_market(market_id: int, now: datetime) -> Verified:
    """Recompute every seal, the chain and the figures of one market from the raw rows. Needs its scope."""
    seals = list(DaySeal.objects.filter(market_id=market_id).order_by("day"))
    broken = _check_chain(market_id, seals)
    rows = 0
    by_day = {seal.day: seal for seal in seals}
    for first, last in _months(market_id, seals, now):
        since, until = day_bounds(first, last)
        with rows_between(since, until) as names:
            found = digests(first, last, market_id, log=names.log, events=names.events)
            misfit = first_misfit(first, last, [market_id], log=names.log, events=names.events)
        for one in (_check_rows(market_id, by_day, found, first, last), _figures(misfit)):
            if one is not None and (broken is None or one.day < broken.day):
                broken = one
        rows += sum(digest.rows for digest in found.values())
    head = seals[-1] if seals else None
    return Verified(
        market_id=market_id,
        sealed_days=len(seals),
        rows=rows,
        head_day=head.day if head else None,
        head_chain=head.chain if head else "",
        broken=broken,
    )


def _figures(misfit: Misfit | None) -> Broken | None:
    if misfit is None:
        return None
    return Broken(market_id=misfit.market_id, day=misfit.day, why="figures", detail=misfit.table)


def _check_chain(market_id: int, seals: Sequence[DaySeal]) -> Broken | None:
    before, expected = "", None
    for seal in seals:
        if expected is not None and seal.day != expected:
            return Broken(market_id=market_id, day=expected, why="gap")
        if seal.chain != chain_of(before, seal.day, seal.rows, seal.digest):
            return Broken(market_id=market_id, day=seal.day, why="chain")
        before, expected = seal.chain, seal.day + timedelta(days=1)
    return None


def _check_rows(
    market_id: int,
    seals: Mapping[date, DaySeal],
    found: Mapping[tuple[int, date], DayDigest],
    first: date,
    last: date,
) -> Broken | None:
    begin, end = min(seals, default=None), max(seals, default=None)
    day = first
    while day <= last:
        made = found.get((market_id, day), EMPTY)
        seal = seals.get(day)
        if seal is not None and (seal.rows, seal.digest) != (made.rows, made.digest):
            detail = f"{seal.rows} -> {made.rows}" if seal.rows != made.rows else ""
            return Broken(market_id=market_id, day=day, why="rows", detail=detail)
        if seal is None and made.rows and begin is not None and end is not None and day < end:
            why = "before" if day < begin else "gap"
            return Broken(market_id=market_id, day=day, why=why)
        day += timedelta(days=1)
    return None


def _months(market_id: int, seals: Sequence[DaySeal], now: datetime) -> list[tuple[date, date]]:
    """Korean months from the first row or seal to today, as first and last days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select least((select min(day) from decisions_decisionday where market_id = %(m)s),"
            " (select (min(at) at time zone 'Asia/Seoul')::date from decisions_decision"
            "   where market_id = %(m)s))",
            {"m": market_id},
        )
        row: Any = cursor.fetchone()
    starts = [day for day in (row[0] if row else None, seals[0].day if seals else None) if day]
    if not starts:
        return []
    months, first, today = [], min(starts), seoul_day(now)
    while first <= today:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        months.append((first, min(today, following - timedelta(days=1))))
        first = following
    return months
