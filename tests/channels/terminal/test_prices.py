"""`jangteo import prices`: a dry run needs nothing but the file; a real one asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jangteo.apps.catalog.models import Offer, PriceImport, StallDesk
from jangteo.channels.terminal.prices import app
from jangteo.platform.tenancy import every_market
from tests.world import NOON, World, make_world

LIST = "품목,단위,가격\n대파,1단,3500\n깐마늘,1kg,8000\n손두부,1모,2500\n고등어,1마리,시세\n감자,1kg,-500\n"
runner = CliRunner()


@pytest.fixture
def prices_file(tmp_path: Path) -> Path:
    path = tmp_path / "가격표 (2).csv"
    path.write_bytes(LIST.encode("cp949"))
    return path


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    return path


def _dry(path: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own with no database within reach."""
    code = (
        "import sys; from jangteo.platform.cli import main; code = main(sys.argv[1:]);"
        " sys.stderr.write(str('django' in sys.modules)); sys.exit(code)"
    )
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("JANGTEO_", "DJANGO_"))},
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "JANGTEO_VAR_DIR": str(tmp_path / "untouched"),
        "JANGTEO_LANGUAGE": "ko",
    }
    return subprocess.run(
        [sys.executable, "-c", code, "import", "prices", str(path), "--dry-run", "--json"],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )


def test_a_dry_run_prints_one_json_object_without_django(prices_file: Path, tmp_path: Path) -> None:
    done = _dry(prices_file, tmp_path)
    assert (done.returncode, done.stderr) == (0, "False")
    assert not (tmp_path / "untouched").exists()
    shown: dict[str, Any] = json.loads(done.stdout)
    assert sorted(shown) == ["accepted", "asked", "file_error", "ignored", "refused"]
    assert shown["file_error"] is None
    assert [(r["row"], r["name"], r["price_krw"]) for r in shown["accepted"]] == [
        (2, "대파", 3500),
        (3, "깐마늘", 8000),
        (4, "손두부", 2500),
    ]
    assert [(r["row"], r["name"], r["proposals"]) for r in shown["asked"]] == [(5, "고등어", [])]
    assert [(r["row"], r["reason"]) for r in shown["refused"]] == [(6, "가격이 0보다 작아요.")]
    assert [(r["row"], r["reason"]) for r in shown["ignored"]] == [(1, "제목 줄이에요.")]


def test_an_unreadable_file_is_still_one_json_object_and_code_4(pdf: Path, tmp_path: Path) -> None:
    done = _dry(pdf, tmp_path)
    assert done.returncode == 4
    shown = json.loads(done.stdout)
    assert "PDF" in shown["file_error"]
    assert (shown["accepted"], shown["asked"], shown["refused"], shown["ignored"]) == (
        [],
        [],
        [],
        [],
    )


def test_usage_is_checked(prices_file: Path) -> None:
    for arguments in (
        ["missing.csv", "--dry-run"],
        [str(prices_file)],
        [str(prices_file), "--json", "--market", "m", "--stall", "s"],
    ):
        assert runner.invoke(app, ["prices", *arguments]).exit_code == 2


@pytest.mark.django_db
class TestSelling:
    @pytest.fixture
    def world(self) -> World:
        world = make_world("bora")
        world.stall("green")
        world.offer("대파", 3000, stall="green", unit="1단")
        with every_market():
            StallDesk.objects.create(
                market=world.market,
                stall=world.stalls["green"],
                default_origin="국산",
                updated_at=NOON,
            )
        return world

    def _run(self, file: Path, *more: str, answers: str = "") -> Any:
        arguments = ["prices", str(file), "--market", "bora", "--stall", "green", *more]
        return runner.invoke(app, arguments, input=answers, env={"JANGTEO_LANGUAGE": "ko"})

    def _shelf(self) -> dict[str, tuple[int, str]]:
        with every_market():
            return {o.name: (o.price_krw, o.tax) for o in Offer.objects.filter(state="on_sale")}

    def test_it_shows_three_piles_asks_the_tax_and_sells(
        self, world: World, prices_file: Path
    ) -> None:
        done = self._run(prices_file, answers="0\ny\n")
        assert done.exit_code == 0, done.output
        assert "== 확실: 3" in done.output
        assert "== 확인해 주세요: 1" in done.output
        assert "== 쓸 수 없음: 1" in done.output
        assert "← 3,000" in done.output
        assert "1\t손두부" in done.output
        assert self._shelf() == {
            "대파": (3500, "exempt"),
            "깐마늘": (8000, "exempt"),
        }
        # tofu waits unseen until its allergens and use-by are said
        assert "준비 중 1" in done.output
        with every_market():
            tofu = Offer.objects.get(name="손두부")
        assert (tofu.price_krw, tofu.tax, tofu.state) == (2500, "taxed", "draft")

    @pytest.mark.parametrize("answers", ["0\nn\n", "9\n", "x\n"])
    def test_nothing_is_sold_without_a_yes(
        self, world: World, prices_file: Path, answers: str
    ) -> None:
        done = self._run(prices_file, answers=answers)
        assert done.exit_code == 1
        assert self._shelf() == {"대파": (3000, "exempt")}

    def test_yes_sells_the_certain_rows_and_leaves_out_unclear_tax(
        self, world: World, prices_file: Path
    ) -> None:
        done = self._run(prices_file, "--yes", "--json")
        assert done.exit_code == 0, done.output
        shown = json.loads(done.stdout)
        del shown["import_id"]
        assert shown == {
            "added": 1,
            "repriced": 1,
            "shown": 0,
            "same": 0,
            "waiting": 1,
            "drafts": 0,
            "sold_out": 0,
            "taken_down": 0,
        }
        assert self._shelf() == {"대파": (3500, "exempt"), "깐마늘": (8000, "exempt")}
        again = json.loads(self._run(prices_file, "--yes", "--json").stdout)
        assert (again["added"], again["repriced"]) == (0, 0)
        with every_market():
            assert PriceImport.objects.count() == 1

    def test_an_unreadable_file_is_code_4(self, world: World, pdf: Path) -> None:
        done = self._run(pdf, "--yes", "--json")
        assert done.exit_code == 4
        assert "PDF" in json.loads(done.stdout)["file_error"]
