"""Where it is measured: a data folder and an embedded PostgreSQL of its own, free ports, servers that end with it."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import psycopg
from psycopg import sql

from jangteo.platform import checks, postgres, up
from jangteo.platform.config import PROJECT_ROOT, Config
from jangteo.platform.errors import JangteoError

HOST = "127.0.0.1"
PORTS = range(19100, 19999)
READY_SECONDS = 90.0
STOP_SECONDS = 15.0


class CannotMeasure(Exception):
    """Something the benchmark needs is absent; the message says what and the remedy."""


def say(text: str) -> None:
    """Progress, for the person who waits."""
    print("· " + text, file=sys.stderr, flush=True)


def folder_of(name: str) -> Path:
    """A data folder that only benchmarks use. As root not below a home folder, as the product does it."""
    default = Config.model_fields["var_dir"].get_default(call_default_factory=True)
    if os.geteuid() == 0:
        return Path(default).parent / f"bench-{name}-{Path(default).name}"
    return PROJECT_ROOT / "var" / f"bench-{name}"


def free_port(taken: set[int] | None = None) -> int:
    """A port nobody listens on, with the next one free as well (the live process takes it)."""
    for port in PORTS:
        if port in (taken or set()):
            continue
        with suppress(OSError), socket.socket() as one, socket.socket() as two:
            one.bind((HOST, port))
            two.bind((HOST, port + 1))
            return port
    raise CannotMeasure(f"no free port between {PORTS.start} and {PORTS.stop}")


@dataclass
class Server:
    """A server in a session of its own."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    port: int
    #: answers 200 when the server is ready
    ready_path: str
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    #: from the start of the command to the first good answer
    opened_in_s: float = 0.0

    def start(self, seconds: float = READY_SECONDS) -> None:
        handle, name = tempfile.mkstemp(prefix="bench-", suffix=".log")
        self.log = Path(name)
        started = time.perf_counter()
        self.process = subprocess.Popen(
            list(self.command),
            cwd=PROJECT_ROOT,
            env=dict(self.env),
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(handle)
        url = f"http://{HOST}:{self.port}{self.ready_path}"
        status = "no answer"
        while time.perf_counter() - started < seconds:
            if self.process.poll() is not None:
                break
            try:
                answer = httpx.get(url, timeout=10, follow_redirects=True)
                status = str(answer.status_code)
                if answer.status_code == 200:
                    self.opened_in_s = time.perf_counter() - started
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.02)
        said = self.log.read_text(errors="replace")[-3000:]
        self.stop()
        raise CannotMeasure(f"{self.name} did not open at {url} ({status}). It said:\n{said}")

    def stop(self) -> None:
        """The polite signal, then its whole session."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
        if self.log is not None:
            self.log.unlink(missing_ok=True)

    def cpu_seconds(self) -> float:
        return tree_cpu_seconds(self.process.pid) if self.process else 0.0


def tree_cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and everything below it, ended children included."""
    total = 0.0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def _machine_cpu_seconds() -> float:
    """CPU seconds of everything on this machine since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.system)


@dataclass
class Stage:
    """The data folder, its database server, the servers under way."""

    var_dir: Path
    servers: list[Server] = field(default_factory=list)

    @property
    def settings(self) -> Config:
        return Config(var_dir=self.var_dir, DATABASE_URL="")

    @property
    def env(self) -> dict[str, str]:
        """What every process inherits: nothing that another installation's environment says."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("JANGTEO_", "PYTEST_"))
            and key not in ("DATABASE_URL", "PROMETHEUS_MULTIPROC_DIR")
        }
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {
            "JANGTEO_VAR_DIR": str(self.var_dir),
            "JANGTEO_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "jangteo.platform.settings",
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        }

    def open_database(self) -> None:
        """Start the embedded PostgreSQL and hold it open until this process ends."""
        try:
            postgres.ensure_running(self.settings)
        except JangteoError as problem:
            raise CannotMeasure(problem.message("en")) from problem

    def close_database(self) -> None:
        postgres.stop(self.settings)

    @property
    def socket_dir(self) -> Path:
        folder = postgres.socket_dir(self.settings.database_dir)
        if folder is None:
            raise CannotMeasure("the embedded database does not run")
        return folder

    def url(self, database: str) -> str:
        return f"postgresql://{postgres.ROLE}@/{database}?host={quote(str(self.socket_dir))}"

    def connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """As the application's plain role."""
        return psycopg.connect(
            host=str(self.socket_dir), user=postgres.ROLE, dbname=database, autocommit=True
        )

    def new_database(self, database: str) -> None:
        name = sql.Identifier(database)
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
            connection.execute(sql.SQL("create database {}").format(name))

    def database_cpu_seconds(self) -> float:
        """Of the whole database server."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.settings.database_dir / "postmaster.pid").read_text().splitlines()[0])
            return tree_cpu_seconds(pid)
        return 0.0

    def serve(self, server: Server) -> Server:
        server.start()
        self.servers.append(server)
        return server

    def end(self, server: Server) -> None:
        server.stop()
        self.servers.remove(server)

    def web(self, database: str, *, processes: int = 1, ready_path: str = "/health/live") -> Server:
        """Only the web part of `jangteo up`, with exactly its command, on another database."""
        port = free_port({server.port for server in self.servers})
        settings = Config(var_dir=self.var_dir, port=port, web_processes=processes)
        env = self.env | {
            "DATABASE_URL": self.url(database),
            "JANGTEO_PORT": str(port),
            # the counters of `jangteo up`, one folder for each server
            "PROMETHEUS_MULTIPROC_DIR": tempfile.mkdtemp(prefix="bench-metrics-"),
        }
        command = next(c.command for c in up.children(settings, env) if c.name == "web")
        return self.serve(Server("Jangteo", command, env, port, ready_path))

    def market_open(
        self, *, processes: int = 1, make: bool = False, seconds: float = READY_SECONDS
    ) -> Server:
        """The whole of `jangteo up` (through ``make`` or directly): web, live updates, background work."""
        port = free_port({server.port for server in self.servers})
        env = self.env | {"JANGTEO_WEB_PROCESSES": str(processes)}
        jangteo = str(Path(sys.executable).parent / "jangteo")
        command = (
            ["make", "-s", "up", f"ARGS=--port {port}"]
            if make
            else [jangteo, "up", "--port", str(port)]
        )
        server = Server("jangteo up", command, env, port, "/")
        server.start(seconds)
        self.servers.append(server)
        return server


def end_leftover(var_dir: Path) -> None:
    """End the database of a benchmark that was killed here: the caller holds the folder's lock, so nobody uses it."""
    folder = Config(var_dir=var_dir, DATABASE_URL="").database_dir
    for process in psutil.process_iter(["name", "cmdline"]):
        command = process.info["cmdline"] or []
        if process.info["name"] != "postgres" or str(folder.resolve()) not in command:
            continue
        with suppress(psutil.Error):
            # PostgreSQL's "fast shutdown"
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)


@contextmanager
def stage(name: str) -> Iterator[Stage]:
    """An empty stage; everything it started ends with it and its folder is removed."""
    try:
        checks.check_browser_files()
    except JangteoError as problem:
        raise CannotMeasure(problem.message("en")) from problem
    var_dir = folder_of(name)
    var_dir.parent.mkdir(parents=True, exist_ok=True)
    with (var_dir.parent / f"{var_dir.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise CannotMeasure(
                "another benchmark is running here; wait until it ends"
            ) from problem
        end_leftover(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)
        var_dir.mkdir()
        made = Stage(var_dir=var_dir)
        # a polite end of the process takes the servers along
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        try:
            yield made
        finally:
            for server in list(made.servers):
                made.end(server)
            made.close_database()
            signal.signal(signal.SIGTERM, before)
            shutil.rmtree(var_dir, ignore_errors=True)
            Path(lock.name).unlink(missing_ok=True)


@dataclass(frozen=True, kw_only=True)
class Load:
    """One measurement: what the generator saw, and the CPU of server and database in cores."""

    per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    answers: int
    failures: int
    kib: float
    generator_cpu: float
    late_p99_ms: float
    server_cpu: float
    database_cpu: float
    #: cores that programs outside this benchmark kept busy meanwhile
    other_cpu: float
    statuses: Mapping[str, int]

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of server and database for one request: what a busy machine hardly changes."""
        return (self.server_cpu + self.database_cpu) * 1000 / self.per_s


def raw(
    method: str,
    path: str,
    port: int,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """A request as a phone's browser would send it, kept alive, compressed answers welcome."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {HOST}:{port}",
        "Accept-Encoding: gzip, deflate, br",
        "User-Agent: bench",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def load(
    made: Stage,
    server: Server,
    requests: Sequence[bytes],
    *,
    seconds: float,
    connections: int = 8,
    rate: float = 0.0,
    once: bool = False,
    good: Sequence[int] = (200,),
    warmup_s: float = 0.5,
) -> Load:
    """Run the generator in its own process. Any failed answer ends the benchmark: a wrong figure is none."""
    plan = {
        "host": HOST,
        "port": server.port,
        "mode": "open" if rate else "closed",
        "requests": [base64.b64encode(request).decode() for request in requests],
        "good": list(good),
        "seconds": seconds,
        "warmup_s": warmup_s,
        "connections": connections,
        "rate": rate,
        "once": once,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan, file)
        file.flush()
        before = server.cpu_seconds(), made.database_cpu_seconds(), _machine_cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.web.load", file.name],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=seconds + warmup_s + 120,
            check=False,
        )
        after = server.cpu_seconds(), made.database_cpu_seconds(), _machine_cpu_seconds()
    if done.returncode != 0:
        raise CannotMeasure(f"the load generator failed:\n{done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    wall = said["wall_s"]
    ours = (after[0] - before[0]) + (after[1] - before[1]) + said["generator_cpu"] * wall
    result = Load(
        **{name: said[name] for name in Load.__dataclass_fields__ if name in said},
        server_cpu=(after[0] - before[0]) / wall,
        database_cpu=(after[1] - before[1]) / wall,
        other_cpu=max(0.0, after[2] - before[2] - ours) / wall,
    )
    if result.failures or not result.answers:
        first = requests[0].split(b"\r\n", 1)[0].decode()
        raise CannotMeasure(f"{server.name}: {first}: answers by status: {dict(result.statuses)}")
    return result
