"""`jangteo kpi list|compute|export`: the figures of the pages on the terminal, and the file they can be checked with."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jangteo.apps.programme.indicators.export import export_path
from jangteo.apps.programme.models import IndicatorResult
from jangteo.platform import lake
from jangteo.platform.cli import main
from tests.apps.decisions.logs import RandomLog
from tests.world import make_world

pytestmark = pytest.mark.django_db
PERIOD = ["--from", "2026-10-01", "--to", "2026-10-28"]
COMPUTE = ["kpi", "compute", "ai-utilisation", *PERIOD]


@pytest.fixture(autouse=True)
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two stalls in business, one worked with AI on four days."""
    monkeypatch.setattr(lake, "folder", lambda: tmp_path / "lake")
    world = make_world("amsa")
    world.stall("four")
    world.stall("none")
    log = RandomLog(5)
    for day in range(4):
        log.decide(
            world.market.pk,
            datetime(2026, 10, 5, 3, tzinfo=UTC) + timedelta(days=day),
            stall_id=world.stalls["four"].pk,
            mode="auto",
            shown_stalls=[],
            subject=None,
        )
    return "amsa"


def test_a_result_is_computed_kept_and_listed(
    market: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kpi", "list"]) == 0
    before = capsys.readouterr().out
    assert "ai-utilisation  v1" in before
    assert "결과 없음" in next(x for x in before.splitlines() if x.startswith("ai-utilisation"))
    assert "아직 잴 수 없음" in before
    assert main([*COMPUTE, "--market", market]) == 0
    kept = IndicatorResult.objects.get()
    assert capsys.readouterr().out == (
        f"#{kept.pk}  v1  1/2  0.500000\nsha256 {kept.export_digest}\n"
    )
    # the same for all markets together
    assert main(COMPUTE) == 0
    assert "1/2  0.500000" in capsys.readouterr().out
    assert main(["kpi", "list"]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("ai-utilisation"))
    newest = IndicatorResult.objects.latest("pk")
    assert line.endswith(f"0.500000  1/2  2026-10-01..2026-10-28  #{newest.pk}")


def test_an_export_is_the_kept_file_and_verifies(
    market: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    main([*COMPUTE, "--market", market])
    kept = IndicatorResult.objects.get()
    target = tmp_path / "ai.zip"
    assert main(["kpi", "export", str(kept.pk), "--to", str(target)]) == 0
    assert target.read_bytes() == export_path(kept.export_digest).read_bytes()
    assert lake.file_digest(target) == kept.export_digest
    capsysbinary.readouterr()
    assert main(["kpi", "verify", str(target)]) == 0
    result = json.loads(capsysbinary.readouterr().out)
    assert (result["numerator"], result["denominator"]) == (1, 2)


def test_an_export_never_replaces_a_file_and_says_what_is_missing(
    market: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*COMPUTE, "--market", market])
    kept = IndicatorResult.objects.get()
    mine = tmp_path / "mine.zip"
    mine.write_bytes(b"mine")
    assert main(["kpi", "export", str(kept.pk), "--to", str(mine)]) == 1
    assert mine.read_bytes() == b"mine"
    assert "이미 있어요" in capsys.readouterr().err
    export_path(kept.export_digest).unlink()
    assert main(["kpi", "export", str(kept.pk), "--to", str(tmp_path / "new.zip")]) == 1
    assert "백업에서 되살리세요" in capsys.readouterr().err
    assert not (tmp_path / "new.zip").exists()
    assert main(["kpi", "export", "999999", "--to", str(tmp_path / "new.zip")]) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["compute", "ai-utilisation", "--from", "10월 1일", "--to", "2026-10-28"], 2),
        (["compute", "ai-utilisation", "--from", "2026-10-28", "--to", "2026-10-01"], 1),
        (["compute", "no-such-indicator", *PERIOD], 1),
        (["compute", "ai-utilisation", *PERIOD, "--market", "nowhere"], 1),
        (["compute", "ai-utilisation", "--from", "2026-10-01"], 2),
    ],
)
def test_bad_input_is_refused_and_nothing_is_kept(
    market: str, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kpi", *arguments]) == code
    assert capsys.readouterr().err.strip() != ""
    assert not IndicatorResult.objects.exists()
