"""The published program and the product are two computations: on rows of every kind they say the same."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import scipy

import jangteo.apps.decisions
from jangteo.apps.decisions.analysis import analyse
from jangteo.apps.decisions.experiments import ExperimentDesign, Guardrail
from jangteo.apps.decisions.measure import Rows, to_csv
from jangteo.apps.decisions.metrics import metrics
from jangteo.apps.decisions.results import Health, from_json, published, to_json
from jangteo.apps.decisions.setup import Arm
from tests.trials import design
from tests.world import NOON

DAY = timedelta(days=1)
PROGRAM = Path(jangteo.apps.decisions.__path__[0]) / "export_files" / "recompute.py"


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = spec_from_file_location("recompute", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(random_: random.Random, design: ExperimentDesign, units: int, lift: float) -> Rows:
    names = [arm.name for arm in design.arms] + (["holdout"] if design.holdout_bp else [])
    arms = [random_.choice(names) for _ in range(units)]
    before = [None if random_.random() < 0.4 else round(random_.lognormvariate(9, 1)) for _ in arms]
    values = [
        round(random_.lognormvariate(9, 1) * (lift if arm == "treatment" else 1)) + (past or 0) // 2
        if random_.random() < 0.6
        else 0
        for arm, past in zip(arms, before, strict=True)
    ]
    return Rows(
        unit=[f"{i:020x}" for i in range(units)],
        arm=arms,
        first_day=["2026-11-21"] * units,
        days=[round(random_.uniform(0, 14), 4) for _ in arms],
        value=[float(value) for value in values],
        before=[None if past is None else float(past) for past in before],
        guardrails={
            guardrail.metric: [
                random_.random()
                if "exposure" in guardrail.metric
                else float(random_.random() < 0.1)
                for _ in arms
            ]
            for guardrail in design.guardrails
        },
    )


GUARDRAILS = tuple(
    Guardrail(metric=key, margin_pct=margin)
    for key, margin in (("refunds", 20.0), ("complaints", 10.0), ("small-stall-exposure", 5.0))
)
THREE = (
    Arm(name="control", provider="baseline", share_bp=3400),
    Arm(name="treatment", provider="built-in", share_bp=3300),
    Arm(name="third", provider="built-in", share_bp=3300),
)
CASES: list[tuple[dict[str, Any], int, float, bool]] = [
    ({}, 900, 1.0, False),
    ({}, 900, 1.5, False),
    ({}, 900, 0.5, False),
    ({"analysis": "sequential"}, 900, 1.6, False),
    ({"analysis": "sequential"}, 40, 1.0, False),
    ({}, 900, 1.2, True),
    ({}, 3, 1.0, False),
    ({}, 0, 1.0, False),
    ({"arms": THREE}, 1200, 1.4, False),
    ({"arms": THREE, "holdout_bp": 2500, "alpha_bp": 100}, 1200, 1.4, False),
    ({"smallest_effect_pct": 90.0}, 2000, 1.0, False),
    ({"holdout_bp": 500}, 2000, 1.0, False),
]


@pytest.mark.parametrize(("changes", "units", "lift", "was_stopped"), CASES)
def test_both_say_the_same(
    program: ModuleType, changes: dict[str, Any], units: int, lift: float, was_stopped: bool
) -> None:
    plan = design(**{"guardrails": GUARDRAILS, "smallest_effect_pct": 20.0} | changes)
    rows = _rows(random.Random(units + len(changes)), plan, units, lift)
    until = NOON + (5 if was_stopped else 14) * DAY
    result = analyse(
        plan,
        rows,
        planned_unit_days=3000.5,
        is_over=True,
        was_stopped=was_stopped,
        starts_at=NOON,
        until=until,
        health={"control": Health(decisions=1, fallbacks=0, mean_latency_ms=0.5)},
    )
    assert from_json(to_json(result)) == result
    document = {
        "design": asdict(plan) | {"planned_unit_days": 3000.5, "starts_at": NOON.isoformat()},
        "closed": {
            "state": "stopped" if was_stopped else "ended",
            "until": until.isoformat(),
        },
        "metrics": {key: {"better": metric.better} for key, metric in metrics().items()},
    }
    again = program.in_words(
        program.compute(json.loads(json.dumps(document)), program.read_rows(to_csv(rows).decode()))
    )
    assert again == published(result)


def test_the_cases_reach_every_verdict(program: ModuleType) -> None:
    seen = set()
    for changes, units, lift, was_stopped in CASES:
        plan = design(**{"guardrails": GUARDRAILS, "smallest_effect_pct": 20.0} | changes)
        result = analyse(
            plan,
            _rows(random.Random(units + len(changes)), plan, units, lift),
            planned_unit_days=3000.5,
            is_over=True,
            was_stopped=was_stopped,
            starts_at=NOON,
            until=NOON + 14 * DAY,
            health={},
        )
        seen.add(result.verdict)
    assert seen == {
        "effect up",
        "effect down",
        "no effect found",
        "invalid: sample ratio",
        "too small",
    }


@pytest.mark.parametrize("freedom", [1.0, 2.0, 3.7, 10.0, 57.3, 400.0, 52_000.4])
def test_its_student_quantiles_are_right(program: ModuleType, freedom: float) -> None:
    for alpha in (0.2, 0.05, 0.025, 0.001):
        wanted = float(scipy.stats.t.ppf(1 - alpha / 2, freedom))
        assert program.student_quantile(alpha, freedom) == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4])
def test_its_chi_square_tail_is_right(program: ModuleType, freedom: int) -> None:
    for x in (0.0, 1e-6, 0.3, 1.0, 3.84, 10.83, 40.0, 200.0):
        wanted = float(scipy.stats.chi2.sf(x, freedom))
        assert program.chi_square_tail(x, freedom) == pytest.approx(wanted, rel=1e-10, abs=1e-15)
