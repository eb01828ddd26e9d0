"""The command line answers in a blink, in the person's language, and its exit codes mean something."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from jangteo.platform import cli, registry
from jangteo.platform.checks import PortInUse
from jangteo.platform.errors import JangteoError, NotFound
from jangteo.platform.say import Exit, language
from tests.machine import timed


def _run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jangteo.platform", *arguments]
    whole = {"PATH": "/usr/bin:/bin", **env}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=whole)


def test_help_imports_no_command_and_no_django() -> None:
    code = (
        "import sys; from jangteo.platform import cli; cli.main(['--help']);"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'pydantic', 'psycopg', 'rich')"
        " or '.commands.' in m or 'channels' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_is_quick() -> None:
    _run("--help")
    taken = []
    for _ in range(3):
        with timed() as took:
            _run("--help")
        taken.append(took)
    assert any(took.within(0, 0.3) for took in taken), taken


def test_help_teaches_in_both_languages() -> None:
    korean, english = _run("--help").stdout, _run("--help", LANG="en_US.UTF-8").stdout
    for name, entry in registry.COMMANDS.items():
        assert f"jangteo {name}" in korean or f"  {name} " in korean
        assert entry.ko in korean
        assert entry.en in english
    assert "끝날 때의 숫자" in korean
    assert "Exit codes" in english


def test_wrong_usage_is_two() -> None:
    assert _run("no-such-command").returncode == Exit.USAGE
    assert _run("up", "--port", "seven").returncode == Exit.USAGE
    assert _run("backup").returncode == Exit.USAGE


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (NotFound(), Exit.REFUSED),
        (PortInUse(port=8000, other=8080), Exit.NOT_READY),
        (ValueError("odd"), Exit.REFUSED),
    ],
)
def test_an_error_is_one_line(
    problem: Exception,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Failing:
        def main(self, **_: object) -> None:
            raise problem

    monkeypatch.setattr(cli, "get_command", lambda _: Failing())
    monkeypatch.setenv("JANGTEO_LANGUAGE", "ko")
    assert cli.main([]) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    if isinstance(problem, JangteoError):
        assert problem.message("ko") in said
    else:
        assert "odd" in said


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def main(self, **_: object) -> None:
            raise NotFound

    monkeypatch.setattr(cli, "get_command", lambda _: Failing())
    monkeypatch.setenv("JANGTEO_CLI_DEBUG", "1")
    with pytest.raises(NotFound):
        cli.main([])


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, "ko"),
        ({"LANG": "C.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "JANGTEO_LANGUAGE": "ko"}, "ko"),
    ],
)
def test_language(env: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JANGTEO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_every_registered_command_exists_and_has_help() -> None:
    for name, entry in registry.COMMANDS.items():
        assert find_spec(entry.module) is not None, entry.module
        done = _run(name, "--help", PYTHONPATH=str(Path(__file__).parents[2] / "src"))
        assert done.returncode == 0, done.stderr


def test_every_first_start_step_exists() -> None:
    for path in (*registry.FIRST_START_STEPS, registry.SAMPLE_PEOPLE):
        assert registry.load(path) is not None, path


def test_a_missing_module_is_tolerated_but_a_broken_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "jt_broken.py").write_text("import jt_no_such_module_at_all\n")
    assert registry.load("jangteo.no_such_room:function") is None
    with pytest.raises(ModuleNotFoundError):
        registry.load("jt_broken:function")
