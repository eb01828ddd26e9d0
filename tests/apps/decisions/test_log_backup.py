"""The log in a backup: months, the default partition and the archive come back, and the seals still fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jangteo.apps.decisions.actions.archive_months import archive_one_month
from jangteo.apps.decisions.actions.refresh_rollups import refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.decisions.archive import damaged_files, months_to_archive
from jangteo.apps.decisions.models import ArchivedMonth
from jangteo.apps.decisions.partitions import PARENTS, ensure_month, ensure_months_now, months
from jangteo.apps.decisions.rows import RawDecision, raw_decisions
from jangteo.apps.decisions.seals import verify_market
from jangteo.platform import lake, registry
from jangteo.platform.backup import read, tables, write
from jangteo.platform.guards import guard_tables
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.decisions.logs import RandomLog
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2025, 7, 20, 3, tzinfo=UTC)
SEALED = datetime(2025, 11, 1, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER = (date(2025, month, 1) for month in (7, 8, 9))
SYSTEM = Actor.system()


def _wipe() -> None:
    names = [*tables.table_names(), *tables.EMPTIED]
    with connection.cursor() as cursor:
        cursor.execute("truncate " + ", ".join(f'"{name}"' for name in names) + " restart identity")


def _drop_months(*dropped: date) -> None:
    with connection.cursor() as cursor:
        for month in dropped:
            for parent in PARENTS:
                cursor.execute(f"drop table if exists {parent}_{month:%Y_%m}")


@pytest.fixture
def lake_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lake, "folder", lambda: tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture
def log(lake_dir: Path) -> Iterator[RandomLog]:
    """Two markets over three months, some rows in the default partition, counted and sealed; one month archived."""
    made = RandomLog(23)
    markets = [make_world().market.pk, make_world().market.pk]
    made.fill(markets, START, days=70, rows=120)
    _into_default(made, markets[0])
    refresh_rollups(actor=SYSTEM, now=SEALED)
    seal_days(actor=SYSTEM, now=SEALED)
    yield made
    _wipe()
    _drop_months(JULY, AUGUST, SEPTEMBER, date(2025, 10, 1), date(2025, 12, 1))
    ensure_months_now()


def _into_default(log: RandomLog, market: int) -> None:
    """October has no partition: its rows stand in the default one."""
    for hour in range(5):
        at = datetime(2025, 10, 3, hour, tzinfo=UTC)
        with_month = log.decide(market, at)
        log.answer(with_month, "accepted", at + timedelta(minutes=3))
    with every_market(), connection.cursor() as cursor:
        for parent in PARENTS:
            cursor.execute(f"alter table {parent} detach partition {parent}_2025_10")
            cursor.execute(f"alter table {parent}_2025_10 no force row level security")
            cursor.execute(f"insert into {parent} select * from {parent}_2025_10")
            cursor.execute(f"drop table {parent}_2025_10")


def _counts() -> dict[str, int]:
    """Rows of each partition, seen past its row security."""
    found = {}
    with connection.cursor() as cursor:
        for parent in PARENTS:
            for name, _ in tables.partitions_of(parent):
                cursor.execute(f"alter table {name} no force row level security")
                cursor.execute(f"select count(*) from {name}")
                row = cursor.fetchone()
                cursor.execute(f"alter table {name} force row level security")
                if row and row[0]:
                    found[name] = row[0]
    return found


def _closed() -> set[tuple[bool, bool, int]]:
    """Row security on, forced, and triggers against changes, of every partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct c.relrowsecurity, c.relforcerowsecurity, (select count(*)::int from pg_trigger t"
            " where t.tgrelid = c.oid and t.tgname = 'jangteo_append_only') from pg_inherits i"
            " join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent"
            " where p.relname = any(%s)",
            [list(PARENTS)],
        )
        return set(cursor.fetchall())


def _everything(log: RandomLog) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for market in sorted({entry.market_id for entry in log.decisions}):
        rows: list[RawDecision] = list(raw_decisions(market, date(2025, 7, 1), date(2025, 11, 1)))
        with market_scope(market):
            verified = verify_market(market, SEALED)
        assert verified.broken is None
        found[market] = (rows, verified.sealed_days, verified.rows, verified.head_chain)
    assert sum(len(rows) for rows, *_ in found.values()) == len(log.decisions) == 125
    return found


def _backup(folder: Path) -> Path:
    path = folder / "log.jtb"
    path.unlink(missing_ok=True)
    write.write_backup(path, media_dir=folder / "media", lake_dir=lake.folder(), now=NOW)
    return path


def _restore(path: Path, lake_dir: Path, *, replace: bool = False) -> None:
    read.restore(path, media_dir=path.parent / "media", lake_dir=lake_dir, replace=replace)


def test_three_months_and_the_default_partition_come_back_where_they_were(
    log: RandomLog, tmp_path: Path, lake_dir: Path
) -> None:
    everything, counts, closed = _everything(log), _counts(), _closed()
    assert {name[-7:] for name in counts} == {"2025_07", "2025_08", "2025_09", "default"}
    assert counts["decisions_decision_default"] == 5
    path = _backup(tmp_path)
    _wipe()
    _drop_months(JULY, AUGUST, SEPTEMBER)
    _restore(path, lake_dir)
    assert _counts() == counts
    assert _closed() == closed == {(True, True, 1)}
    assert _everything(log) == everything


def test_an_archived_month_comes_back_with_its_file(
    log: RandomLog, tmp_path: Path, lake_dir: Path
) -> None:
    everything = _everything(log)
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    counts = _counts()
    path = _backup(tmp_path)
    _wipe()
    lake_dir.rename(tmp_path / "gone")
    # another machine's database may still have the month that the backup has archived, or had it once
    ensure_month(AUGUST)
    _restore(path, lake_dir)
    assert damaged_files() == []
    assert AUGUST not in months()
    assert AUGUST not in months_to_archive(NOW)
    assert _counts() == counts
    assert _everything(log) == everything
    assert (tmp_path / "gone/decisions/2025-08.parquet").read_bytes() == (
        lake_dir / "decisions/2025-08.parquet"
    ).read_bytes()


def test_a_month_that_is_archived_is_not_archived_over_its_file(log: RandomLog) -> None:
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    ensure_month(AUGUST)
    assert AUGUST in months()
    assert AUGUST not in months_to_archive(NOW)
    assert ArchivedMonth.objects.count() == 1


def test_new_rows_after_a_restore_find_their_month_and_their_number(
    log: RandomLog, tmp_path: Path, lake_dir: Path
) -> None:
    last = max(entry.market_id for entry in log.decisions)
    path = _backup(tmp_path)
    _wipe()
    _restore(path, lake_dir)
    made = make_world().market.pk
    assert made == last + 1
    log.decide(made, datetime(2025, 9, 9, 9, tzinfo=UTC))
    log.decide(made, datetime(2025, 12, 9, 9, tzinfo=UTC))
    counts = _counts()
    assert counts["decisions_decision_2025_12"] == 1
    assert counts["decisions_decision_default"] == 5


def test_rows_of_the_default_partition_move_when_their_month_is_made(log: RandomLog) -> None:
    everything, counts = _everything(log), _counts()
    ensure_month(date(2025, 10, 1))
    moved = _counts()
    assert moved["decisions_decision_2025_10"] == 5
    assert moved["decisions_decisionevent_2025_10"] == 5
    assert "decisions_decision_default" not in moved
    assert sum(moved.values()) == sum(counts.values())
    guard_tables()
    assert _closed() == {(True, True, 1)}
    assert _everything(log) == everything


def test_every_start_makes_the_coming_months(log: RandomLog) -> None:
    coming = [month for month in months() if month > date(2026, 1, 1)]
    _drop_months(*coming)
    assert not [month for month in months() if month > date(2026, 1, 1)]
    # what `jangteo up` calls after the migrations, before the sample market writes anything
    first = registry.load(registry.FIRST_START_STEPS[0])
    assert first is not None
    first()
    assert [month for month in months() if month > date(2026, 1, 1)] == coming
    assert len(coming) == 5
