"""The log keeps what it was told: append-only, in monthly partitions, by market, without a person's name in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from jangteo.apps.decisions.ids import made_between, new_id
from jangteo.apps.decisions.log import Entry, write, write_event
from jangteo.apps.decisions.models import Decision, DecisionEvent, Mode
from jangteo.apps.decisions.partitions import (
    ensure_month,
    ensure_months,
    month_of,
    months,
    next_month,
    partition_name,
)
from jangteo.platform.clock import utc_now
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def entry(world: World, at: datetime, **fields: object) -> Entry:
    plain: dict[str, object] = {
        "id": new_id(at),
        "market_id": world.market.pk,
        "capability": "test",
        "capability_version": 1,
        "provider": "built-in",
        "provider_version": "1",
        "subject": None,
        "stall_id": None,
        "about": "",
        "experiment_id": None,
        "arm": "",
        "unit": "",
        "is_personal": False,
        "mode": Mode.AUTO.value,
        "fallback": "",
        "asked": "built-in",
        "left_fields": [],
        "saw": ["stock"],
        "request_digest": "0" * 64,
        "proposal": {"ids": [1]},
        "reason_ko": "이래서요",
        "reason_en": "because",
        "shown_stalls": [1],
        "latency_us": 10,
        "cost_mkrw": 0,
        "is_durable": False,
    }
    return Entry(**(plain | fields))


def _table_of(row: Decision | DecisionEvent) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select tableoid::regclass::text from {row._meta.db_table} where id = %s", [row.pk]
        )
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def test_an_id_sorts_by_time_and_says_when_it_was_made() -> None:
    moments = [datetime(2026, 5, 1, tzinfo=UTC) + timedelta(milliseconds=n) for n in range(200)]
    ids = [new_id(moment) for moment in moments]
    assert ids == sorted(ids)
    assert all(id_.version == 7 for id_ in ids)
    assert made_between(ids[3]) == (moments[3], moments[4])


def test_an_id_of_another_kind_has_no_moment() -> None:
    import uuid

    with pytest.raises(ValueError, match="version 7"):
        made_between(uuid.uuid4())


def test_a_decision_stands_in_the_partition_of_its_month(world: World) -> None:
    ensure_month(month_of(NOON))
    with market_scope(world.market.pk):
        made = entry(world, NOON)
        write(made)
        row = Decision.objects.get(pk=made.id)
        assert _table_of(row) == "decisions_decision_2026_11"
        write_event(
            market_id=world.market.pk,
            decision_id=made.id,
            kind="outcome",
            data={"bought": [1]},
            by_id=None,
            now=NOON + timedelta(days=40),
        )
        event = DecisionEvent.objects.get(decision_id=made.id)
        # what came of it stands in the decision's month, however late
        assert _table_of(event) == "decisions_decisionevent_2026_11"
        assert event.at == NOON + timedelta(days=40)


def test_a_month_without_partition_loses_nothing(world: World) -> None:
    far = datetime(2041, 7, 1, tzinfo=UTC)
    with market_scope(world.market.pk):
        made = entry(world, far)
        write(made)
        assert _table_of(Decision.objects.get(pk=made.id)) == "decisions_decision_default"


def test_this_month_and_the_coming_ones_are_ready_and_making_them_again_changes_nothing() -> None:
    now = utc_now()
    ensure_months(now)
    before = months()
    ensure_months(now)
    assert months() == before
    month = month_of(now)
    for _ in range(4):
        assert month in before
        month = next_month(month)


def test_december_is_followed_by_january() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert partition_name("decisions_decision", date(2027, 1, 1)) == "decisions_decision_2027_01"


@pytest.mark.parametrize(
    "statement",
    [
        "update decisions_decision set provider = 'other'",
        "delete from decisions_decision",
        "update decisions_decision_2026_11 set provider = 'other'",
        "delete from decisions_decision_2026_11",
    ],
)
def test_no_row_is_edited_or_deleted(world: World, statement: str) -> None:
    ensure_month(month_of(NOON))
    with every_market():
        write(entry(world, NOON))
        if "2026_11" in statement:
            # nobody sees a partition past its parent's policy
            with connection.cursor() as cursor:
                cursor.execute(statement)
                assert cursor.rowcount == 0
        else:
            with (
                pytest.raises(DatabaseError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        assert Decision.objects.get().provider == "built-in"


def test_another_market_sees_nothing_not_even_in_a_partition(world: World) -> None:
    other = make_world()
    with market_scope(world.market.pk):
        write(entry(world, NOON))
    with market_scope(other.market.pk):
        assert Decision.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from decisions_decision_2026_11")
            assert cursor.fetchone() == (0,)


def test_a_foreign_market_is_not_written_to(world: World) -> None:
    other = make_world()
    with (
        market_scope(other.market.pk),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        write(entry(world, NOON))
