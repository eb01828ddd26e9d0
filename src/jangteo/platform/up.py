"""`jangteo up`: check, start the database, migrate, prepare a first start, then keep the processes running."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import psutil

from jangteo.platform import checks, postgres, registry
from jangteo.platform.config import Config, config
from jangteo.platform.say import say
from jangteo.platform.supervisor import Child, Report, Supervisor

#: from the start of the processes to the first answered request
OPEN_SECONDS = 60.0
#: a page's request that takes longer than this is not coming back; granian then ends the worker
WEB_STOP_SECONDS = 4


class AlreadyUp(checks.NotReady):
    """This market is already open (process {pid}, port {port}). Stop it first, or use another JANGTEO_VAR_DIR."""

    ko = "이 장터는 이미 열려 있어요(프로세스 {pid}, 포트 {port}). 먼저 끄거나 JANGTEO_VAR_DIR를 달리 하세요."


class WebBroken(checks.NotReady):
    """The web process starts but answers with an error ({status}); the log above has the reason."""

    ko = "웹이 시작하지만 오류({status})로 답해요. 위의 로그에 까닭이 있어요."


def run(*, report: Report, started_at: float | None = None) -> int:
    """Open the market as configured and keep it open until a signal; returns the exit code.

    Raises `NotReady` and `DatabaseUnavailable` with the remedy before anything is served.
    """
    started_at = started_at or time.monotonic()
    settings = config()
    checks.check_data_folder(settings)
    checks.check_disk(settings)
    checks.check_browser_files()
    with single_instance(settings):
        checks.check_port(settings.host, settings.port)
        checks.check_port(settings.host, settings.effective_live_port)
        try:
            _prepare(settings, report)
            return _serve(settings, report, started_at)
        finally:
            postgres.stop(settings)


@contextmanager
def single_instance(settings: Config) -> Iterator[None]:
    """Hold the data folder's lock; raise `AlreadyUp` when another `jangteo up` holds it."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    path = settings.var_dir / "up.lock"
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise AlreadyUp(**_holder(handle)) from problem
        handle.truncate(0)
        handle.write(json.dumps({"pid": os.getpid(), "port": settings.port}))
        handle.flush()
        yield


def _holder(handle: IO[str]) -> dict[str, object]:
    handle.seek(0)
    try:
        held = json.loads(handle.read())
        return {"pid": held["pid"], "port": held["port"]}
    except (ValueError, KeyError):
        return {"pid": "?", "port": "?"}


def _prepare(settings: Config, report: Report) -> None:
    if postgres.embedded_needed(settings):
        if not (settings.database_dir / "PG_VERSION").exists():
            report(say("데이터베이스를 만들어요 ...", "making the database ..."))
        if postgres.mend_leftovers(settings.database_dir):
            report(
                say(
                    "지난번에 갑자기 꺼졌네요. 데이터베이스를 되살려요 ...",
                    "it was killed last time; the database recovers ...",
                )
            )
    from jangteo.platform.boot import django_ready  # noqa: PLC0415 - the checks come first

    django_ready()
    from django.db import connections  # noqa: PLC0415

    from jangteo.platform.migrating import migrate  # noqa: PLC0415

    applied = migrate()
    if applied:
        report(
            say(
                f"데이터베이스 변경 {applied}개를 적용했어요.",
                f"{applied} database changes applied.",
            )
        )
    for path in registry.FIRST_START_STEPS:
        step = registry.load(path)
        if step is not None:
            step()
    connections.close_all()


def children(settings: Config, env: dict[str, str]) -> list[Child]:
    """The processes of one machine: web, live updates, background work."""
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.web_processes)),
        *("--blocking-threads", str(settings.web_threads)),
        # a thread owns a database connection: let it live
        *("--blocking-threads-idle-timeout", "600"),
        *("--http", "1", "--no-ws", "--respawn-failed-workers"),
        *("--workers-kill-timeout", str(WEB_STOP_SECONDS)),
        *("--log-level", "error"),
        "jangteo.channels.web.wsgi:application",
    ]
    live = [sys.executable, "-m", "jangteo.channels.live"]
    worker = [sys.executable, "-m", "jangteo.platform.worker"]
    return [
        Child(name="web", command=web, env=env, essential=True),
        Child(name="live", command=live, env=env),
        Child(name="worker", command=worker, env=env),
    ]


def child_environment(settings: Config) -> dict[str, str]:
    """What the processes inherit: the choices of this command line, and one folder for their metrics."""
    metrics = settings.var_dir / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    env = dict(os.environ) | {
        "JANGTEO_VAR_DIR": str(settings.var_dir),
        "JANGTEO_HOST": settings.host,
        "JANGTEO_PORT": str(settings.port),
        "JANGTEO_LIVE_PORT": str(settings.effective_live_port),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "DJANGO_SETTINGS_MODULE": "jangteo.platform.settings",
    }
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    if settings.host in ("0.0.0.0", "::") and "JANGTEO_ALLOWED_HOSTS" not in env:  # noqa: S104 - asked for by the person
        env["JANGTEO_ALLOWED_HOSTS"] = json.dumps([*settings.allowed_hosts, *own_addresses()])
    return env


def own_addresses() -> list[str]:
    """Names and IPv4 addresses by which others in the same network reach this machine."""
    found = {socket.gethostname()}
    for addresses in psutil.net_if_addrs().values():
        found.update(a.address for a in addresses if a.family == socket.AF_INET)
    return sorted(found)


def _serve(settings: Config, report: Report, started_at: float) -> int:
    supervisor = Supervisor(children(settings, child_environment(settings)), report)
    supervisor.listen_to_signals()
    try:
        supervisor.start()
        code = supervisor.wait_until(lambda: _answers(settings), OPEN_SECONDS)
        if code is not None:
            return code
        report(_welcome(settings, time.monotonic() - started_at))
        return supervisor.run()
    finally:
        if supervisor.children and any(child.alive() for child in supervisor.children):
            report(say("장터를 닫는 중 ...", "closing ..."))
        supervisor.stop()


def _reachable_host(settings: Config) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - compared, not listened to


def _answers(settings: Config) -> bool:
    """Does the web process answer, and does the live process listen? Raises `WebBroken`."""
    host = _reachable_host(settings)
    try:
        request = urllib.request.Request(
            f"http://{host}:{settings.port}/health/live", headers={"Host": "localhost"}
        )
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - our own http address
            pass
        with socket.create_connection((host.strip("[]"), settings.effective_live_port), 1):
            return True
    except urllib.error.HTTPError as problem:
        raise WebBroken(status=problem.code) from problem
    except (OSError, urllib.error.URLError):
        return False


def _welcome(settings: Config, seconds: float) -> str:
    people = registry.load(registry.SAMPLE_PEOPLE)
    lines = [
        say(
            f"장터가 열렸어요({seconds:.1f}초): {settings.effective_public_url()}",
            f"The market is open ({seconds:.1f} s): {settings.effective_public_url()}",
        )
    ]
    groups = [str(group) for group in people()] if people is not None else []
    if groups:
        lines.append(say("들어가 볼 사람:", "Sign in as:"))
        lines += [f"  {line}" for group in groups for line in group.splitlines()]
    lines.append(say("끝내려면 Ctrl-C", "Ctrl-C ends it"))
    return "\n".join(lines)
