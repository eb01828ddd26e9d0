"""Formulas of indicators on rows written by hand."""

from __future__ import annotations

import ast
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.indicators import FORMULAS, CannotCompute, compute, decimal_text, formulas

OCTOBER = ("2026-10-01", "2026-10-28")


def _decision(day: int, **fields: str) -> dict[str, str]:
    base = {"market": "m", "capability": "c", "provider": "built-in", "mode": "auto", "stall": "a"}
    return base | {"day": f"2026-10-{day:02d}"} | fields


def _stalls(*keys: str, active: str = "1") -> list[dict[str, str]]:
    return [{"market": "m", "stall": key, "active": active} for key in keys]


def _sellers(stalls: list[dict[str, str]], decisions: list[dict[str, str]]) -> tuple[int, int]:
    tables = {"stalls": stalls, "decisions": decisions}
    return compute("share_of_sellers_using_ai", {"min_days": 4, "per_days": 28}, OCTOBER, tables)


def test_four_days_are_enough_and_three_are_not() -> None:
    four = [_decision(day) for day in (1, 2, 3, 4)]
    assert _sellers(_stalls("a", "b"), four) == (1, 2)
    assert _sellers(_stalls("a", "b"), four[:3]) == (0, 2)


def test_many_times_on_one_day_are_one_day() -> None:
    assert _sellers(_stalls("a"), [_decision(1)] * 50) == (0, 1)


@pytest.mark.parametrize("mode", ["observed", "rejected", "proposed"])
def test_what_was_not_used_does_not_count(mode: str) -> None:
    assert _sellers(_stalls("a"), [_decision(day, mode=mode) for day in range(1, 9)]) == (0, 1)


def test_a_stall_counts_once_and_a_closed_one_not_at_all() -> None:
    """The same stall name in another market is another stall; a ghost stall is in neither number."""
    rows = [_decision(day, stall=stall) for day in range(1, 9) for stall in ("a", "gone", "ghost")]
    stalls = [*_stalls("a"), *_stalls("gone", active="0")]
    assert _sellers(stalls, rows) == (1, 1)


@pytest.mark.parametrize(("days", "needed"), [(1, 1), (7, 1), (8, 2), (28, 4), (31, 5)])
def test_needed_days_grow_with_the_period_rounded_up(days: int, needed: int) -> None:
    period = ("2026-10-01", f"2026-10-{days:02d}")
    parameters = {"min_days": 4, "per_days": 28}
    for have, using in ((needed, 1), (needed - 1, 0)):
        tables = {"stalls": _stalls("a"), "decisions": [_decision(1 + d) for d in range(have)]}
        assert compute("share_of_sellers_using_ai", parameters, period, tables)[0] == using


def test_work_is_weighed_by_time_or_counted_and_only_of_those_named() -> None:
    capabilities = [
        {"capability": "long", "of": "stall", "seconds": "300"},
        {"capability": "short", "of": "office", "seconds": "60"},
        {"capability": "shelf", "of": "shopper", "seconds": "5"},
    ]
    decisions = [
        _decision(1, capability="long", mode="edited"),
        _decision(1, capability="short", mode="rejected"),
        _decision(1, capability="shelf"),
        _decision(1, capability="unknown"),
    ]
    for weight, expected in (("seconds", (300, 360)), ("count", (1, 2))):
        assert (
            compute(
                "share_of_work_automated",
                {"weight": weight, "of": ["stall", "office"]},
                OCTOBER,
                {"capabilities": iter(capabilities), "decisions": iter(decisions)},
            )
            == expected
        )


def test_a_system_is_in_use_when_it_worked_often_enough_on_enough_days() -> None:
    parameters = {"min_decisions": 3, "min_days": 2}
    rows = [
        *[_decision(1, provider="often-one-day")] * 9,
        *[_decision(day, provider="good") for day in (1, 1, 2)],
        *[_decision(day, provider="baseline") for day in (1, 2, 3)],
        *[_decision(day, provider="good", market="other") for day in (1, 2, 3)],
        *[_decision(day, provider="installed", mode="observed") for day in (1, 2, 3)],
    ]
    assert compute("systems_in_use", parameters, OCTOBER, {"decisions": rows}) == (2, 1)


def test_pilots_and_startups_count_in_their_period_each_company_once() -> None:
    pilots = [
        {"company": "x", "founded": "2020-02-29", "started": "2026-10-01", "published": "2026-10-28"},
        {"company": "x", "founded": "2020-02-29", "started": "2026-10-02", "published": ""},
        {"company": "old", "founded": "2019-10-01", "started": "2026-10-02", "published": "2026-10-29"},
        {"company": "edge", "founded": "2019-10-02", "started": "2026-10-02", "published": ""},
        {"company": "unknown", "founded": "", "started": "2026-10-02", "published": ""},
        {"company": "early", "founded": "2026-01-01", "started": "2026-09-30", "published": ""},
    ]  # fmt: skip
    assert compute("pilots_published", {}, OCTOBER, {"pilots": pilots}) == (1, 1)
    assert compute("startups_in_pilots", {"most_years": 7}, OCTOBER, {"pilots": pilots}) == (2, 1)


@pytest.mark.parametrize(
    ("formula", "parameters"),
    [
        ("share_of_sellers_using_ai", {}),
        ("share_of_sellers_using_ai", {"min_days": 4, "per_days": 0}),
        ("share_of_sellers_using_ai", {"min_days": 4.0, "per_days": 28}),
        ("systems_in_use", {"min_decisions": True, "min_days": 1}),
        ("share_of_work_automated", {"weight": "minutes", "of": ["stall"]}),
        ("share_of_work_automated", {"weight": "count", "of": []}),
        ("installs", {}),
    ],
)
def test_wrong_parameters_are_refused_with_a_reason(
    formula: str, parameters: dict[str, Any]
) -> None:
    names = FORMULAS[formula][1] if formula in FORMULAS else ()
    with pytest.raises(CannotCompute):
        compute(formula, parameters, OCTOBER, {name: [] for name in names})


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        ((1, 3), "0.333333"),
        ((2, 3), "0.666667"),
        ((0, 5), "0.000000"),
        ((7, 7), "1.000000"),
        ((1, 2_000_000), "0.000000"),
        ((3, 2_000_000), "0.000002"),
        ((1, 0), ""),
    ],
)
def test_decimal_text_is_exact_with_halves_to_even(fraction: tuple[int, int], text: str) -> None:
    assert decimal_text(*fraction) == text


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_decimal_text_is_the_nearest(numerator: int, denominator: int) -> None:
    found = Fraction(decimal_text(numerator, denominator))
    assert abs(found - Fraction(numerator, denominator)) <= Fraction(1, 2 * 10**6)


def test_what_stands_in_an_export_needs_the_standard_library_only() -> None:
    tree = ast.parse(Path(formulas.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        str(node.module).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names)
    assert not any(
        isinstance(node, ast.Constant) and isinstance(node.value, float) for node in ast.walk(tree)
    )
