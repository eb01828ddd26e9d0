"""`jangteo up` as a person uses it: it opens, heals, says what is wrong in a line, and closes without a trace."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from jangteo.platform import checks, postgres, up
from jangteo.platform.config import Config
from jangteo.platform.supervisor import Child, Supervisor
from tests.machine import timed

BASE = Path("/var/lib/jangteo") if os.geteuid() == 0 else Path.home() / ".cache" / "jangteo"


def _free_port() -> int:
    """A port whose neighbour is free too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


class Market:
    """One data folder and the `jangteo up` of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.log = folder.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None
        self.env = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("JANGTEO_", "DJANGO_")) and key != "PYTHONDONTWRITEBYTECODE"
        } | {
            "JANGTEO_VAR_DIR": str(folder),
            "JANGTEO_PORT": str(self.port),
            "JANGTEO_LANGUAGE": "en",
            "JANGTEO_LOG_LEVEL": "ERROR",
            # drawing the sample takes half a minute and has tests of its own
            "JANGTEO_SAMPLE_MARKET": "false",
        }

    def start(self) -> float:
        """Open it; seconds until it said so."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jangteo.platform", "up"],
                env=self.env,
                stderr=log,
                stdout=log,
            )
        _wait(lambda: "The market is open" in self.said() or self.process_ended(), 60, self.said)
        assert "The market is open" in self.said(), self.said()
        return time.monotonic() - started

    def process_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def children(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        assert self.process is not None
        direct = psutil.Process(self.process.pid).children()
        return next(p for p in direct if _alive(p) and any(word in part for part in p.cmdline()))

    def stop(self, how: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(15)

    def get(self, path: str) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as problem:
            return problem.code

    def database_runs(self) -> bool:
        return postgres.socket_dir(self.folder / "postgres") is not None


def _wait(until: Callable[[], bool], seconds: float, why: Callable[[], str] = str) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, why()
        time.sleep(0.05)


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    folder = BASE / f"up-test-{os.getpid()}"
    folder.mkdir(parents=True)
    market = Market(folder)
    yield market
    if market.process is not None and market.process.poll() is None:
        market.stop()
    shutil.rmtree(folder, ignore_errors=True)
    market.log.unlink(missing_ok=True)


@pytest.mark.slow
def test_it_opens_serves_restarts_what_crashed_and_closes_within_ten_seconds(
    market: Market,
) -> None:
    market.start()
    assert market.get("/health/live") == 200
    _wait(lambda: market.get("/health/ready") == 200, 15)

    second = subprocess.run(
        [sys.executable, "-m", "jangteo.platform", "up"],
        env=market.env,
        capture_output=True,
        text=True,
    )
    assert second.returncode == 3
    assert second.stderr.count("\n") == 1
    assert "already open" in second.stderr

    for name in ("granian", "jangteo.platform.worker", "jangteo.channels.live"):
        market.child(name).kill()
    _wait(lambda: market.said().count("starting it again") == 3, 10, market.said)
    _wait(lambda: _serves(market), 20, market.said)

    left = market.children()
    with timed() as took:
        assert market.stop(signal.SIGINT) == 0
    assert took.within(0, 10), took
    _wait(lambda: not any(_alive(process) for process in left), 1)
    assert not market.database_runs()
    assert "Traceback" not in market.said()


def _serves(market: Market) -> bool:
    try:
        return market.get("/health/ready") == 200
    except OSError:
        return False


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_killed_at_once_it_leaves_nothing_serving_and_starts_again(market: Market) -> None:
    market.start()
    left = market.children()
    assert market.process is not None
    market.process.kill()
    market.process.wait()
    _wait(lambda: not any(_alive(process) for process in left), 10)
    with timed() as took:
        market.start()
    assert took.within(0, 15), took
    assert market.stop() == 0
    assert not market.database_runs()


@pytest.mark.slow
def test_a_second_start_makes_nothing_again(market: Market) -> None:
    market.start()
    market.stop()
    market.start()
    said = market.said()
    market.stop()
    assert "making the database" not in said
    assert "database changes" not in said


def test_a_used_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        with pytest.raises(checks.PortInUse) as refused:
            checks.check_port("127.0.0.1", port)
    assert str(port) in refused.value.message("ko")
    assert "--port" in refused.value.message("en")
    checks.check_port("127.0.0.1", port)
    with pytest.raises(checks.PortNotAllowed):
        checks.check_port("203.0.113.7", port)


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Config(var_dir=tmp_path / "not" / "yet")
    monkeypatch.setattr(checks, "MINIMUM_FREE_MB", 10**9)
    with pytest.raises(checks.DiskFull):
        checks.check_disk(settings)


def test_missing_browser_files(tmp_path: Path) -> None:
    with pytest.raises(checks.BrowserFilesMissing):
        checks.check_browser_files(tmp_path / "manifest.json")


def test_a_data_folder_of_another_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Config(var_dir=tmp_path, DATABASE_URL="")
    settings.database_dir.mkdir()
    monkeypatch.setattr(checks, "server_user", lambda: None)
    version = settings.database_dir / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(checks.OtherDatabaseVersion) as refused:
        checks.check_data_folder(settings)
    assert "15" in refused.value.message("ko")
    version.write_text(f"{postgres.binary_major()}\n")
    checks.check_data_folder(settings)


def test_a_data_folder_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Config(var_dir=tmp_path, DATABASE_URL="")
    settings.database_dir.mkdir()
    (settings.database_dir / "PG_VERSION").write_text("18\n")
    monkeypatch.setattr(checks, "server_user", lambda: "nobody")
    with pytest.raises(checks.FolderOfAnother) as refused:
        checks.check_data_folder(settings)
    assert "chown -R nobody" in refused.value.message("en")


def test_the_pid_file_of_a_dead_server_is_removed(tmp_path: Path) -> None:
    """After a restart of the machine its number may belong to any other program, here to this test."""
    lines = [str(os.getpid()), str(tmp_path), "1", "5432", str(tmp_path), "", "1 2", "ready"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (tmp_path / ".s.PGSQL.5432.lock").write_text("1")
    (tmp_path / ".handle_pids.json").write_text(json.dumps([2**22 + 1, os.getpid()]))
    assert postgres.mend_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".handle_pids.json"]
    assert json.loads((tmp_path / ".handle_pids.json").read_text()) == [os.getpid()]
    assert not postgres.mend_leftovers(tmp_path)


def test_one_instance_for_one_folder(tmp_path: Path) -> None:
    settings = Config(var_dir=tmp_path, port=18555)
    with (tmp_path / "up.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write('{"pid": 77, "port": 18555}')
        other.flush()
        with pytest.raises(up.AlreadyUp) as refused, up.single_instance(settings):
            pass
    assert "77" in refused.value.message("ko")
    with up.single_instance(settings):
        assert json.loads((tmp_path / "up.lock").read_text())["pid"] == os.getpid()


def test_an_essential_child_that_cannot_start_ends_all() -> None:
    said: list[str] = []
    child = Child(
        name="web",
        command=[sys.executable, "-c", "raise SystemExit(7)"],
        env=os.environ,
        essential=True,
    )
    supervisor = Supervisor([child], said.append)
    supervisor.start()
    assert supervisor.wait_until(lambda: False, 10) == 3
    supervisor.stop()
    assert len(said) == 1
    assert "7" in said[0]


def test_a_child_that_ignores_the_signal_is_killed_with_its_own_children() -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"
    )
    child = Child(name="web", command=[sys.executable, "-c", stubborn], env=os.environ)
    supervisor = Supervisor([child], lambda _: None)
    supervisor.start()
    assert child.pid is not None
    process = psutil.Process(child.pid)
    _wait(lambda: len(process.children()) == 1, 10)
    family = [process, *process.children()]
    supervisor.stop(seconds=0.3)
    _wait(lambda: not any(_alive(member) for member in family), 2)
