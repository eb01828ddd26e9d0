"""Old months move to Parquet: the same answers before and after, nothing lost wherever it is cut off."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from jangteo.apps.decisions import archive
from jangteo.apps.decisions.actions.archive_months import archive_old_months, archive_one_month
from jangteo.apps.decisions.actions.refresh_rollups import recount_days, refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.decisions.archive import (
    ArchiveDiffers,
    MonthNotSealed,
    damaged_files,
    months_to_archive,
)
from jangteo.apps.decisions.archived import COLUMNS
from jangteo.apps.decisions.ids import made_between
from jangteo.apps.decisions.log import Entry
from jangteo.apps.decisions.models import ArchivedMonth, Decision, DecisionDay, DecisionEvent
from jangteo.apps.decisions.partitions import months
from jangteo.apps.decisions.rows import RawDecision, RowFilter, raw_decisions
from jangteo.apps.decisions.seals import verify_market
from jangteo.platform import lake
from jangteo.platform.config import config
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.decisions.logs import RandomLog, slow_days
from tests.apps.decisions.test_rollups import _days
from tests.world import make_world

pytestmark = pytest.mark.django_db
START = datetime(2025, 7, 29, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
AUGUST = date(2025, 8, 1)
SYSTEM = Actor.system()
FIRST, LAST = date(2025, 7, 1), date(2025, 9, 30)


@pytest.fixture
def lake_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lake, "folder", lambda: tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture
def log(lake_dir: Path) -> RandomLog:
    """Two markets from the end of July to the beginning of September 2025, counted and sealed."""
    made = RandomLog(11)
    made.fill([make_world().market.pk, make_world().market.pk], START, days=36, rows=150)
    refresh_rollups(actor=SYSTEM, now=START + timedelta(days=70))
    seal_days(actor=SYSTEM, now=START + timedelta(days=70))
    return made


def _markets(log: RandomLog) -> list[int]:
    return sorted({entry.market_id for entry in log.decisions})


def _rows(market: int, wanted: RowFilter | None = None) -> list[RawDecision]:
    return list(raw_decisions(market, FIRST, LAST, wanted))


@pytest.mark.parametrize("model", [Decision, DecisionEvent])
def test_the_archive_and_the_seals_have_every_column(model: type[Decision | DecisionEvent]) -> None:
    columns = {field.column for field in model._meta.concrete_fields}
    assert set(COLUMNS[model._meta.db_table]) == columns


def test_months_older_than_the_setting_are_due(log: RandomLog) -> None:
    assert config().decision_months_live == 13
    due = months_to_archive(NOW)
    assert due == [date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)]
    assert months_to_archive(datetime(2026, 8, 31, 23, tzinfo=UTC)) == []


def test_every_question_has_the_same_answer_before_and_after(log: RandomLog) -> None:
    wanted = [None, RowFilter(mode="edited"), RowFilter(stall_id=2), RowFilter(fallbacks_only=True)]
    before = {(m, n): _rows(m, w) for m in _markets(log) for n, w in enumerate(wanted)}
    assert sum(len(before[m, 0]) for m in _markets(log)) == 150
    moved = archive_old_months(actor=SYSTEM, now=NOW)
    assert [one.month for one in moved] == [date(2025, 7, 1), AUGUST, date(2025, 9, 1)]
    assert months_to_archive(NOW) == []
    assert sum(one.decisions for one in moved) == 150
    after = {(m, n): _rows(m, w) for m in _markets(log) for n, w in enumerate(wanted)}
    assert after == before
    assert {date(2025, 7, 1), AUGUST, date(2025, 9, 1)}.isdisjoint(months())
    with every_market(), connection.cursor() as cursor:
        cursor.execute("select count(*) from decisions_decision where at < '2025-10-01'")
        assert cursor.fetchone() == (0,)


def test_seals_and_figures_still_fit_with_one_month_of_three_archived(log: RandomLog) -> None:
    with every_market():
        archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    for market in _markets(log):
        with market_scope(market):
            found = verify_market(market, NOW)
        assert found.broken is None
        assert found.rows == sum(e.market_id == market for e in log.decisions) + sum(
            len(answers)
            for entry in log.decisions
            if entry.market_id == market
            for answers in [log.answers.get(entry.id, [])]
        )


def test_pages_of_rows_join_without_a_gap_over_live_and_archived_months(log: RandomLog) -> None:
    market = _markets(log)[0]
    whole = _rows(market)
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    paged: list[RawDecision] = []
    after = None
    while True:
        page = list(raw_decisions(market, FIRST, LAST, after=after, most=7))
        paged += page
        if len(page) < 7:
            break
        after = (page[-1].at, page[-1].id)
    assert paged == whole


def test_a_lake_file_shows_one_market_at_a_time_and_nothing_without_a_scope(log: RandomLog) -> None:
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    files = {"rows": [lake.folder() / "decisions/2025-08.parquet"]}
    count = "select distinct market_id from rows order by 1"
    ours, theirs = _markets(log)
    assert lake.read(count, files).num_rows == 0
    with market_scope(ours):
        assert lake.read(count, files)["market_id"].to_pylist() == [ours]
        assert lake.read(f"{count.replace('order', f'where market_id = {theirs} order')}", files).num_rows == 0  # fmt: skip
    with every_market():
        assert lake.read(count, files)["market_id"].to_pylist() == [ours, theirs]
    assert stat.S_IMODE(lake.folder().stat().st_mode) == 0o700


def test_an_answer_to_an_archived_decision_is_its_last_word(log: RandomLog) -> None:
    entry = next(e for e in log.decisions if e_month(e) == 8 and log.last_word(e) != "rejected")
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    log.answer(entry, "rejected", NOW - timedelta(days=3))
    rows = {row.id: row.mode for row in _rows(entry.market_id)}
    assert rows[str(entry.id)] == "rejected"
    assert len(_rows(entry.market_id, RowFilter(mode="rejected"))) == sum(
        log.last_word(e) == "rejected" for e in log.decisions if e.market_id == entry.market_id
    )
    refresh_rollups(actor=SYSTEM, now=NOW)
    assert _days() == slow_days(log)
    seal_days(actor=SYSTEM, now=NOW)
    with market_scope(entry.market_id):
        assert verify_market(entry.market_id, NOW).broken is None


def e_month(entry: Entry) -> int:
    return made_between(entry.id)[0].month


def test_archived_days_can_be_counted_again(log: RandomLog) -> None:
    archive_old_months(actor=SYSTEM, now=NOW)
    with every_market():
        DecisionDay.objects.all().delete()
    recount_days(actor=SYSTEM, first_day=FIRST, last_day=LAST, now=NOW)
    assert _days() == slow_days(log)


def test_a_month_with_unsealed_days_stays(lake_dir: Path) -> None:
    RandomLog(1).fill([make_world().market.pk], START, days=20, rows=10)
    refresh_rollups(actor=SYSTEM, now=NOW)
    with pytest.raises(MonthNotSealed):
        archive_old_months(actor=SYSTEM, now=NOW)
    assert AUGUST in months()


@pytest.mark.parametrize("step", ["write", "file_digest", "copy_in", "_drop", "row"])
def test_cut_off_at_any_step_nothing_is_lost_and_the_next_run_finishes(
    log: RandomLog, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    market = _markets(log)[0]
    before = _rows(market)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "_drop":
            real = archive._drop
            patch.setattr(archive, "_drop", lambda month: (real(month), cut()))
        elif step == "row":
            patch.setattr(ArchivedMonth.objects, "create", cut)
        else:
            patch.setattr(lake, step, cut)
        with pytest.raises(KeyboardInterrupt):
            archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    assert AUGUST in months()
    assert not ArchivedMonth.objects.exists()
    assert _rows(market) == before
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    assert _rows(market) == before
    assert damaged_files() == []
    assert [p.name for p in lake.folder().rglob("*") if p.is_file()] == ["2025-08.parquet"] * 2


def test_a_file_that_is_not_what_the_table_holds_drops_nothing(
    log: RandomLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lake.read
    monkeypatch.setattr(
        lake, "read", lambda statement, *a, **k: real(f"{statement} limit 20", *a, **k)
    )
    with pytest.raises(ArchiveDiffers):
        archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    assert AUGUST in months()


def test_a_damaged_or_missing_file_is_named(log: RandomLog) -> None:
    archive_one_month(actor=SYSTEM, month=AUGUST, now=NOW)
    path = lake.folder() / "events/2025-08.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert damaged_files() == ["events/2025-08.parquet"]
    path.unlink()
    assert damaged_files() == ["events/2025-08.parquet"]
