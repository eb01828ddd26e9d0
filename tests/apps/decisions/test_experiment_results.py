"""From paid orders to a published result that a stranger computes again; and each metric, to the won."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jangteo.apps.decisions.actions.look_at_experiment import look_at_experiment
from jangteo.apps.decisions.actions.stop_experiment import stop_experiment
from jangteo.apps.decisions.errors import ExperimentStillRuns
from jangteo.apps.decisions.export import experiment_export
from jangteo.apps.decisions.looks import Look
from jangteo.apps.decisions.metrics import Window, metrics
from jangteo.apps.decisions.models import Assignment, Decision, Experiment, Objection, Subject
from jangteo.apps.decisions.planning import plan_power
from jangteo.apps.decisions.subjects import guest_digest
from jangteo.apps.orders.actions.cancel_order import cancel_order, refund_lines
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import OrderLine
from jangteo.engines.experiments.assignment import assign
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.trials import draw_the_same_units, meet, started
from tests.world import NOON, World, four_stalls, guest, make_world, shopper

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _same_units(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_the_same_units(monkeypatch)


@pytest.fixture
def world() -> World:
    return four_stalls()


def _buy(world: World, who: Actor, name: str, quantity: int, now: object = NOON) -> int:
    placed = world.place(who, Wanted(offer_id=world.offers[name].pk, quantity=quantity), now=now)
    world.pay(who, placed, now=now)
    return placed.order_id


def _values(
    world: World,
    key: str,
    unit: str,
    units: list[str],
    since: object = NOON - DAY,
    until: object = NOON + DAY,
    first_at: dict[str, object] | None = None,
    experiment_id: int | None = None,
) -> dict[str, float]:
    with market_scope(world.market.pk):
        return dict(
            metrics()[key].values(
                Window(
                    market_id=world.market.pk,
                    unit=unit,
                    units=units,
                    first_at=first_at or {},
                    since=since,
                    until=until,
                    experiment_id=experiment_id,
                )
            )
        )


def _key(world: World, who: Actor) -> str:
    meet(world, who)
    with market_scope(world.market.pk):
        whose = (
            {"person_id": who.person_id}
            if who.person_id is not None
            else {"guest_digest": guest_digest(who.guest_key)}
        )
        return str(Subject.objects.get(**whose).key)


def test_sales_orders_and_refunds_of_people_and_browsers_to_the_won(world: World) -> None:
    member, browser, idle = shopper(), guest(), guest()
    keys = [_key(world, who) for who in (member, browser, idle)]
    first = _buy(world, member, "두부", 3)
    _buy(world, member, "무", 1, NOON + timedelta(hours=1))
    _buy(world, browser, "멸치볶음", 2)
    with market_scope(world.market.pk):
        [line] = OrderLine.objects.filter(part__order_id=first)
    refund_lines(
        actor=world.office(),
        market_id=world.market.pk,
        order_id=first,
        left={line.pk: 1},
        reason="상했어요",
        now=NOON + timedelta(hours=2),
    )
    assert _values(world, "sales", "shopper", keys) == dict(
        zip(keys, [3800, 10_000, 0], strict=True)
    )
    assert _values(world, "refunds", "shopper", keys) == dict(zip(keys, [3600, 0, 0], strict=True))
    assert _values(world, "orders", "shopper", keys) == dict(zip(keys, [2, 1, 0], strict=True))
    # before the refund was decided it is not known
    early = NOON + timedelta(hours=2)
    assert _values(world, "sales", "shopper", keys, until=early)[keys[0]] == 7400
    # what a unit bought before it was met is not counted, nor is its refund
    later = {keys[0]: NOON + timedelta(minutes=30)}
    assert _values(world, "sales", "shopper", keys, first_at=later)[keys[0]] == 2000
    assert _values(world, "refunds", "shopper", keys, first_at=later)[keys[0]] == 0


def test_sales_of_stalls_and_days_to_the_won(world: World) -> None:
    who = shopper()
    placed = world.place(
        who,
        Wanted(offer_id=world.offers["두부"].pk, quantity=2),
        Wanted(offer_id=world.offers["무"].pk, quantity=1),
    )
    world.pay(who, placed)
    gone = _buy(world, who, "두부", 1, NOON + timedelta(hours=1))
    cancel_order(
        actor=world.office(),
        market_id=world.market.pk,
        order_id=gone,
        reason="손님이 부탁",
        now=NOON + timedelta(hours=2),
    )
    stalls = [f"stall:{world.stalls[slug].pk}" for slug in ("tofu", "vegetable", "fish")]
    assert _values(world, "sales", "stall", stalls) == dict(
        zip(stalls, [3600, 2000, 0], strict=True)
    )
    assert _values(world, "refunds", "stall", stalls) == dict(
        zip(stalls, [1800, 0, 0], strict=True)
    )
    assert _values(world, "orders", "stall", stalls) == dict(zip(stalls, [2, 1, 0], strict=True))
    days = ["2026-11-21", "2026-11-22"]
    assert _values(world, "sales", "day", days) == dict(zip(days, [5600, 0], strict=True))
    assert _values(world, "orders", "day", days) == dict(zip(days, [2, 0], strict=True))


def test_another_markets_orders_do_not_count(world: World) -> None:
    who = shopper()
    key = _key(world, who)
    elsewhere = four_stalls()
    _buy(elsewhere, who, "두부", 2)
    assert _values(world, "sales", "shopper", [key]) == {key: 0}


def test_exposure_is_the_share_of_attention_of_the_smaller_half(world: World) -> None:
    # offers: vegetable 3, fish 1, tofu 1, side 1: of those with one the later two are small
    who = shopper()
    row = started(world, world.office())
    made = meet(world, who)
    key = _key(world, who)
    with market_scope(world.market.pk):
        shown = Decision.objects.get(pk=made.id).shown_stalls
    small = {world.stalls["tofu"].pk, world.stalls["side"].pk}
    weights = [1, 0.6309297535714575, 0.5, 0.43067655807339306]
    wanted = sum(
        weight for weight, stall in zip(weights, shown, strict=True) if stall in small
    ) / sum(weights)
    found = _values(world, "small-stall-exposure", "shopper", [key, str(row.salt)[:8] * 4])
    assert found[key] == pytest.approx(wanted, abs=1e-12)
    of_this = _values(world, "small-stall-exposure", "shopper", [key], experiment_id=row.pk)
    assert of_this[key] == pytest.approx(wanted, abs=1e-12)
    of_none = _values(world, "small-stall-exposure", "shopper", [key], experiment_id=row.pk + 1)
    assert of_none == {key: 0}
    [day] = _values(world, "small-stall-exposure", "day", ["2026-11-21"]).values()
    assert day == pytest.approx(wanted, abs=1e-12)


def test_complaints_are_counted_by_whom_and_about_whose_stall(world: World) -> None:
    who = shopper()
    made = meet(world, who, stall_id=world.stalls["tofu"].pk)
    key = _key(world, who)
    with market_scope(world.market.pk):
        decision = Decision.objects.get(pk=made.id)
        for kind in ("objection", "complaint"):
            Objection.objects.create(
                market=world.market,
                kind=kind,
                decision_id=decision.pk,
                decided_at=decision.at,
                capability="test-stalls",
                subject=key,
                asked_at=NOON + timedelta(hours=1),
                answer_by=NOON + DAY,
            )
    stall = f"stall:{world.stalls['tofu'].pk}"
    other = f"stall:{world.stalls['fish'].pk}"
    assert _values(world, "complaints", "shopper", [key]) == {key: 2}
    assert _values(world, "complaints", "stall", [stall, other]) == {stall: 2, other: 0}
    assert _values(world, "complaints", "day", ["2026-11-21"]) == {"2026-11-21": 2}
    assert _values(world, "complaints", "shopper", [key], until=NOON) == {key: 0}


def _trial(world: World, units: int, quantity: Callable[[str], int], **changes: object) -> Look:
    """An experiment to its horizon: every unit is met on its day, and buys what its arm makes it buy."""
    office = world.office()
    row = started(world, office, **changes)
    for number in range(units):
        who = guest()
        day = NOON + (number % 10) * DAY
        made = meet(world, who, day)
        count = quantity(made.arm)
        if count:
            _buy(world, who, "무", count, day + timedelta(hours=1))
    return look_at_experiment(
        actor=office, market_id=world.market.pk, experiment_id=row.pk, now=NOON + 30 * DAY
    )


def test_a_planted_effect_is_found_through_paid_orders(world: World) -> None:
    random_ = random.Random(3)
    found = _trial(
        world,
        70,
        lambda arm: random_.randint(3, 5) if arm == "treatment" else random_.randint(1, 3),
    )
    [comparison] = found.result.comparisons
    assert found.result.analysis == "fixed"
    assert comparison.verdict == found.result.verdict == "effect up"
    assert comparison.effect is not None
    assert comparison.effect.low < 4000 < comparison.effect.high
    assert comparison.effect.lift_pct is not None
    assert comparison.effect.lift_low_pct > 0
    with market_scope(world.market.pk):
        assert Assignment.objects.count() == 70


def _folder(content: bytes, to: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(to)
    return to


def _recompute(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "recompute.py")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_stranger_computes_the_published_result_again(world: World, tmp_path: Path) -> None:
    random_ = random.Random(5)
    found = _trial(
        world,
        60,
        lambda arm: random_.choice([0, 1, 2, 6]) + (arm == "treatment"),
        holdout_bp=1000,
        analysis="sequential",
    )
    with market_scope(world.market.pk):
        content = experiment_export(world.market.pk, found.experiment_id, NOON + 31 * DAY)
        Subject.objects.all().delete()
        again = experiment_export(world.market.pk, found.experiment_id, NOON + 400 * DAY)
    assert content == again
    folder = _folder(content, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "design.json",
        "recompute.py",
        "result.json",
        "units.csv",
    ]
    code, said = _recompute(folder)
    assert said.endswith("agrees\n")
    assert code == 0
    recomputed = json.loads(said[: said.rindex("}") + 1])
    assert recomputed == json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert recomputed["verdict"] == found.result.verdict
    with market_scope(world.market.pk):
        keys = [str(key) for key in Assignment.objects.values_list("unit", flat=True)]
        salt = Experiment.objects.get().salt
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        assert salt not in text
        assert not any(key in text for key in keys)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("result.json", '"is_ok": true', '"is_ok": false'),
        ("design.json", '"smallest_effect_pct": 20.0', '"smallest_effect_pct": 21.0'),
        ("design.json", '"holdout_bp": 0', '"holdout_bp": 1'),
    ],
)
def test_a_tampered_export_differs(
    world: World, tmp_path: Path, name: str, old: str, new: str
) -> None:
    found = _trial(world, 24, lambda arm: 1 + (arm == "treatment"))
    with market_scope(world.market.pk):
        content = experiment_export(world.market.pk, found.experiment_id, NOON + 31 * DAY)
    folder = _folder(content, tmp_path)
    assert _recompute(folder)[0] == 0
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    code, said = _recompute(folder)
    assert (code, said.splitlines()[-1]) == (1, "differs")


def test_one_changed_value_differs(world: World, tmp_path: Path) -> None:
    found = _trial(world, 24, lambda arm: 1 + (arm == "treatment"))
    with market_scope(world.market.pk):
        content = experiment_export(world.market.pk, found.experiment_id, NOON + 31 * DAY)
    folder = _folder(content, tmp_path)
    assert _recompute(folder)[0] == 0
    rows = (folder / "units.csv").read_text(encoding="utf-8")
    assert ",2000," in rows
    (folder / "units.csv").write_text(rows.replace(",2000,", ",2001,", 1), encoding="utf-8")
    code, said = _recompute(folder)
    assert (code, said.splitlines()[-1]) == (1, "differs")
    assert "/comparisons/0/effect" in said


def test_nothing_is_exported_before_the_end(world: World) -> None:
    row = started(world, world.office())
    meet(world, guest())
    with market_scope(world.market.pk):
        with pytest.raises(ExperimentStillRuns):
            experiment_export(world.market.pk, row.pk, NOON + DAY)
        with pytest.raises(NotFound):
            experiment_export(world.market.pk, row.pk + 1000, NOON + DAY)
    stop_experiment(
        actor=world.office(), market_id=world.market.pk, experiment_id=row.pk, now=NOON + DAY
    )
    with market_scope(world.market.pk):
        assert experiment_export(world.market.pk, row.pk, NOON + DAY)[:2] == b"PK"


def test_a_vendor_that_changes_nothing_is_found_to_change_nothing() -> None:
    """A/A through the whole stack: assignment, log, books, look. One fixed draw; the rate is in the benchmark."""
    world = make_world()
    world.stall("only")
    world.offer("무", 2000, stall="only")
    random_ = random.Random(11)
    found = _trial(
        world,
        240,
        lambda arm: random_.randint(1, 4) if random_.random() < 0.25 else 0,
        smallest_effect_pct=80,
    )
    [comparison] = found.result.comparisons
    assert found.result.ratio.is_ok
    assert comparison.effect is not None
    assert comparison.effect.low < 0 < comparison.effect.high
    assert comparison.verdict == "no effect found"


def test_the_split_of_the_whole_stack_is_the_engines(world: World) -> None:
    row = started(world, world.office(), holdout_bp=2000)
    for _ in range(50):
        meet(world, guest())
    shares = [("control", 5000), ("treatment", 5000)]
    with market_scope(world.market.pk):
        for unit, arm in Assignment.objects.filter(experiment=row).values_list("unit", "arm"):
            assert arm == assign(row.salt, unit, shares, 2000)


def test_a_plan_is_made_from_the_markets_own_past(world: World) -> None:
    with market_scope(world.market.pk):
        nothing = plan_power(world.market.pk, "sales", "shopper", 10, (5000, 5000), NOON)
    assert (nothing.days, nothing.units, nothing.units_seen) == (None, None, 0)
    for number in range(40):
        who = guest()
        day = NOON - (1 + number % 20) * DAY
        meet(world, who, day)
        _buy(world, who, "무", 1 + number % 2, day + timedelta(hours=1))
    with market_scope(world.market.pk):
        easy = plan_power(world.market.pk, "sales", "shopper", 60, (5000, 5000), NOON)
        hard = plan_power(world.market.pk, "sales", "shopper", 10, (5000, 5000), NOON)
        wider = plan_power(
            world.market.pk, "sales", "shopper", 10, (5000, 5000), NOON, analysis="sequential"
        )
    # half buy 2,000 won and half 4,000: mean 3,000, variance 40/39 of a million
    assert (hard.mean, hard.variance) == (3000, pytest.approx(1e6 * 40 / 39))
    # 7.849 (80 % power at 5 %) x variance x (1 + 1.1^2) x 2 / 300^2
    assert hard.units == 396
    assert hard.days is not None
    assert hard.days > 28
    assert easy.days is not None
    assert easy.days <= 21
    assert wider.units is not None
    assert wider.units > hard.units
