"""Experiments: a design that cannot change, one at a time, and what may be seen when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.models import Consent, Purpose
from jangteo.apps.decisions.actions.draft_experiment import draft_experiment
from jangteo.apps.decisions.actions.edit_experiment import edit_experiment
from jangteo.apps.decisions.actions.look_at_experiment import look_at_experiment
from jangteo.apps.decisions.actions.start_experiment import start_experiment
from jangteo.apps.decisions.closing import stop_experiments_of
from jangteo.apps.decisions.errors import (
    AnotherExperimentRuns,
    CapabilityUnknown,
    DesignLocked,
    ExperimentNotReady,
    ExperimentSlugTaken,
)
from jangteo.apps.decisions.experiment_queries import (
    experiment_detail,
    experiments_of,
)
from jangteo.apps.decisions.experiments import Guardrail
from jangteo.apps.decisions.looks import Look
from jangteo.apps.decisions.models import (
    Assignment,
    Decision,
    Experiment,
    Provider,
)
from jangteo.apps.decisions.setup import Arm
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.trials import design, draw_the_same_units, experiment, meet, started
from tests.world import NOON, World, guest, make_world, shopper

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


def _draft(world: World, office: Actor, **changes: object) -> int:
    return draft_experiment(
        actor=office, market_id=world.market.pk, design=design(**changes), now=NOON
    ).experiment_id


def _look(world: World, office: Actor, row: Experiment, now: datetime) -> Look:
    return look_at_experiment(
        actor=office, market_id=world.market.pk, experiment_id=row.pk, now=now
    )


def test_mandatory_guardrails_are_always_put_in(world: World, office: Actor) -> None:
    row = started(world, office)
    assert row.guardrails == [
        {"metric": "refunds", "margin_pct": 20.0},
        {"metric": "complaints", "margin_pct": 10.0},
        {"metric": "small-stall-exposure", "margin_pct": 10.0},
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"title": " "}, "title"),
        ({"unit": "city"}, "unit"),
        ({"analysis": "peeking"}, "analysis"),
        ({"direction": "left"}, "direction"),
        ({"arms": (Arm(name="a", provider="baseline", share_bp=10_000),)}, "arms"),
        (
            {
                "arms": (
                    Arm(name="a", provider="baseline", share_bp=5000),
                    Arm(name="b", provider="built-in", share_bp=4000),
                )
            },
            "arms",
        ),
        (
            {
                "arms": (
                    Arm(name="a", provider="built-in", share_bp=5000),
                    Arm(name="b", provider="built-in", share_bp=5000),
                )
            },
            "arms",
        ),
        (
            {
                "arms": (
                    Arm(name="a", provider="baseline", share_bp=5000),
                    Arm(name="holdout", provider="built-in", share_bp=5000),
                )
            },
            "arms",
        ),
        ({"primary_metric": "happiness"}, "primary_metric"),
        ({"guardrails": (Guardrail(metric="sales"),)}, "guardrails"),
        ({"guardrails": (Guardrail(metric="refunds", margin_pct=-1),)}, "guardrails"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"alpha_bp": 5000}, "alpha_bp"),
        ({"smallest_effect_pct": 0}, "smallest_effect_pct"),
    ],
)
def test_a_design_that_cannot_work_is_refused_at_once(
    world: World, office: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _draft(world, office, **changes)
    assert refused.value.field == field
    with market_scope(world.market.pk):
        assert not Experiment.objects.exists()


def test_an_unknown_capability_and_a_taken_address_are_refused(world: World, office: Actor) -> None:
    with pytest.raises(CapabilityUnknown):
        _draft(world, office, capability="fortune-telling")
    _draft(world, office)
    with pytest.raises(ExperimentSlugTaken):
        _draft(world, office)


def test_a_draft_can_be_changed_and_a_started_one_cannot(world: World, office: Actor) -> None:
    market_id = world.market.pk
    drafted = _draft(world, office)
    edit_experiment(
        actor=office,
        market_id=market_id,
        experiment_id=drafted,
        design=design(primary_metric="orders"),
        now=NOON,
    )
    assert experiment(world, drafted).primary_metric == "orders"
    start_experiment(actor=office, market_id=market_id, experiment_id=drafted, now=NOON)
    row = experiment(world, drafted)
    assert (row.state, row.starts_at, row.ends_at) == ("running", NOON, NOON + 14 * DAY)
    assert len(row.salt) == 32
    assert len(row.design_digest) == 64
    with pytest.raises(DesignLocked):
        edit_experiment(
            actor=office,
            market_id=market_id,
            experiment_id=drafted,
            design=design(primary_metric="sales"),
            now=NOON,
        )
    with pytest.raises(DesignLocked):
        start_experiment(actor=office, market_id=market_id, experiment_id=drafted, now=NOON)
    assert experiment(world, drafted).primary_metric == "orders"


@pytest.mark.parametrize(
    "change",
    [
        "primary_metric = 'orders'",
        "arms = '[]'",
        "ends_at = ends_at + interval '7 days'",
        "horizon_days = 30",
        "salt = 'chosen'",
        "alpha_bp = 2000",
        "guardrails = '[]'",
        "smallest_effect_pct = 1",
        "planned_unit_days = 1",
        "title = 'another question'",
        "analysis = 'sequential'",
        "design_digest = ''",
        "locked_at = null",
    ],
)
def test_the_database_itself_refuses_to_change_a_started_design(
    world: World, office: Actor, change: str
) -> None:
    row = started(world, office)
    with (
        market_scope(world.market.pk),
        pytest.raises(DatabaseError, match="is locked"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update decisions_experiment set {change} where id = %s", [row.pk])


def test_one_experiment_at_a_time_on_a_capability(world: World, office: Actor) -> None:
    started(world, office)
    second = _draft(world, office, slug="second")
    with pytest.raises(AnotherExperimentRuns):
        start_experiment(actor=office, market_id=world.market.pk, experiment_id=second, now=NOON)
    elsewhere = make_world()
    assert started(elsewhere, elsewhere.office()).state == "running"


def test_a_vendor_that_is_not_live_keeps_it_from_starting(world: World, office: Actor) -> None:
    arms = (
        Arm(name="control", provider="built-in", share_bp=5000),
        Arm(name="vendor", provider="acme", share_bp=5000),
    )
    drafted = _draft(world, office, arms=arms)
    with market_scope(world.market.pk):
        vendor = Provider.objects.create(
            market=world.market, slug="acme", name="Acme", capability="test-stalls", added_at=NOON
        )
    with pytest.raises(ExperimentNotReady, match="acme"):
        start_experiment(actor=office, market_id=world.market.pk, experiment_id=drafted, now=NOON)
    assert experiment(world, drafted).state == "draft"
    with market_scope(world.market.pk):
        vendor.state = Provider.State.LIVE
        vendor.save()
    start_experiment(actor=office, market_id=world.market.pk, experiment_id=drafted, now=NOON)
    with market_scope(world.market.pk):
        assert stop_experiments_of(world.market.pk, "somebody-else", NOON + DAY) == ()
        assert stop_experiments_of(world.market.pk, "acme", NOON + DAY) == (drafted,)
    row = experiment(world, drafted)
    assert (row.state, row.stopped_why) == ("stopped", "vendor-removed")


def test_units_stay_in_their_arm_and_meet_its_provider(world: World, office: Actor) -> None:
    row = started(world, office)
    people = [shopper() for _ in range(24)]
    first = [meet(world, who) for who in people]
    again = [meet(world, who, NOON + 3 * DAY) for who in people]
    assert [made.arm for made in first] == [made.arm for made in again]
    assert {made.arm for made in first} == {"control", "treatment"}
    assert {(made.arm, made.provider) for made in first + again} == {
        ("control", "baseline"),
        ("treatment", "built-in"),
    }
    with market_scope(world.market.pk):
        met = Assignment.objects.filter(experiment=row)
        assert met.count() == 24
        assert set(met.values_list("first_at", flat=True)) == {NOON}
        assert Decision.objects.filter(experiment_id=row.pk).count() == 48


def test_who_opted_out_is_in_no_arm_and_not_counted(world: World, office: Actor) -> None:
    row = started(world, office)
    who = shopper()
    Consent.objects.create(person_id=who.person_id, purpose="personal", is_given=False, at=NOON)
    made = meet(world, who)
    assert (made.arm, made.provider) == ("", "built-in")
    with market_scope(world.market.pk):
        assert not Assignment.objects.filter(experiment=row).exists()
        assert Decision.objects.get().experiment_id is None


def test_who_says_no_later_leaves_with_all_that_was_measured_of_her(
    world: World, office: Actor
) -> None:
    row = started(world, office)
    asked, browser, stays = shopper(), guest(), guest()
    for who in (asked, browser, stays):
        assert meet(world, who).arm
    before = _look(world, office, row, NOON + DAY)
    assert sum(before.result.units.values()) == 3
    for who in (asked, browser):
        set_consent(
            actor=who, purpose=Purpose.PERSONAL, is_given=False, wording="1", channel="shop",
            now=NOON + DAY,
        )  # fmt: skip
    # a no to something else, or of somebody else, changes nothing
    set_consent(
        actor=stays, purpose=Purpose.VENDORS, is_given=False, wording="1", channel="shop", now=NOON
    )
    after = _look(world, office, row, NOON + 2 * DAY)
    assert sum(after.result.units.values()) == 1
    set_consent(
        actor=asked, purpose=Purpose.PERSONAL, is_given=True, wording="1", channel="me",
        now=NOON + 2 * DAY,
    )  # fmt: skip
    assert sum(_look(world, office, row, NOON + 3 * DAY).result.units.values()) == 2


def test_the_hold_out_sees_the_baseline_and_is_in_no_comparison(
    world: World, office: Actor
) -> None:
    row = started(world, office, holdout_bp=5000)
    made = [meet(world, guest()) for _ in range(40)]
    held = [one for one in made if one.arm == "holdout"]
    assert 5 < len(held) < 35
    assert {one.provider for one in held} == {"baseline"}
    seen = _look(world, office, row, NOON + 20 * DAY)
    assert seen.is_final
    assert seen.result.units["holdout"] == len(held)
    assert [one.arm for one in seen.result.comparisons] == ["treatment"]


def test_days_as_units_begin_with_the_next_korean_day(world: World, office: Actor) -> None:
    row = started(world, office, unit="day", primary_metric="orders")
    assert row.starts_at == datetime.fromisoformat("2026-11-21T15:00:00+00:00")
    assert meet(world, guest()).arm == ""
    arms = {
        meet(world, guest(), row.starts_at + hours * timedelta(hours=1)).arm for hours in (1, 9, 23)
    }
    assert len(arms) == 1
    with market_scope(world.market.pk):
        assert Assignment.objects.get().unit == "2026-11-22"


def test_another_market_sees_nothing_of_it(world: World, office: Actor) -> None:
    row = started(world, office)
    elsewhere = make_world()
    with pytest.raises(NotFound):
        look_at_experiment(
            actor=elsewhere.office(),
            market_id=elsewhere.market.pk,
            experiment_id=row.pk,
            now=NOON,
        )
    with market_scope(elsewhere.market.pk):
        assert experiments_of(elsewhere.market.pk) == ()
        with pytest.raises(NotFound):
            experiment_detail(elsewhere.market.pk, row.pk)
