"""Sealed days: whatever is changed afterwards is found and named by its day."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from jangteo.apps.decisions.actions.refresh_rollups import mend_rollups, refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.decisions.models import DaySeal
from jangteo.apps.decisions.seals import Broken, chain_of, verify_market
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.apps.decisions.logs import RandomLog
from tests.world import make_world

pytestmark = pytest.mark.django_db
#: noon in Seoul
START = datetime(2026, 10, 28, 3, tzinfo=UTC)
NOW = START + timedelta(days=8)
SYSTEM = Actor.system()


def _seal(now: datetime = NOW) -> int:
    refresh_rollups(actor=SYSTEM, now=now)
    return seal_days(actor=SYSTEM, now=now)


def _broken(market: int, now: datetime = NOW) -> tuple[date, str] | None:
    with market_scope(market):
        broken: Broken | None = verify_market(market, now).broken
    return (broken.day, broken.why) if broken else None


def _as_if_nobody_watched(market: int, statement: str) -> None:
    """As somebody with the database's keys would: triggers off, change, triggers on."""
    tables = ("decisions_decision", "decisions_decisionevent", "decisions_dayseal")
    with market_scope(market), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger jangteo_append_only")
        cursor.execute(statement)
        assert cursor.rowcount == 1
        cursor.execute("set constraints all immediate")
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger jangteo_append_only")


@pytest.fixture
def market() -> int:
    made = make_world().market.pk
    log = RandomLog(7)
    for day in (0, 1, 3):
        for hour in range(3):
            entry = log.decide(made, START + timedelta(days=day, hours=hour), mode="proposed")
            log.answer(entry, "edited", START + timedelta(days=day + 1, hours=hour))
    _seal()
    return made


def test_every_finished_day_is_sealed_once_and_empty_days_too(market: int) -> None:
    with market_scope(market):
        seals = list(DaySeal.objects.order_by("day"))
        assert [seal.rows for seal in seals] == [3, 6, 3, 3, 3, 0, 0, 0]
        assert (seals[0].day, seals[-1].day) == (date(2026, 10, 28), date(2026, 11, 4))
        for before, seal in itertools.pairwise(seals):
            assert seal.chain == chain_of(before.chain, seal.day, seal.rows, seal.digest)
    assert _seal() == 0
    assert _broken(market) is None


def test_a_day_is_sealed_an_hour_after_its_end_not_before() -> None:
    market = make_world().market.pk
    RandomLog(1).decide(market, START)
    midnight = datetime(2026, 10, 28, 15, tzinfo=UTC)
    assert _seal(midnight + timedelta(minutes=59)) == 0
    assert _seal(midnight + timedelta(minutes=61)) == 1


def test_an_answer_that_comes_late_breaks_no_older_seal(market: int) -> None:
    log = RandomLog(8)
    with market_scope(market):
        head = DaySeal.objects.latest("day").chain
    late = START + timedelta(days=20)
    with market_scope(market), connection.cursor() as cursor:
        cursor.execute("select id from decisions_decision order by id limit 1")
        decision_id = cursor.fetchone()[0]
    entry = log.decide(market, late)
    log.answer(replace(entry, id=decision_id), "rejected", late)
    now = late + timedelta(days=2)
    assert _seal(now) > 0
    assert _broken(market, now) is None
    with market_scope(market):
        assert DaySeal.objects.get(day=date(2026, 11, 4)).chain == head
        assert DaySeal.objects.get(day=date(2026, 11, 17)).rows == 2


_DAY = "(at at time zone 'Asia/Seoul')::date = '2026-10-29'"


@pytest.mark.parametrize(
    "change",
    [
        f"update decisions_decision set reason_ko = reason_ko || ' ' where id = (select min(id::text)::uuid from decisions_decision where {_DAY})",
        f"update decisions_decision set mode = 'auto' where id = (select min(id::text)::uuid from decisions_decision where {_DAY})",
        f"delete from decisions_decision where id = (select min(id::text)::uuid from decisions_decision where {_DAY})",
        f"update decisions_decisionevent set kind = 'accepted' where id = (select min(id::text)::uuid from decisions_decisionevent where {_DAY})",
        f"delete from decisions_decisionevent where id = (select min(id::text)::uuid from decisions_decisionevent where {_DAY})",
    ],
)
def test_a_row_changed_behind_the_products_back_is_found(market: int, change: str) -> None:
    _as_if_nobody_watched(market, change)
    found = _broken(market)
    # an edited answer also makes the figures of its decision's day differ, which is the day before
    assert found in ((date(2026, 10, 29), "rows"), (date(2026, 10, 28), "figures"))


def test_a_row_added_to_a_sealed_day_is_found(market: int) -> None:
    RandomLog(9).decide(market, START + timedelta(days=2))
    refresh_rollups(actor=SYSTEM, now=NOW)
    assert _broken(market) == (date(2026, 10, 30), "rows")


def test_a_row_added_before_the_first_seal_is_found(market: int) -> None:
    RandomLog(9).decide(market, START - timedelta(days=2))
    mend_rollups(actor=SYSTEM, now=NOW)
    assert _broken(market) == (date(2026, 10, 26), "before")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("delete from decisions_dayseal where day = '2026-10-31'", (date(2026, 10, 31), "gap")),
        (
            "update decisions_dayseal set digest = repeat('0', 64) where day = '2026-10-31'",
            (date(2026, 10, 31), "chain"),
        ),
        (
            "update decisions_dayseal set chain = repeat('0', 64) where day = '2026-10-31'",
            (date(2026, 10, 31), "chain"),
        ),
    ],
)
def test_a_changed_seal_is_found(market: int, change: str, found: tuple[date, str]) -> None:
    _as_if_nobody_watched(market, change)
    assert _broken(market) == found


def test_one_markets_seals_say_nothing_of_anothers(market: int) -> None:
    other = make_world().market.pk
    RandomLog(3).decide(other, START)
    _seal()
    _as_if_nobody_watched(
        other, f"update decisions_decision set cost_mkrw = 99 where market_id = {other}"
    )
    assert _broken(market) is None
    assert _broken(other) is not None
