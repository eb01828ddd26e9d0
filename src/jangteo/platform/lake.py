"""Tables as Parquet files below ``<var_dir>/lake``: written by PyArrow, read by DuckDB. No extension, no network.

A file of tenant rows has a column ``market_id`` and is only read through `read`, which shows what the market scope
shows in the database: nothing without a scope, one market's rows, or every market's.
Times are UTC without a zone, JSON is text exactly as PostgreSQL writes it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
from django.db import connection

from jangteo.platform.config import config
from jangteo.platform.tenancy import EVERY, NOTHING, current_scope

#: rows read together; sorted by market, so a market's page reads few of them
ROW_GROUP = 20_000
#: of DuckDB; two cores are shared with the web processes
THREADS = 1
_BLOCK = 1 << 20
_KINDS: Mapping[str, pa.DataType] = {
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
    "text": pa.string(),
    "time": pa.int64(),
}


def folder() -> Path:
    """Where the files are."""
    return config().var_dir / "lake"


def make_room(path: Path) -> None:
    """Make the folders ``path`` needs. Nobody but the account this runs under opens the lake: it holds the log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if folder() in path.parents:
        folder().chmod(0o700)


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha.update(block)
    return sha.hexdigest()


def write(path: Path, columns: Mapping[str, str], select: str, values: Sequence[Any] = ()) -> int:
    """Write the rows of ``select`` as a Parquet file; returns how many. The file appears when it is complete.

    ``columns``: name -> "bigint", "integer", "boolean", "text" or "time" (which ``select`` gives as microseconds since
    1970), in the order of ``select``. Needs the rows' scope.
    """
    make_room(path)
    text, part = path.with_name(path.name + ".csv"), path.with_name(path.name + ".part")
    try:
        _copy_out(text, select, values)
        rows = _to_parquet(text, part, columns)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    finally:
        text.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return rows


def _copy_out(path: Path, select: str, values: Sequence[Any]) -> None:
    statement = f"copy ({select}) to stdout (format csv, force_quote *)"
    with (
        path.open("wb") as file,
        connection.cursor() as cursor,
        cursor.cursor.copy(statement, list(values)) as stream,
    ):
        for block in stream:
            file.write(block)


def _to_parquet(source: Path, target: Path, columns: Mapping[str, str]) -> int:
    schema = pa.schema(
        [(n, pa.timestamp("us") if kind == "time" else _KINDS[kind]) for n, kind in columns.items()]
    )
    if not source.stat().st_size:
        parquet.write_table(schema.empty_table(), target)
        return 0
    read = arrow_csv.open_csv(
        source,
        read_options=arrow_csv.ReadOptions(column_names=list(columns), block_size=8 * _BLOCK),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: _KINDS[kind] for name, kind in columns.items()},
            # force_quote: an empty text is "", nothing at all is null
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    rows = 0
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in read:
            table = pa.Table.from_batches([batch]).cast(schema)
            writer.write_table(table, row_group_size=ROW_GROUP)
            rows += table.num_rows
    return rows


def read(
    statement: str,
    files: Mapping[str, Sequence[Path]],
    values: Sequence[Any] = (),
    *,
    tables: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """What ``statement`` (DuckDB's SQL, ``?`` for values) gives over ``files``: name of a view -> its files.

    ``tables`` stand beside them under their names. Each view of files holds the rows of the current market scope, nothing else. Raises `FileNotFoundError`.
    """
    scope = current_scope()
    if scope == EVERY:
        mine = "true"
    elif scope == NOTHING:
        mine = "false"
    else:
        mine = f"market_id = {int(scope)}"
    missing = [str(path) for paths in files.values() for path in paths if not path.is_file()]
    if missing:
        raise FileNotFoundError(missing[0])
    with duckdb.connect(
        config={
            "threads": str(THREADS),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    ) as duck:
        for name, paths in files.items():
            listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
            duck.execute(
                f"create view {name} as select * from read_parquet([{listed}]) where {mine}"  # noqa: S608 - our own names and paths
            )
        for name, table in (tables or {}).items():
            duck.register(name, table)
        return duck.sql(statement, params=list(values)).to_arrow_table()


def copy_in(table: pa.Table, name: str, columns: Mapping[str, str]) -> None:
    """Append rows of a file to the table ``name`` of the database (times become ``timestamptz``)."""
    listed = ", ".join(columns)
    shown = pa.table(
        {
            column: _utc_text(table[column]) if kind == "time" else table[column]
            for column, kind in columns.items()
        }
    )
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"copy {name} ({listed}) from stdin (format csv)") as stream,
    ):
        for batch in shown.to_batches(max_chunksize=ROW_GROUP):
            sink = pa.BufferOutputStream()
            arrow_csv.write_csv(batch, sink, arrow_csv.WriteOptions(include_header=False))
            stream.write(sink.getvalue().to_pybytes())


def _utc_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return compute.binary_join_element_wise(column.cast(pa.string()), "+00", "")
