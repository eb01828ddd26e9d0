"""Looking at an experiment while it runs, and how it ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from jangteo.apps.decisions.actions.draft_experiment import draft_experiment
from jangteo.apps.decisions.actions.end_due_experiments import (
    end_due_experiments,
    watch_all_guardrails,
)
from jangteo.apps.decisions.actions.look_at_experiment import look_at_experiment
from jangteo.apps.decisions.actions.stop_experiment import stop_experiment
from jangteo.apps.decisions.errors import (
    ExperimentNotStarted,
)
from jangteo.apps.decisions.events import ExperimentClosed
from jangteo.apps.decisions.experiment_queries import (
    experiment_detail,
    experiments_of,
    results_of,
)
from jangteo.apps.decisions.experiments import locked
from jangteo.apps.decisions.looks import Look
from jangteo.apps.decisions.models import (
    Assignment,
    Decision,
    Experiment,
    ExperimentResult,
    Objection,
    Subject,
)
from jangteo.platform import events
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.trials import design, draw_the_same_units, experiment, meet, started
from tests.world import NOON, World, guest, make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _same_units(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_the_same_units(monkeypatch)


@pytest.fixture
def world() -> World:
    world = make_world()
    for slug in ("a", "b", "c", "d"):
        world.stall(slug)
    return world


@pytest.fixture
def office(world: World) -> Actor:
    return world.office()


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[ExperimentClosed]:
    heard: list[ExperimentClosed] = []
    monkeypatch.setitem(events._handlers, ExperimentClosed, [heard.append])
    return heard


def _look(world: World, office: Actor, row: Experiment, now: datetime) -> Look:
    return look_at_experiment(
        actor=office, market_id=world.market.pk, experiment_id=row.pk, now=now
    )


def test_a_fixed_analysis_shows_no_effect_before_its_horizon(world: World, office: Actor) -> None:
    row = started(world, office)
    for _ in range(70):
        meet(world, guest())
    seen = _look(world, office, row, NOON + 7 * DAY)
    assert (seen.hidden, seen.shown_from, seen.is_final) == ("horizon", row.ends_at, False)
    [comparison] = seen.result.comparisons
    assert (comparison.effect, comparison.verdict) == (None, "waiting")
    assert comparison.detectable_pct is None
    assert seen.result.variance_reduction == 0
    assert sum(seen.result.units.values()) == 70
    assert seen.result.ratio.is_ok
    assert sum(one.decisions for one in seen.result.health.values()) == 70
    assert [one.metric for one in comparison.guardrails] == [
        "refunds",
        "complaints",
        "small-stall-exposure",
    ]
    with market_scope(world.market.pk):
        stored = ExperimentResult.objects.get().result
        assert stored["comparisons"][0]["effect"] is None
    _look(world, office, row, NOON + 7 * DAY)
    with market_scope(world.market.pk):
        assert ExperimentResult.objects.count() == 1


def test_looking_again_and_again_shows_the_figures_of_now_and_stores_one_an_hour(
    world: World, office: Actor
) -> None:
    row = started(world, office)
    meet(world, guest())
    first = _look(world, office, row, NOON + DAY)
    meet(world, guest())
    second = _look(world, office, row, NOON + DAY + timedelta(minutes=59))
    assert sum(first.result.units.values()) == 1
    assert (sum(second.result.units.values()), second.result_id) == (2, None)
    assert second.at == NOON + DAY + timedelta(minutes=59)
    third = _look(world, office, row, NOON + DAY + timedelta(hours=1))
    with market_scope(world.market.pk):
        assert [one.result_id for one in results_of(world.market.pk, row.pk)] == [
            first.result_id,
            third.result_id,
        ]
    stop_experiment(
        actor=office, market_id=world.market.pk, experiment_id=row.pk, why="person",
        now=NOON + DAY + timedelta(hours=1, minutes=1),
    )  # fmt: skip
    with market_scope(world.market.pk):
        stored = ExperimentResult.objects.order_by("pk").values_list("is_final", flat=True)
        assert list(stored) == [False, False, True]


def test_the_horizon_ends_it_and_the_final_look_never_changes(
    world: World, office: Actor, closed: list[ExperimentClosed]
) -> None:
    row = started(world, office)
    people = [guest() for _ in range(60)]
    for who in people:
        meet(world, who)
    assert end_due_experiments(NOON + 14 * DAY - timedelta(seconds=1)) == 0
    assert end_due_experiments(NOON + 14 * DAY) == 1
    assert end_due_experiments(NOON + 15 * DAY) == 0
    assert [(one.experiment_id, one.why) for one in closed] == [(row.pk, "horizon")]
    assert meet(world, people[0], NOON + 15 * DAY).arm == ""
    final = _look(world, office, row, NOON + 16 * DAY)
    assert (final.is_final, final.at) == (True, NOON + 14 * DAY)
    assert final.result.until == (NOON + 14 * DAY).isoformat()
    with market_scope(world.market.pk):
        Subject.objects.all().delete()
        assert _look(world, office, row, NOON + 90 * DAY) == final
        assert results_of(world.market.pk, row.pk) == (final,)
        assert [one.verdict for one in experiments_of(world.market.pk)] == ["too small"]
        detail = experiment_detail(world.market.pk, row.pk)
    assert (detail.state, detail.stopped_why, detail.newest) == ("ended", "horizon", final)
    assert sum(detail.units.values()) == 60
    assert detail.design == replace(
        design(), guardrails=detail.design.guardrails, smallest_effect_pct=20.0
    )


def test_no_unit_is_assigned_after_the_horizon_even_when_the_job_is_late(
    world: World, office: Actor
) -> None:
    row = started(world, office)
    meet(world, guest())
    assert meet(world, guest(), NOON + 14 * DAY).arm == ""
    seen = _look(world, office, row, NOON + 14 * DAY)
    assert seen.is_final
    assert experiment(world, row.pk).state == "ended"


def test_a_biased_split_hides_the_result_whatever_it_is(world: World, office: Actor) -> None:
    row = started(world, office, analysis="sequential")
    for _ in range(160):
        meet(world, guest())
    with market_scope(world.market.pk):
        lost = Assignment.objects.filter(experiment=row, arm="treatment").order_by("pk")
        Assignment.objects.filter(pk__in=list(lost.values_list("pk", flat=True)[:60])).delete()
    seen = _look(world, office, row, NOON + 7 * DAY)
    assert seen.hidden == "sample-ratio"
    assert seen.result.ratio.p_value < 0.001
    assert seen.result.verdict == "invalid: sample ratio"
    [comparison] = seen.result.comparisons
    assert (comparison.effect, comparison.guardrails) == (None, ())
    assert end_due_experiments(NOON + 14 * DAY) == 1
    assert _look(world, office, row, NOON + 15 * DAY).result.verdict == "invalid: sample ratio"


def test_stopped_early_a_fixed_design_is_read_by_the_sequence(
    world: World, office: Actor, closed: list[ExperimentClosed]
) -> None:
    row = started(world, office)
    for _ in range(80):
        meet(world, guest())
    for _ in range(2):
        stop_experiment(
            actor=office,
            market_id=world.market.pk,
            experiment_id=row.pk,
            why="expired",
            now=NOON + 3 * DAY,
        )
    assert [one.why for one in closed] == ["expired"]
    final = _look(world, office, row, NOON + 20 * DAY)
    assert (final.result.analysis, final.result.until) == (
        "sequential",
        (NOON + 3 * DAY).isoformat(),
    )
    assert meet(world, guest(), NOON + 4 * DAY).arm == ""


def test_an_unknown_reason_or_a_draft_cannot_be_stopped(world: World, office: Actor) -> None:
    drafted = draft_experiment(
        actor=office, market_id=world.market.pk, design=design(), now=NOON
    ).experiment_id
    for why, error in (("horizon", InvalidInput), ("person", ExperimentNotStarted)):
        with pytest.raises(error):
            stop_experiment(
                actor=office,
                market_id=world.market.pk,
                experiment_id=drafted,
                why=why,
                now=NOON,
            )
    with pytest.raises(ExperimentNotStarted):
        look_at_experiment(actor=office, market_id=world.market.pk, experiment_id=drafted, now=NOON)


def test_a_breached_guardrail_stops_it_at_the_daily_watch(
    world: World, office: Actor, closed: list[ExperimentClosed]
) -> None:
    row = started(world, office)
    for _ in range(150):
        meet(world, guest())
    assert watch_all_guardrails(NOON + DAY) == 0
    with market_scope(world.market.pk):
        harmed = Decision.objects.filter(experiment_id=row.pk, arm="treatment")
        Objection.objects.bulk_create(
            Objection(
                market=world.market,
                kind="complaint",
                decision_id=one.pk,
                decided_at=one.at,
                capability="test-stalls",
                experiment_id=row.pk,
                arm="treatment",
                subject=one.subject,
                asked_at=NOON + DAY,
                answer_by=NOON + 10 * DAY,
            )
            for one in harmed[:40]
        )
    assert watch_all_guardrails(NOON + 2 * DAY) == 1
    assert experiment(world, row.pk).stopped_why == "guardrail"
    assert [one.why for one in closed] == ["guardrail"]
    final = _look(world, office, row, NOON + 3 * DAY)
    safety = {one.metric: one.safety for one in final.result.comparisons[0].guardrails}
    assert safety["complaints"] == "breached"


@pytest.mark.django_db(transaction=True)
def test_a_long_look_holds_up_no_decision(world: World, office: Actor) -> None:
    row = started(world, office)

    def decide_elsewhere() -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = '2s'")
            return meet(world, guest(), NOON + DAY).arm
        finally:
            connection.close()

    with market_scope(world.market.pk), transaction.atomic():
        locked(world.market.pk, row.pk)
        with ThreadPoolExecutor(1) as pool:
            arm = pool.submit(decide_elsewhere).result()
    assert arm in ("control", "treatment")
    with market_scope(world.market.pk):
        assert Assignment.objects.filter(experiment=row).count() == 1
