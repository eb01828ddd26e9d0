"""Old months of the log move to Parquet: written, read back and compared, then dropped in one transaction.

Cut off anywhere it is simply begun again: a file counts when its `ArchivedMonth` row stands, and that row is written
in the transaction that drops the partitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from jangteo.apps.decisions.archived import (
    COLUMNS,
    DECISIONS,
    EVENTS,
    archived_months,
    month_bounds,
    relative_path,
)
from jangteo.apps.decisions.models import ArchivedMonth, DaySeal
from jangteo.apps.decisions.partitions import month_of, months, partition_name
from jangteo.apps.decisions.seals import DayDigest, digests
from jangteo.platform import lake
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError

#: how long the drop may wait for readers of the log before it gives up until the next night
LOCK_SECONDS = 5
_ORDER = {DECISIONS: "market_id, at, id", EVENTS: "market_id, decided_at, id"}


class ArchiveDiffers(JangteoError):
    """The file of {month} does not give the rows of the table ({what}). Nothing was dropped; check disk and memory."""

    ko = "{month}의 파일이 표의 기록과 달라요({what}). 지운 것은 없어요. 디스크와 메모리를 살펴 주세요."
    status = 409


class MonthNotSealed(JangteoError):
    """The days of {month} are not all sealed yet. Seal them first: `jangteo evidence seal`."""

    ko = "{month}의 날들이 아직 다 봉인되지 않았어요. 먼저 `jangteo evidence seal`로 봉인해 주세요."
    status = 409


@dataclass(frozen=True, kw_only=True, slots=True)
class Archived:
    """One month that moved."""

    month: date
    decisions: int
    events: int
    files: Mapping[str, str]


def months_to_archive(now: datetime) -> list[date]:
    """Months with live partitions that are older than ``Config.decision_months_live``, oldest first."""
    this = month_of(now)
    oldest = this.year * 12 + this.month - 1 - config().decision_months_live
    limit = date(oldest // 12, oldest % 12 + 1, 1)
    # a month's file is written once: an empty partition must never be archived over it
    return [month for month in months() if month < limit and month not in set(archived_months())]


def archive_month(month: date, now: datetime) -> Archived:
    """Move one month. Needs the scope of every market. Raises `ArchiveDiffers`, `MonthNotSealed`."""
    _check_sealed(month)
    counts: dict[str, int] = {}
    files: dict[str, str] = {}
    for table in (DECISIONS, EVENTS):
        path = lake.folder() / relative_path(table, month)
        counts[table] = lake.write(path, COLUMNS[table], _select(table, month))
        files[relative_path(table, month)] = lake.file_digest(path)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"set local lock_timeout = '{LOCK_SECONDS}s'")
            names = ", ".join(partition_name(table, month) for table in (DECISIONS, EVENTS))
            # nobody adds an answer between the comparison and the drop
            cursor.execute(f"lock table {names} in share mode")
        _compare(month, counts)
        _drop(month)
        ArchivedMonth.objects.create(
            month=month,
            decisions=counts[DECISIONS],
            events=counts[EVENTS],
            files=files,
            at=now,
        )
    return Archived(month=month, decisions=counts[DECISIONS], events=counts[EVENTS], files=files)


def _check_sealed(month: date) -> None:
    since, until = month_bounds(month)
    last = seoul_day(until - timedelta(microseconds=1))
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct market_id from decisions_decision where at >= %s and at < %s",
            [since, until],
        )
        markets = {row[0] for row in cursor.fetchall()}
    sealed = dict(
        DaySeal.objects.filter(market_id__in=markets)
        .values_list("market_id")
        .annotate(last=Max("day"))
        .order_by()
    )
    if any(sealed.get(market) is None or sealed[market] < last for market in markets):
        raise MonthNotSealed(month=f"{month:%Y-%m}")


def _select(table: str, month: date) -> str:
    """The month's rows from the parent: a partition shows nothing past the parent's policy."""
    since, until = month_bounds(month)
    columns = ", ".join(
        f"(extract(epoch from {name}) * 1000000)::bigint"
        if kind == "time"
        else (f"{name}::text" if kind == "text" else name)
        for name, kind in COLUMNS[table].items()
    )
    by = "at" if table == DECISIONS else "decided_at"
    return (
        f"select {columns} from {table} where {by} >= '{since.isoformat()}'"  # noqa: S608 - constants and times
        f" and {by} < '{until.isoformat()}' order by {_ORDER[table]}"
    )


def _compare(month: date, counts: Mapping[str, int]) -> None:
    """The file, read back into a table, has the rows of the partition: same number, same canonical text."""
    since, until = month_bounds(month)
    for table, name in ((DECISIONS, "jt_decisions"), (EVENTS, "jt_events")):
        found = lake.read(
            "select * from rows", {"rows": [lake.folder() / relative_path(table, month)]}
        )
        with connection.cursor() as cursor:
            cursor.execute(f"drop table if exists pg_temp.{name}")
            cursor.execute(f"create temporary table {name} (like {table})")
        lake.copy_in(found, f"pg_temp.{name}", COLUMNS[table])
        if found.num_rows != counts[table]:
            raise ArchiveDiffers(month=f"{month:%Y-%m}", what=table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"create temporary view jt_month_events as select * from {EVENTS}"  # noqa: S608 - constants and times
            f" where decided_at >= '{since.isoformat()}' and decided_at < '{until.isoformat()}'"
        )
        cursor.execute(
            f"create temporary view jt_month_decisions as select * from {DECISIONS}"  # noqa: S608 - constants and times
            f" where at >= '{since.isoformat()}' and at < '{until.isoformat()}'"
        )
    # an event is written at any time after its decision
    first, last = seoul_day(since), date(2200, 1, 1)
    live = digests(first, last, log="jt_month_decisions", events="jt_month_events")
    kept = digests(first, last, log="pg_temp.jt_decisions", events="pg_temp.jt_events")
    with connection.cursor() as cursor:
        cursor.execute("drop view pg_temp.jt_month_events, pg_temp.jt_month_decisions")
        cursor.execute("drop table pg_temp.jt_decisions, pg_temp.jt_events")
    if live != kept:
        raise ArchiveDiffers(month=f"{month:%Y-%m}", what=_first_difference(live, kept))


def _first_difference(
    live: Mapping[tuple[int, date], DayDigest], kept: Mapping[tuple[int, date], DayDigest]
) -> str:
    keys = sorted(live.keys() | kept.keys(), key=lambda key: (key[1], key[0]))
    return next(str(key[1]) for key in keys if live.get(key) != kept.get(key))


def _drop(month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in (DECISIONS, EVENTS):
            name = partition_name(table, month)
            cursor.execute(f"alter table {table} detach partition {name}")
            cursor.execute(f"drop table {name}")


def damaged_files() -> list[str]:
    """Files of archived months that are missing or are not what was written, oldest first."""
    found = []
    for month in ArchivedMonth.objects.order_by("month"):
        for name, digest in sorted(month.files.items()):
            path = lake.folder() / name
            if not path.is_file() or lake.file_digest(path) != digest:
                found.append(name)
    return found


def day_of_file(name: str) -> date:
    """The first day of the month in a file's name."""
    year, month = name.rsplit("/", 1)[-1].removesuffix(".parquet").split("-")
    return seoul_day(datetime(int(year), int(month), 1, tzinfo=UTC))
