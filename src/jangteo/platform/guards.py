"""Row-level security on every tenant table and append-only triggers on every ledger.

Applied after each migration from the models themselves, so that a new tenant table cannot be forgotten.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Model
from psycopg import sql

from jangteo.platform.models import TenantModel

POLICY = "jangteo_market"
TRIGGER = "jangteo_append_only"

_FUNCTION = """
create or replace function jangteo_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$
"""


def tenant_models() -> list[type[TenantModel]]:
    """Every concrete model that belongs to a market."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def ledger_models() -> list[type[Model]]:
    """The append-only ones, of a market or of the platform."""
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def guard_tables(using: str = "default", **_: Any) -> None:
    """Put policies and triggers where they are missing. Idempotent; runs after every migrate."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("select tablename, policyname from pg_policies")
        guarded = {table for table, policy in cursor.fetchall() if policy == POLICY}
        existing = set(connection.introspection.table_names(cursor))
        for model in tenant_models():
            table = model._meta.db_table
            if table in existing and table not in guarded:
                _enable_policy(cursor, table)
        cursor.execute(_FUNCTION)
        cursor.execute(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = %s",
            [TRIGGER],
        )
        triggered = {row[0] for row in cursor.fetchall()}
        for ledger in ledger_models():
            table = ledger._meta.db_table
            if table in existing and table not in triggered:
                _add_trigger(cursor, table)


def _enable_policy(cursor: Any, table: str) -> None:
    name = sql.Identifier(table)
    rule = (
        "(market_id = nullif(current_setting('jangteo.market_id', true), '')::bigint"
        " or current_setting('jangteo.every_market', true) = 'on')"
    )
    for statement in (
        sql.SQL("alter table {} enable row level security").format(name),
        sql.SQL("alter table {} force row level security").format(name),
        sql.SQL("create policy {} on {} using {} with check {}").format(
            sql.Identifier(POLICY), name, sql.SQL(rule), sql.SQL(rule)
        ),
    ):
        cursor.execute(statement.as_string(cursor.connection))


def _add_trigger(cursor: Any, table: str) -> None:
    statement = sql.SQL(
        "create trigger {} before update or delete on {} for each row execute function jangteo_refuse_change()"
    ).format(sql.Identifier(TRIGGER), sql.Identifier(table))
    cursor.execute(statement.as_string(cursor.connection))
