"""The months of the log that lie in Parquet: which files, which columns, and rows over live tables and files alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import connection

from jangteo.apps.decisions.models import ArchivedMonth
from jangteo.apps.decisions.partitions import PARENTS, next_month
from jangteo.platform import lake
from jangteo.platform.clock import seoul_day

DECISIONS, EVENTS = PARENTS
#: table -> column -> kind, in the order of the sealed text; see `seals`
COLUMNS: Mapping[str, Mapping[str, str]] = {
    DECISIONS: {
        "id": "text",
        "at": "time",
        "market_id": "bigint",
        "capability": "text",
        "capability_version": "integer",
        "provider": "text",
        "provider_version": "text",
        "subject": "text",
        "stall_id": "bigint",
        "about": "text",
        "experiment_id": "bigint",
        "arm": "text",
        "is_personal": "boolean",
        "mode": "text",
        "fallback": "text",
        "asked": "text",
        "left_fields": "text",
        "saw": "text",
        "request_digest": "text",
        "proposal": "text",
        "reason_ko": "text",
        "reason_en": "text",
        "shown_stalls": "text",
        "latency_us": "integer",
        "cost_mkrw": "integer",
    },
    EVENTS: {
        "id": "text",
        "at": "time",
        "market_id": "bigint",
        "decision_id": "text",
        "decided_at": "time",
        "kind": "text",
        "data": "text",
        "by_id": "bigint",
    },
}
#: table -> folder below the lake
FOLDERS = {DECISIONS: "decisions", EVENTS: "events"}


def relative_path(table: str, month: date) -> str:
    """``decisions/2026-05.parquet``."""
    return f"{FOLDERS[table]}/{month:%Y-%m}.parquet"


def archived_months() -> list[date]:
    """Months that lie in the lake, oldest first."""
    return list(ArchivedMonth.objects.order_by("month").values_list("month", flat=True))


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """A month (UTC, as the partitions are) as [since, until)."""
    end = next_month(month)
    return datetime(month.year, month.month, 1, tzinfo=UTC), datetime(
        end.year, end.month, 1, tzinfo=UTC
    )


def files_between(table: str, since: datetime, until: datetime) -> list[Path]:
    """The lake's files of the archived months that touch [since, until)."""
    found = []
    for month in archived_months():
        first, end = month_bounds(month)
        if first < until and end > since:
            found.append(lake.folder() / relative_path(table, month))
    return found


def first_live_day() -> date:
    """The first Korean day of which no row lies in an archived month."""
    archived = archived_months()
    if not archived:
        return date(2000, 1, 1)
    # the Korean day in which the month ended began nine hours of UTC earlier
    return seoul_day(month_bounds(archived[-1])[1]) + timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Relations:
    """Names of the relations that hold the rows asked for."""

    log: str
    events: str


@contextmanager
def rows_between(since: datetime, until: datetime) -> Iterator[Relations]:
    """Every decision made, and every event written or about a decision made, in [since, until), wherever it lies.

    The live tables themselves when no archived month has any of them, otherwise temporary tables with the rows of both.
    Needs a scope; rows outside it are not there. Runs in the caller's transaction or in none.
    """
    decisions = files_between(DECISIONS, since, until)
    # an event may have been written long after its decision, so it may lie in the file of any month before
    events = files_between(EVENTS, datetime(2000, 1, 1, tzinfo=UTC), until)
    if not events:
        yield Relations(log=DECISIONS, events=EVENTS)
        return
    naive = [since.astimezone(UTC).replace(tzinfo=None), until.astimezone(UTC).replace(tzinfo=None)]
    within = '"at" >= ? and "at" < ?'
    kept_events = lake.read(
        f"select * from rows where ({within}) or (decided_at >= ? and decided_at < ?)",  # noqa: S608 - constants above
        {"rows": events},
        naive * 2,
    )
    if not decisions and not kept_events.num_rows:
        yield Relations(log=DECISIONS, events=EVENTS)
        return
    with connection.cursor() as cursor:
        for table, name, condition in (
            (DECISIONS, "jt_decisions", "at >= %(since)s and at < %(until)s"),
            (
                EVENTS,
                "jt_events",
                (
                    "(at >= %(since)s and at < %(until)s)"
                    " or (decided_at >= %(since)s and decided_at < %(until)s)"
                ),
            ),
        ):
            cursor.execute(f"drop table if exists pg_temp.{name}")
            cursor.execute(f"create temporary table {name} (like {table})")
            cursor.execute(
                f"insert into pg_temp.{name} select * from {table} where {condition}",  # noqa: S608 - constants above
                {"since": since, "until": until},
            )
    try:
        if decisions:
            found = lake.read(f"select * from rows where {within}", {"rows": decisions}, naive)  # noqa: S608 - constants above
            lake.copy_in(found, "pg_temp.jt_decisions", COLUMNS[DECISIONS])
        lake.copy_in(kept_events, "pg_temp.jt_events", COLUMNS[EVENTS])
        with connection.cursor() as cursor:
            cursor.execute("analyze jt_decisions; analyze jt_events")
        yield Relations(log="pg_temp.jt_decisions", events="pg_temp.jt_events")
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("drop table if exists pg_temp.jt_decisions, pg_temp.jt_events")
