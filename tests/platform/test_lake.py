"""Tables as Parquet: written from PostgreSQL, read back under the market's scope; a month without rows too."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from django.db import connection

from jangteo.platform import lake
from jangteo.platform.tenancy import every_market

pytestmark = pytest.mark.django_db
COLUMNS = {
    "id": "text",
    "at": "time",
    "market_id": "bigint",
    "place": "integer",
    "is_personal": "boolean",
    "data": "text",
}
SELECT = (
    "select 'a'::text, 1779000000000001::bigint, 7::bigint, 2, true, '{\"줄\": \"a,\nb\"}'::text"
    " union all select '', null, 7, null, false, null order by 2 nulls last"
)
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "at": pa.timestamp("us"),
        "market_id": pa.int64(),
        "place": pa.int32(),
        "is_personal": pa.bool_(),
        "data": pa.string(),
    }
)


def _empty(path: Path) -> int:
    return lake.write(path, COLUMNS, f"select * from ({SELECT}) rows where false")


def test_a_month_without_rows_is_an_empty_file_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "events" / "2026-05.parquet"
    assert _empty(path) == 0
    assert parquet.read_schema(path).equals(SCHEMA)
    assert [p.name for p in path.parent.iterdir()] == ["2026-05.parquet"]
    with every_market():
        found = lake.read("select * from rows", {"rows": [path]})
    assert found.num_rows == 0
    assert found.column_names == list(COLUMNS)


def test_an_empty_file_stands_beside_a_full_one(tmp_path: Path) -> None:
    empty, full = tmp_path / "2026-05.parquet", tmp_path / "2026-06.parquet"
    _empty(empty)
    assert lake.write(full, COLUMNS, SELECT) == 2
    with every_market():
        found = lake.read("select * from rows order by id desc", {"rows": [empty, full]})
    assert found.schema.equals(SCHEMA)
    assert found["data"].to_pylist() == ['{"줄": "a,\nb"}', None]
    assert found["id"].to_pylist() == ["a", ""]
    assert found["place"].to_pylist() == [2, None]


def test_an_empty_file_copied_into_a_table_adds_nothing(tmp_path: Path) -> None:
    _empty(tmp_path / "x.parquet")
    with every_market():
        found = lake.read("select * from rows", {"rows": [tmp_path / "x.parquet"]})
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table jt_target (id text, at timestamptz, market_id bigint, place int,"
            " is_personal boolean, data text)"
        )
        lake.copy_in(found, "pg_temp.jt_target", COLUMNS)
        cursor.execute("select count(*) from jt_target")
        assert cursor.fetchone() == (0,)
