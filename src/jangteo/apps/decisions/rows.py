"""Raw rows of the log, live and archived alike, of one market: what every figure is made from."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import connection

from jangteo.apps.decisions.archived import DECISIONS, EVENTS, files_between
from jangteo.apps.decisions.log import ANSWERS
from jangteo.apps.decisions.rollups import day_bounds
from jangteo.platform import lake
from jangteo.platform.clock import seoul_day
from jangteo.platform.tenancy import market_scope

#: rows read at a time
PAGE = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class RawDecision:
    """A row of the log with its last word. Holds a key, never a person."""

    id: str
    at: datetime
    capability: str
    provider: str
    provider_version: str
    #: as it was made
    first_mode: str
    #: the last word
    mode: str
    fallback: str
    #: whose turn it was; differs from `provider` when the baseline stood in
    asked: str
    #: key of whom it was for, changed so that it cannot be looked up in the log; empty: nobody in particular
    subject: str
    stall_id: int | None
    about: str
    is_personal: bool
    latency_us: int
    cost_mkrw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFilter:
    """Which rows; empty means any. ``mode`` is the last word, ``day`` a Korean day within the period."""

    capability: str = ""
    provider: str = ""
    mode: str = ""
    fallback: str = ""
    asked: str = ""
    stall_id: int | None = None
    #: rows that were used: `auto`, `accepted`, `edited`
    used_only: bool = False
    #: rows with a fallback, whichever
    fallbacks_only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Whose rows, of which Korean days, which of them, and how many at most."""

    market_id: int
    first_day: date
    last_day: date
    wanted: RowFilter
    #: time and id of the last row seen
    after: tuple[datetime, str] | None
    most: int | None

    def bounds(self) -> tuple[datetime, datetime]:
        """The moments the rows lie between, the second excluded."""
        since, until = day_bounds(self.first_day, self.last_day)
        if self.after is not None:
            until = min(until, self.after[0] + timedelta(milliseconds=1))
        return since, until


_SELECT = """
select d.id, d."at", d.capability, d.provider, d.provider_version, d.mode, coalesce(a.kind, d.mode) as last_word,
       d.fallback, d.subject, d.stall_id, d.about, d.is_personal, d.latency_us, d.cost_mkrw,
       d.asked
  from {log} d
  left join (select distinct on (decision_id) decision_id, kind from {events}
              where kind in ('accepted', 'edited', 'rejected') and market_id = {v}
                and decided_at >= {v} and decided_at < {v}
              order by decision_id, "at" desc, id desc) a on a.decision_id = d.id
 where d.market_id = {v} and d."at" >= {v} and d."at" < {v}
"""
_LATE = {
    "id": pa.string(),
    '"at"': pa.timestamp("us"),
    "market_id": pa.int64(),
    "decision_id": pa.string(),
    "decided_at": pa.timestamp("us"),
    "kind": pa.string(),
}
_WITH_LATE = (
    f"(select {', '.join(_LATE)} from events union all select {', '.join(_LATE)} from late)"  # noqa: S608 - columns of this module
)


def raw_decisions(
    market_id: int,
    first_day: date,
    last_day: date,
    wanted: RowFilter | None = None,
    *,
    after: tuple[datetime, str] | None = None,
    most: int | None = None,
) -> Iterator[RawDecision]:
    """The market's decisions of these Korean days, newest first, from the live partitions and the archive.

    ``after``: time and id of the last row seen. ``most``: how many at most. Enters the market's scope, which the
    database and the lake both hold to.
    """
    if after is not None:
        last_day = min(last_day, seoul_day(after[0]))
    # a few days at a time, three times as many after each: what is common is found without sorting the whole period,
    # what is rare in few statements. Everything at once is read day by day.
    end, days, left = last_day, 1, most
    while end >= first_day and (left is None or left > 0):
        begin = max(first_day, end - timedelta(days=days - 1))
        asked = _Asked(
            market_id=market_id,
            first_day=begin,
            last_day=end,
            wanted=wanted or RowFilter(),
            after=after,
            most=left,
        )
        for row in _rows(asked):
            yield row
            left = None if left is None else left - 1
        end = begin - timedelta(days=1)
        days = 1 if most is None else days * 3


def _rows(asked: _Asked) -> Iterator[RawDecision]:
    left, after = asked.most, asked.after
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = _page(replace(asked, after=after), size)
        yield from page
        if len(page) < size:
            return
        after = (page[-1].at, page[-1].id)
        left = None if left is None else left - len(page)


def _page(asked: _Asked, size: int) -> list[RawDecision]:
    with market_scope(asked.market_id):
        found = _live(asked, size)
        files = files_between(DECISIONS, *asked.bounds())
        if files:
            found += _kept(asked, size, files)
    found.sort(key=lambda row: (row.at, row.id), reverse=True)
    return found[:size]


def _conditions(
    wanted: RowFilter, after: tuple[Any, str] | None, mark: str, id_text: str
) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for column, value in (
        ("d.capability", wanted.capability),
        ("d.provider", wanted.provider),
        # no decision is made as an answer, so only the answers need to be looked through
        ("a.kind" if wanted.mode in ANSWERS else "coalesce(a.kind, d.mode)", wanted.mode),
        ("d.fallback", wanted.fallback),
        ("d.asked", wanted.asked),
        ("d.stall_id", wanted.stall_id),
    ):
        if value not in ("", None):
            parts.append(f"{column} = {mark}")
            values.append(value)
    if wanted.used_only:
        parts.append("coalesce(a.kind, d.mode) in ('auto', 'accepted', 'edited')")
    if wanted.fallbacks_only:
        parts.append("d.fallback <> ''")
    if after is not None:
        parts.append(f'(d."at" < {mark} or (d."at" = {mark} and {id_text} < {mark}))')
        values += [after[0], after[0], after[1]]
    return "".join(f" and {part}" for part in parts), values


def _live(asked: _Asked, size: int) -> list[RawDecision]:
    more, values = _conditions(asked.wanted, asked.after, "%s", "d.id::text")
    statement = _SELECT.format(log=DECISIONS, events=EVENTS, v="%s") + more
    place: list[Any] = [asked.market_id, *asked.bounds()]
    with connection.cursor() as cursor:
        cursor.execute(
            f'{statement} order by d."at" desc, d.id desc limit {int(size)}',
            [*place, *place, *values],
        )
        return [_record(row) for row in cursor.fetchall()]


def _kept(asked: _Asked, size: int, files: Sequence[Path]) -> list[RawDecision]:
    since, until = asked.bounds()
    after = asked.after
    place: list[Any] = [
        asked.market_id,
        *(moment.astimezone(UTC).replace(tzinfo=None) for moment in (since, until)),
    ]
    naive = (after[0].astimezone(UTC).replace(tzinfo=None), after[1]) if after else None
    more, values = _conditions(asked.wanted, naive, "?", "d.id")
    views: Mapping[str, Sequence[Path]] = {
        "log": files,
        "events": files_between(EVENTS, since, until),
    }
    table = lake.read(
        f"{_SELECT.format(log='log', events=_WITH_LATE, v='?')}{more}"
        f' order by d."at" desc, d.id desc limit {int(size)}',
        views,
        [*place, *place, *values],
        tables={"late": _late_answers(asked.market_id, since, until)},
    )
    columns = [table.column(name).to_pylist() for name in table.column_names]
    return [
        _record((row[0], row[1].replace(tzinfo=UTC), *row[2:]))
        for row in zip(*columns, strict=True)
    ]


def _late_answers(market_id: int, since: datetime, until: datetime) -> pa.Table:
    """Answers to archived decisions, given after the archiving: they lie in the live table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id::text, at, market_id, decision_id::text, decided_at, kind from decisions_decisionevent"
            " where market_id = %s and decided_at >= %s and decided_at < %s",
            [market_id, since, until],
        )
        rows = [
            (i, at.replace(tzinfo=None), market, decision, decided.replace(tzinfo=None), kind)
            for i, at, market, decision, decided, kind in cursor.fetchall()
        ]
    columns = list(zip(*rows, strict=True)) or [()] * len(_LATE)
    return pa.table(
        [pa.array(values, kind) for values, kind in zip(columns, _LATE.values(), strict=True)],
        names=[name.strip('"') for name in _LATE],
    )


def _record(row: Sequence[Any]) -> RawDecision:
    return RawDecision(
        id=str(row[0]),
        at=row[1],
        capability=row[2],
        provider=row[3],
        provider_version=row[4],
        first_mode=row[5],
        mode=row[6],
        fallback=row[7],
        subject=shown_key("subject", str(row[8])) if row[8] else "",
        stall_id=row[9],
        about=row[10],
        is_personal=row[11],
        latency_us=row[12],
        cost_mkrw=row[13],
        asked=row[14],
    )


def shown_key(purpose: str, value: str) -> str:
    """Twelve hexadecimal digits that stand for ``value``: HMAC-SHA-256 under this installation's secret key."""
    key = f"jangteo.evidence:{settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()[:12]
