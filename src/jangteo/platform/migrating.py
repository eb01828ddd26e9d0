"""Bring the database into this version's form, once, however many processes start at the same time."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from jangteo.platform.guards import guard_tables
from jangteo.platform.postgres import MINIMUM_VERSION, DatabaseUnavailable
from jangteo.platform.progress import Progress
from jangteo.platform.say import say

#: any number, the same in every process of every machine
LOCK = 718_224_001


def server_version() -> int:
    """PostgreSQL's version as a number, such as 180006."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def pending() -> list[str]:
    """Names of the migrations this version has and the database has not, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> list[str]:
    """Names of the migrations the database has, of the apps that are installed, sorted."""
    ours = {app.label for app in apps.get_app_configs()}
    done = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{label}.{name}" for label, name in done if label in ours)


def migrate() -> int:
    """Apply what is pending under an advisory lock and guard the tenant tables; returns how many were applied.

    The guards are put on even when nothing is pending: a start that was killed between the two steps must not
    leave a tenant table open. Raises `DatabaseUnavailable` for a PostgreSQL that is too old.
    """
    version = server_version()
    if version < MINIMUM_VERSION:
        raise DatabaseUnavailable(reason=f"PostgreSQL {version // 10000} < 16")
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
    try:
        names = pending()
        if names:
            _apply(names)
        else:
            guard_tables("default")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
    return len(names)


def _apply(names: list[str]) -> None:
    with Progress(say("데이터베이스 준비", "preparing the database"), len(names)) as progress:

        def step(action: str, migration: Any = None, fake: bool | None = False) -> None:
            if action == "apply_success":
                progress.advance(1, str(migration))

        executor = MigrationExecutor(connection, progress_callback=step)
        executor.migrate(executor.loader.graph.leaf_nodes())
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
