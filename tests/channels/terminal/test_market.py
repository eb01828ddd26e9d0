"""`jangteo market`: find, open, load."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from jangteo.apps.markets.models import Market, RegisterEntry
from jangteo.channels.terminal.market import app
from jangteo.platform.config import config
from jangteo.platform.errors import NotFound

pytestmark = pytest.mark.django_db
runner = CliRunner(env={"JANGTEO_LANGUAGE": "ko"})


@pytest.fixture(autouse=True)
def _no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config(), "data_dir", tmp_path)


def test_list_loads_the_sample_when_the_register_is_empty_and_finds() -> None:
    done = runner.invoke(app, ["list", "정선"])
    assert done.exit_code == 0, done.output
    code = RegisterEntry.objects.get(name="솔고개장").code
    assert done.stdout == f"{code}\t솔고개장\t2일+7일\t강원특별자치도 정선군 견본읍 장터길 3\n"
    assert runner.invoke(app, ["list", "없는 곳"]).stdout == ""


def test_open_by_code_twice_is_one_market() -> None:
    runner.invoke(app, ["load"])
    code = RegisterEntry.objects.get(name="햇살시장").code
    first = runner.invoke(app, ["open", code])
    assert "햇살시장을 열었어요" in first.stdout
    assert first.stdout.rstrip().endswith("/m/haetsal")
    again = runner.invoke(app, ["open", code])
    assert "이미 열려 있어요" in again.stdout
    assert Market.objects.count() == 1
    assert runner.invoke(app, ["list", "--open"]).stdout.startswith("/m/haetsal\t햇살시장\t")
    assert "\t/m/haetsal\n" in runner.invoke(app, ["list", "햇살"]).stdout


def test_load_says_what_came_in_and_what_was_not_understood() -> None:
    done = runner.invoke(app, ["load"])
    lines = done.stdout.splitlines()
    assert lines[0] == "sample_register.csv: 시장 5곳(좌표 4, 시장코드 0), 새로 5, 빠짐 0"
    assert lines[1].startswith("  6: 돌담민속장: opening days not understood")
    assert len(lines) == 2


def test_an_unknown_code_is_an_error_of_its_own() -> None:
    done = runner.invoke(app, ["open", "nothing"])
    assert isinstance(done.exception, NotFound)
