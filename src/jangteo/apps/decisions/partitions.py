"""Monthly partitions of the decision log (UTC months), with the same guards as every tenant table.

A default partition takes what has no month yet, so that no decision is ever lost for want of a table.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from jangteo.platform.clock import utc_now
from jangteo.platform.tenancy import every_market

#: parent table and the column it is partitioned by
PARENTS = {"decisions_decision": "at", "decisions_decisionevent": "decided_at"}
MONTHS_AHEAD = 3
#: one process makes partitions at a time; any number that is the same everywhere
_LOCK = 718_224_002


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
    """Make both partitions of a month. Idempotent. Rows of that month move there from the default partition."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
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
            text = statement.as_string(cursor.connection)
            if _waiting(parent, month):
                _make_and_move(cursor, parent, month, text)
            else:
                cursor.execute(text)
            close_partition(cursor, name)


def _waiting(parent: str, month: date) -> bool:
    """Whether rows of this month stand in the default partition."""
    with every_market(), connection.cursor() as cursor:
        cursor.execute(
            f"select exists (select 1 from {parent} where {PARENTS[parent]} >= %s"  # noqa: S608 - constants above
            f" and {PARENTS[parent]} < %s)",
            [f"{month} 00:00+00", f"{next_month(month)} 00:00+00"],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _make_and_move(cursor: Any, parent: str, month: date, create: str) -> None:
    """Make the partition while the default one is taken off, so that its rows of the month can move over."""
    default, column = f"{parent}_default", PARENTS[parent]
    bounds = [f"{month} 00:00+00", f"{next_month(month)} 00:00+00"]
    within = f"{column} >= %s and {column} < %s"
    with every_market():
        # taken off, it has neither the parent's policy nor its append-only trigger
        cursor.execute(f"alter table {parent} detach partition {default}")
        cursor.execute(create)
        cursor.execute(f"alter table {default} no force row level security")
        cursor.execute(f"insert into {parent} select * from {default} where {within}", bounds)  # noqa: S608 - constants above
        cursor.execute(f"delete from {default} where {within}", bounds)  # noqa: S608 - as above
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {default} force row level security")
        cursor.execute(f"alter table {parent} attach partition {default} default")


def ensure_months(now: datetime) -> None:
    """Make the partitions of last month, this one and the coming ones."""
    month = (month_of(now) - timedelta(days=1)).replace(day=1)
    for _ in range(MONTHS_AHEAD + 2):
        ensure_month(month)
        month = next_month(month)


def ensure_months_now() -> None:
    """`ensure_months` for this moment: at every start, however long nobody was there."""
    ensure_months(utc_now())


def close_partition(cursor: Any, name: str) -> None:
    """Nobody reads a partition past the parent's policy: row security without a policy shows nothing."""
    for what in ("enable", "force"):
        cursor.execute(
            sql.SQL("alter table {} {} row level security")
            .format(sql.Identifier(name), sql.SQL(what))
            .as_string(cursor.connection)
        )
