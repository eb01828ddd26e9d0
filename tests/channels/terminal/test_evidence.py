"""`jangteo evidence`: count, seal, archive and verify on the terminal, with the exit codes scripts rely on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jangteo.apps.decisions.models import ArchivedMonth, DaySeal, DecisionDay
from jangteo.platform import lake
from jangteo.platform.cli import main
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.decisions.logs import RandomLog
from tests.world import make_world

pytestmark = pytest.mark.django_db
#: long enough ago for the archive, whenever the tests run
START = datetime(2025, 7, 29, 3, tzinfo=UTC)


@pytest.fixture
def lake_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lake, "folder", lambda: tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture
def market(lake_dir: Path) -> int:
    """Ten decisions in July and August 2025 of one market, one of another; nothing counted or sealed yet."""
    ours, theirs = make_world("amsa").market.pk, make_world("suyu").market.pk
    log = RandomLog(3)
    for day in range(10):
        log.decide(ours, START + timedelta(days=day), provider="built-in")
    log.decide(theirs, START)
    return ours


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["evidence", *arguments])
    return code, capsys.readouterr().out


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code, said = _told(capsys, "verify", "--json", *arguments)
    return code, json.loads(said)


def _tamper(market: int, statement: str) -> None:
    """As somebody with the database's keys would."""
    with market_scope(market), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table decisions_decision disable trigger jangteo_append_only")
        cursor.execute(statement)
        assert cursor.rowcount == 1
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table decisions_decision enable trigger jangteo_append_only")


def test_days_are_counted_sealed_and_fit(market: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, "count") == (0, "11일을 셌어요.\n")
    with every_market():
        assert DecisionDay.objects.filter(market_id=market).count() == 10
    code, said = _told(capsys, "seal")
    with every_market():
        seals = DaySeal.objects.count()
    assert (code, said) == (0, f"{seals:,}번 봉인했어요.\n")
    code, said = _told(capsys, "verify")
    assert code == 0
    assert said.count("모두 맞아요.") == 2
    code, found = _json(capsys, "--market", "amsa")
    assert (code, found["right"], found["damaged_files"]) == (0, True, [])
    assert list(found["markets"]) == ["amsa"]
    with market_scope(market):
        last = DaySeal.objects.order_by("-day")[0]
    assert found["markets"]["amsa"] == {
        "sealed_days": _seals(market),
        "rows": 10,
        "head_day": str(last.day),
        "head_chain": last.chain,
        "broken_day": None,
        "why": None,
    }


def _seals(market: int) -> int:
    with market_scope(market):
        return DaySeal.objects.count()


def test_a_changed_row_is_named_by_its_day_and_ends_with_one(
    market: int, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["evidence", "count"])
    main(["evidence", "seal"])
    _tamper(
        market,
        "update decisions_decision set reason_ko = '다른 까닭' where at = '2025-08-02 03:00+00'",
    )
    code, said = _told(capsys, "verify")
    assert code == 1
    assert "amsa: 처음 어긋난 날 2025-08-02: 봉인한 뒤에 기록이 바뀌었거나" in said
    assert "suyu: 모두 맞아요." in said
    code, found = _json(capsys)
    assert (code, found["right"]) == (1, False)
    assert found["markets"]["amsa"]["broken_day"] == "2025-08-02"
    assert found["markets"]["amsa"]["why"] == "rows"
    assert _told(capsys, "verify", "--market", "suyu")[0] == 0


def test_wrong_figures_are_named_and_counting_all_again_mends_them(
    market: int, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["evidence", "count"])
    main(["evidence", "seal"])
    with market_scope(market):
        DecisionDay.objects.filter(day="2025-07-30").update(cost_mkrw=99_999)
    code, said = _told(capsys, "verify")
    assert code == 1
    assert "2025-07-30" in said
    assert "jangteo evidence count --all" in said
    assert _told(capsys, "count", "--all")[0] == 0
    assert _told(capsys, "verify")[0] == 0


def test_old_months_move_and_a_damaged_file_is_named(
    market: int, lake_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["evidence", "count"])
    # not sealed yet: refused, nothing moved
    capsys.readouterr()
    assert main(["evidence", "archive"]) == 1
    assert "jangteo evidence seal" in capsys.readouterr().err
    assert not ArchivedMonth.objects.exists()
    main(["evidence", "seal"])
    code, said = _told(capsys, "archive")
    assert (code, said) == (0, "2025-07: 4 + 0\n2025-08: 7 + 0\n")
    assert _told(capsys, "archive") == (0, "")
    assert _told(capsys, "verify")[0] == 0
    path = lake_dir / "decisions/2025-08.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    code, said = _told(capsys, "verify")
    assert (code, said) == (1, "decisions/2025-08.parquet: 보관 파일이 없거나 바뀌었어요\n")
    code, found = _json(capsys)
    assert (code, found["damaged_files"]) == (1, ["decisions/2025-08.parquet"])


def test_an_unknown_market_is_refused(market: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "verify", "--market", "nowhere"]) == 1
    assert capsys.readouterr().out == ""
