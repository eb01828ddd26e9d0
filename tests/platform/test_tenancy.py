"""Row-level security holds even for SQL that never heard of the ORM's filters."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import connection

from jangteo.apps.markets.models import Market, Stall
from jangteo.platform.guards import ledger_models, tenant_models
from jangteo.platform.tenancy import every_market, market_scope

pytestmark = pytest.mark.django_db


def _market(slug: str) -> Market:
    return Market.objects.create(
        slug=slug, name=slug, address="-", opens_at=time(9), closes_at=time(20)
    )


def test_raw_sql_sees_only_the_market_in_scope() -> None:
    ours, theirs = _market("ours"), _market("theirs")
    with every_market():
        Stall.objects.create(market=ours, slug="a", name="a", kind="채소")
        Stall.objects.create(market=theirs, slug="b", name="b", kind="채소")
    with connection.cursor() as cursor:
        cursor.execute("select slug from markets_stall")
        assert cursor.fetchall() == []
        with market_scope(ours.pk):
            cursor.execute("select slug from markets_stall where slug like '%' or market_id > 0")
            assert cursor.fetchall() == [("a",)]
        cursor.execute("select count(*) from markets_stall")
        assert cursor.fetchone() == (0,)


def test_every_tenant_table_is_guarded_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relrowsecurity and relforcerowsecurity and not relispartition"
        )
        guarded = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname = 'jangteo_append_only' and not c.relispartition"
        )
        append_only = {row[0] for row in cursor.fetchall()}
    assert {m._meta.db_table for m in tenant_models()} == guarded
    assert {m._meta.db_table for m in ledger_models()} == append_only


def test_no_partition_is_open_past_its_parent() -> None:
    """A partition's own row security has no policy, so that it shows nothing to who asks it directly."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, c.relrowsecurity and c.relforcerowsecurity, count(p.policyname)"
            " from pg_class c left join pg_policies p on p.tablename = c.relname"
            " where c.relispartition and c.relkind = 'r' group by c.relname, 2"
        )
        rows = cursor.fetchall()
    assert len(rows) >= 4
    assert [row for row in rows if row[1:] != (True, 0)] == []
