"""The part of `jangteo doctor` that asks the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from jangteo.platform.doctor import WORKER_SILENT_SECONDS, Finding, State
from jangteo.platform.guards import POLICY, TRIGGER, ledger_models, tenant_models
from jangteo.platform.migrating import pending
from jangteo.platform.say import say


def examine(market_is_open: bool) -> Iterator[Finding]:
    """Role, migrations, row-level security, append-only ledgers, worker."""
    yield _role()
    left = pending()
    yield _migrations(left, market_is_open)
    if left:
        return
    yield _row_security()
    yield _ledgers()
    yield _worker(market_is_open)


def _rows(statement: str, *values: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return [tuple(row) for row in cursor.fetchall()]


def _role() -> Finding:
    (row,) = _rows(
        "select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    )
    name, passes = row
    return Finding(
        name=say("데이터베이스 사용자", "database role"),
        state=State.FAIL if passes else State.OK,
        detail=str(name),
        remedy=say(
            "이 사용자는 행 단위 보안을 지나쳐요. SUPERUSER도 BYPASSRLS도 아닌 사용자를 쓰세요.",
            "This role passes row-level security. Use one without SUPERUSER and BYPASSRLS.",
        )
        if passes
        else "",
    )


def _migrations(left: list[str], market_is_open: bool) -> Finding:
    name = say("데이터베이스 모양", "migrations")
    if not left:
        return Finding(name=name, state=State.OK, detail=say("최신", "up to date"))
    return Finding(
        name=name,
        state=State.FAIL if market_is_open else State.WARN,
        detail=say(f"{len(left)}개 남음", f"{len(left)} pending"),
        remedy=say(
            "`jangteo up`이 시작할 때 하거나, `jangteo migrate`로 하세요.",
            "`jangteo up` applies them at its start, or run `jangteo migrate`.",
        ),
    )


def _row_security() -> Finding:
    wanted = {model._meta.db_table for model in tenant_models()}
    forced = {
        str(row[0])
        for row in _rows(
            "select c.relname from pg_class c join pg_policies p on p.tablename = c.relname"
            " where c.relrowsecurity and c.relforcerowsecurity and p.policyname = %s",
            POLICY,
        )
    }
    return _guarded(say("시장 사이의 벽(RLS)", "row-level security"), wanted - forced, len(wanted))


def _ledgers() -> Finding:
    wanted = {model._meta.db_table for model in ledger_models()}
    found = {
        str(row[0])
        for row in _rows(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname = %s and t.tgenabled <> 'D'",
            TRIGGER,
        )
    }
    return _guarded(say("고칠 수 없는 장부", "append-only ledgers"), wanted - found, len(wanted))


def _guarded(name: str, missing: set[str], count: int) -> Finding:
    return Finding(
        name=name,
        state=State.FAIL if missing else State.OK,
        detail=say(f"표 {count}개", f"{count} tables"),
        remedy=say(
            f"{', '.join(sorted(missing))}에 없어요. `jangteo migrate`가 다시 걸어요.",
            f"Missing on {', '.join(sorted(missing))}. `jangteo migrate` puts it back.",
        )
        if missing
        else "",
    )


def _worker(market_is_open: bool) -> Finding:
    name = say("작업자", "worker")
    ((beat,),) = _rows(
        "select extract(epoch from now() - max(last_heartbeat))::float8 from procrastinate_workers"
    )
    if isinstance(beat, float) and beat <= WORKER_SILENT_SECONDS:
        return Finding(
            name=name,
            state=State.OK,
            detail=say(f"{beat:.0f}초 전에 소식", f"heard of {beat:.0f} s ago"),
        )
    return Finding(
        name=name,
        state=State.FAIL if market_is_open else State.OK,
        detail=say("소식 없음", "silent") if market_is_open else say("장터가 닫혀 있음", "closed"),
        remedy=say(
            "`jangteo up`을 다시 시작하세요. 로그에 까닭이 있어요.",
            "Start `jangteo up` again; its log has the reason.",
        )
        if market_is_open
        else "",
    )
