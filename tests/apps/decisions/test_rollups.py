"""Figures by day against the raw rows, in random logs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jangteo.apps.decisions.actions.refresh_rollups import (
    mend_rollups,
    recount_days,
    refresh_rollups,
)
from jangteo.apps.decisions.models import DecisionDay, LatencyDay, StallDay
from jangteo.apps.decisions.rollups import BOUNDS_US, attention_weights, first_misfit
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.decisions.logs import RandomLog, slow_days, slow_stalls
from tests.world import make_world, shopper

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 28, 12, tzinfo=UTC)
SYSTEM = Actor.system()


def _days() -> Mapping[tuple[Any, ...], tuple[int, ...]]:
    with every_market():
        rows = DecisionDay.objects.values_list(
            "market_id", "day", "capability", "provider", "mode", "fallback", "asked",
            "decisions", "personal", "cost_mkrw", "latency_us_sum", "latency_us_max",
        )  # fmt: skip
        return {row[:7]: row[7:] for row in rows}


def _stalls() -> Mapping[tuple[Any, ...], tuple[int, ...]]:
    with every_market():
        rows = StallDay.objects.values_list(
            "market_id", "day", "stall_id", "capability",
            "automated", "answered", "observed", "shown", "attention_micro",
        )  # fmt: skip
        return {row[:4]: row[4:] for row in rows}


@pytest.mark.parametrize("seed", range(6))
def test_days_are_what_an_honest_slow_count_gives(seed: int) -> None:
    markets = [make_world().market.pk, make_world().market.pk]
    log = RandomLog(seed)
    log.fill(markets, START, days=5, rows=60)
    refresh_rollups(actor=SYSTEM, now=START + timedelta(days=12))
    assert _days() == slow_days(log)
    assert _stalls() == slow_stalls(log)


@pytest.mark.parametrize("seed", range(4))
def test_counting_in_steps_gives_the_same_as_counting_at_once(seed: int) -> None:
    markets = [make_world().market.pk]
    log = RandomLog(seed)
    now = START
    for _ in range(5):
        now += timedelta(hours=7)
        log.decide(markets[0], now)
        log.decide(markets[0], now + timedelta(minutes=1))
        # an answer to something older
        log.answer(log.random.choice(log.decisions), "edited", now + timedelta(minutes=2))
        refresh_rollups(actor=SYSTEM, now=now + timedelta(minutes=5))
    assert _days() == slow_days(log)
    assert _stalls() == slow_stalls(log)


def test_a_run_counts_only_days_that_were_touched_and_a_second_run_changes_nothing() -> None:
    market = make_world().market.pk
    log = RandomLog(1)
    for day in range(4):
        log.decide(market, START + timedelta(days=day))
    assert refresh_rollups(actor=SYSTEM, now=START + timedelta(days=4)).market_days == 4
    later = START + timedelta(days=4, hours=1)
    log.answer(log.decisions[0], "rejected", later)
    log.decide(market, later)
    assert refresh_rollups(actor=SYSTEM, now=later + timedelta(hours=1)).market_days == 2
    before = _days()
    assert refresh_rollups(actor=SYSTEM, now=later + timedelta(hours=3)).market_days == 0
    assert _days() == before == slow_days(log)


def test_history_brought_in_later_is_found_by_its_number_of_rows() -> None:
    market = make_world().market.pk
    log = RandomLog(2)
    log.decide(market, START)
    refresh_rollups(actor=SYSTEM, now=START + timedelta(hours=1))
    log.decide(market, START - timedelta(days=30))
    assert refresh_rollups(actor=SYSTEM, now=START + timedelta(hours=9)).market_days == 0
    assert mend_rollups(actor=SYSTEM, now=START + timedelta(hours=9)) == 1
    assert _days() == slow_days(log)
    assert mend_rollups(actor=SYSTEM, now=START + timedelta(hours=9)) == 0


def test_attention_is_whole_millionths_of_the_dcg_discount() -> None:
    assert attention_weights()[:5] == (1_000_000, 630_930, 500_000, 430_677, 386_853)
    assert len(attention_weights()) == 1000


@pytest.mark.parametrize(
    ("latency_us", "bound_us"),
    [(0, 100), (100, 100), (101, 109), (1600, 1600), (1601, 1745), (2_000_000_000, BOUNDS_US[-1])],
)
def test_a_decision_stands_in_the_first_bucket_that_holds_it(
    latency_us: int, bound_us: int
) -> None:
    market = make_world().market.pk
    RandomLog(3).decide(market, START, latency_us=latency_us)
    refresh_rollups(actor=SYSTEM, now=START + timedelta(hours=1))
    with market_scope(market):
        assert list(LatencyDay.objects.values_list("bound_us", "decisions")) == [(bound_us, 1)]


@pytest.mark.parametrize(
    "damage",
    [
        "update decisions_decisionday set decisions = decisions + 1",
        "update decisions_stallday set attention_micro = attention_micro - 1",
        "delete from decisions_latencyday",
    ],
)
def test_figures_that_differ_from_the_rows_are_named_by_their_day(damage: str) -> None:
    market = make_world().market.pk
    log = RandomLog(4)
    log.decide(market, START, shown_stalls=[1])
    log.decide(market, START + timedelta(days=1), shown_stalls=[1])
    refresh_rollups(actor=SYSTEM, now=START + timedelta(days=2))
    first, last = date(2026, 9, 1), date(2026, 10, 30)
    with every_market(), connection.cursor() as cursor:
        assert first_misfit(first, last) is None
        cursor.execute(damage + " where day = '2026-09-29'")
        found = first_misfit(first, last)
        assert found is not None
        assert (found.market_id, found.day) == (market, date(2026, 9, 29))
    recount_days(actor=SYSTEM, first_day=first, last_day=last, now=START + timedelta(days=2))
    with every_market():
        assert first_misfit(first, last) is None


def test_only_the_system_counts() -> None:
    with pytest.raises(NotAllowed):
        refresh_rollups(actor=shopper(), now=START)
