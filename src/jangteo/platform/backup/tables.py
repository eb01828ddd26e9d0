"""Which tables are in a backup, and their canonical text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

#: not in a backup, with the reason; a model named nowhere here is in it
LEFT_OUT: dict[str, str] = {
    "sessions.Session": "a stolen backup must not be a key; everybody signs in again",
    "accounts.SignInCode": "valid for minutes",
    "platform.OutboxEvent": "tells open pages to look; worth nothing later",
    "platform.RateCount": "counts of minutes",
    "contenttypes.ContentType": "filled by the code",
    "auth.Permission": "filled by the code",
    "auth.Group": "not used",
}
LEFT_OUT_APPS: dict[str, str] = {
    "procrastinate": "what jobs owe stands in the tables; periodic jobs take it up again",
}
#: emptied by a restore besides the tables of the backup: they speak of the former data
EMPTIED = (
    "django_session",
    "accounts_signincode",
    "platform_outboxevent",
    "platform_ratecount",
    "procrastinate_periodic_defers",
    "procrastinate_events",
    "procrastinate_jobs",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table as it is in the database."""

    name: str
    columns: list[tuple[str, str]]
    key: list[str]

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.name)

    @property
    def column_list(self) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(name) for name, _ in self.columns)


def left_out() -> dict[str, str]:
    """What is not in a backup and why, for the manifest."""
    return LEFT_OUT | {f"{label}.*": reason for label, reason in LEFT_OUT_APPS.items()}


def table_names() -> list[str]:
    """Tables of every model that is not left out, sorted."""
    names = set()
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        owner = model if not meta.auto_created else meta.auto_created
        label = owner._meta.label if not isinstance(owner, bool) else meta.label
        if meta.proxy or meta.app_label in LEFT_OUT_APPS or label in LEFT_OUT:
            continue
        names.add(meta.db_table)
    return sorted(names)


def tables() -> list[Table]:
    """The tables of a backup with their columns and primary keys, read from the database."""
    return [Table(name=name, columns=_columns(name), key=_key(name)) for name in table_names()]


def _columns(name: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
            " order by attnum",
            [f'"{name}"'],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _key(name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.attname from pg_index i join pg_attribute a"
            " on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
            " where i.indrelid = %s::regclass and i.indisprimary"
            " order by array_position(i.indkey::smallint[], a.attnum)",
            [f'"{name}"'],
        )
        return [row[0] for row in cursor.fetchall()]


def partitions_of(name: str) -> list[tuple[str, str]]:
    """Name and bound (``FOR VALUES FROM (...) TO (...)`` or ``DEFAULT``) of a table's partitions, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i"
            " join pg_class c on c.oid = i.inhrelid where i.inhparent = %s::regclass order by c.relname",
            [f'"{name}"'],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def use_canonical_text() -> None:
    """For this transaction, the text of a value depends on nothing but the value."""
    with connection.cursor() as cursor:
        cursor.execute(
            "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';"
            " set local intervalstyle = 'postgres'; set local extra_float_digits = 1;"
            " set local bytea_output = 'hex'; set local client_encoding = 'UTF8'"
        )


@contextmanager
def copy(statement: sql.Composed) -> Iterator[Any]:
    """psycopg's ``COPY`` on Django's connection."""
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as stream:
        yield stream


def text_of(table: Table) -> Iterator[bytes]:
    """The table's rows as ``COPY`` text, by primary key."""
    statement = sql.SQL("copy (select {} from {} order by {}) to stdout").format(
        table.column_list,
        table.identifier,
        sql.SQL(", ").join(sql.Identifier(name) for name in table.key),
    )
    with copy(statement) as stream:
        for block in stream:
            yield bytes(block)


@dataclass(slots=True)
class Measure:
    """Row count and SHA-256 of ``COPY`` text that passes by (a line end inside a value is written as ``\\n``)."""

    rows: int = 0
    _sha: Any = None

    def __post_init__(self) -> None:
        self._sha = hashlib.sha256()

    def add(self, block: bytes) -> int:
        """Returns how many rows ended in this block."""
        ended = block.count(b"\n")
        self.rows += ended
        self._sha.update(block)
        return ended

    @property
    def sha256(self) -> str:
        value: str = self._sha.hexdigest()
        return value


def sequence_of(table: Table) -> str | None:
    """Name of the sequence behind a one-column key; None when there is none."""
    if len(table.key) != 1:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.key[0]])
        row = cursor.fetchone()
    return row[0] if row else None


def sequence_value(table: Table) -> int | None:
    """The last id drawn: 0 when none was; None without a sequence."""
    name = sequence_of(table)
    if name is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"select case when is_called then last_value else 0 end from {name}")  # noqa: S608 - PostgreSQL's own quoted name
        row = cursor.fetchone()
    return int(row[0]) if row else None
