"""Looks for somebody's traces everywhere a trace could be: every table, every file below the data folder, this process.

What is searched for is given as words; every form a store could hide a word in is searched as well (escaped JSON, hex of
bytea, base64, the contents of sessions and of Parquet files).
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
from django.contrib.sessions.models import Session
from django.db import connection
from psycopg import sql

from jangteo.platform.tenancy import every_market

#: how deep the values of modules are looked into
DEPTH = 5


def forms(words: Collection[str]) -> list[str]:
    """The words as they are, escaped, in hex and in base64."""
    found = set()
    for word in words:
        raw = word.encode()
        found |= {word, json.dumps(word)[1:-1], raw.hex()}
        encoded = base64.b64encode(raw).decode().rstrip("=")
        found.add(encoded[: len(raw) * 4 // 3])
    return sorted(form for form in found if len(form) > 3)


def in_database(words: Collection[str]) -> set[str]:
    """Names of tables with a row that holds one of the words in any column, and of sessions that do."""
    looked_for = forms(words)
    found = set()
    with every_market(), connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
        )
        tables = [str(row[0]) for row in cursor.fetchall()]
        for table in tables:
            statement = sql.SQL(
                "select 1 from {} t where exists (select 1 from unnest(%s::text[]) w"
                " where position(w in t::text) > 0) limit 1"
            ).format(sql.Identifier(table))
            cursor.execute(statement.as_string(cursor.connection), [looked_for])
            if cursor.fetchone() is not None:
                found.add(table)
    for session in Session.objects.all():
        if _holds(json.dumps(session.get_decoded(), ensure_ascii=False), looked_for):
            found.add("django_session")
    return found


def tables() -> int:
    """How many tables are looked into."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
        )
        return int((cursor.fetchone() or (0,))[0])


def in_files(folder: Path, words: Collection[str]) -> set[str]:
    """Files below a folder that hold one of the words, in their name, their bytes or (Parquet) their cells."""
    looked_for = forms(words)
    found = set()
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        if _holds(path.name, looked_for) or _holds_bytes(path.read_bytes(), looked_for):
            found.add(str(path.relative_to(folder)))
        if path.suffix == ".parquet":
            for row in parquet.read_table(path).to_pylist():
                if _holds(json.dumps(row, ensure_ascii=False, default=str), looked_for):
                    found.add(str(path.relative_to(folder)))
                    break
    return found


def in_process(words: Collection[str]) -> set[str]:
    """Names of module values of the product that hold one of the words: caches that forgot to forget."""
    looked_for = forms(words)
    found = set()
    for name, module in list(sys.modules.items()):
        if not name.startswith("jangteo.") or module is None:
            continue
        for key, value in list(vars(module).items()):
            if key.startswith("__") or not isinstance(value, (dict, list, set, tuple, str)):
                continue
            if any(_holds(text, looked_for) for text in _texts(value, DEPTH)):
                found.add(f"{name}.{key}")
    return found


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif depth == 0:
        return
    elif isinstance(value, dict):
        for key, inner in list(value.items()):
            yield from _texts(key, depth - 1)
            yield from _texts(inner, depth - 1)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in list(value):
            yield from _texts(inner, depth - 1)
    elif hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from _texts(getattr(value, field, None), depth - 1)


def _holds(text: str, looked_for: Collection[str]) -> bool:
    return any(word in text for word in looked_for)


def _holds_bytes(data: bytes, looked_for: Collection[str]) -> bool:
    return any(word.encode() in data for word in looked_for)
