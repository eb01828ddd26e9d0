"""Monthly partitions of the decision log (UTC months), with the same guards as every tenant table.

A default partition takes what has no month yet, so that no decision is ever lost for want of a table.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from psycopg import sql

#: parent table and the column it is partitioned by
PARENTS = {"decisions_decision": "at", "decisions_decisionevent": "decided_at"}
MONTHS_AHEAD = 3


def month_of(moment: datetime) -> date:
    """The first day of a moment's UTC month."""
    return moment.astimezone(UTC).date().replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def partition_name(parent: str, month: date) -> str:
    """``decisions_decision_2026_05``."""
    return f"{parent}_{month:%Y_%m}"


def months() -> list[date]:
    """The months that have partitions, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " join pg_class p on p.oid = i.inhparent where p.relname = 'decisions_decision'"
        )
        names = [str(row[0]) for row in cursor.fetchall()]
    found = [name.rsplit("_", 2)[1:] for name in names if name[-7:-5].isdigit()]
    return sorted(date(int(year), int(month), 1) for year, month in found)


def ensure_month(month: date) -> None:
    """Make both partitions of a month. Idempotent. Needs no rows of that month in the default partition."""
    with connection.cursor() as cursor:
        for parent in PARENTS:
            name = partition_name(parent, month)
            cursor.execute("select to_regclass(%s)", [name])
            if cursor.fetchone() != (None,):
                continue
            statement = sql.SQL(
                "create table {} partition of {} for values from ({}) to ({})"
            ).format(
                sql.Identifier(name),
                sql.Identifier(parent),
                sql.Literal(f"{month} 00:00+00"),
                sql.Literal(f"{next_month(month)} 00:00+00"),
            )
            cursor.execute(statement.as_string(cursor.connection))
            close_partition(cursor, name)


def ensure_months(now: datetime) -> None:
    """Make the partitions of last month, this one and the coming ones."""
    month = (month_of(now) - timedelta(days=1)).replace(day=1)
    for _ in range(MONTHS_AHEAD + 2):
        ensure_month(month)
        month = next_month(month)


def close_partition(cursor: Any, name: str) -> None:
    """Nobody reads a partition past the parent's policy: row security without a policy shows nothing."""
    for what in ("enable", "force"):
        cursor.execute(
            sql.SQL("alter table {} {} row level security")
            .format(sql.Identifier(name), sql.SQL(what))
            .as_string(cursor.connection)
        )
