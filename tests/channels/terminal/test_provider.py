"""`jangteo provider check`: a vendor checks its own service, without a market."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jangteo.platform.cli import main
from jangteo.platform.config import PROJECT_ROOT
from tests.vendor_service import KEY, SECRET, serving


def test_a_good_service_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as (url, _):
        assert main(["provider", "check", url, "--secret", SECRET, "--capability", KEY]) == 0
        told = capsys.readouterr().out
        assert main(["provider", "check", url, "--secret", SECRET]) == 0
        # without a choice: everything it says it decides
        everything = capsys.readouterr().out
    assert "13가지를 모두 지켜요: test-row" in told
    assert "실패" not in told
    assert "shelf-order" in everything.splitlines()[-1]


def test_a_bad_service_ends_with_one_and_says_what(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JANGTEO_LANGUAGE", "en")
    with serving("sold-out") as (url, _):
        assert main(["provider", "check", url, "--secret", SECRET, "--capability", KEY]) == 1
        told = capsys.readouterr().out
        assert "FAIL  Making a row: gives usable proposals" in told
        assert "made-up request 1: the proposal cannot be used (not-on-sale)" in told
        assert main(["provider", "check", url, "--secret", SECRET, "--capability", KEY, "--json"])
        found = json.loads(capsys.readouterr().out)
    assert found["passed"] is False
    assert [step["key"] for step in found["steps"] if not step["passed"]] == [f"proposals:{KEY}"]


def test_a_service_without_a_known_capability_has_nothing_to_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["provider", "check", "http://127.0.0.1:9", "--secret", SECRET]) == 1
    assert "검사할 기능이 없어요" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["https://10.0.0.5", "--secret", "s"], "안쪽 네트워크의 주소예요"),
        (["http://192.168.0.2", "--secret", "s"], "https가 아니에요"),
        (["http://127.0.0.1:9", "--secret", " "], "--secret"),
        (
            ["http://127.0.0.1:9", "--secret", "s", "--capability", "none"],
            "none라는 기능이 없어요",
        ),
    ],
)
def test_what_cannot_be_checked_is_said(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["provider", "check", *arguments]) == 1
    printed = capsys.readouterr()
    assert says in printed.out + printed.err


def test_it_needs_no_database(tmp_path: Path) -> None:
    """A process of its own, with an empty data folder and a database address that leads nowhere."""
    with serving() as (url, _):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "jangteo.platform", "provider", "check", url),
                *("--secret", SECRET, "--capability", "shelf-order"),
            ],
            env={
                "PATH": os.environ["PATH"],
                "JANGTEO_VAR_DIR": str(tmp_path),
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
                "JANGTEO_LANGUAGE": "en",
            },
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All 13 passed: shelf-order" in done.stdout


def test_the_example_runs_as_its_documentation_says(tmp_path: Path) -> None:
    example = PROJECT_ROOT / "examples" / "vendor" / "vendor.py"
    with subprocess.Popen(
        [sys.executable, str(example), "--port", "0", "--secret", "s"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            url = next(word for word in line.split() if word.startswith("http://"))
            assert main(["provider", "check", url, "--secret", "s"]) == 0
        finally:
            process.terminate()
