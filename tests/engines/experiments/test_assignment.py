"""The same unit always meets the same arm, shares are kept, and one experiment says nothing of another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.experiments.assignment import HOLDOUT, assign, bucket_of
from jangteo.engines.experiments.ratio import check_ratio

HALVES = [("control", 5000), ("treatment", 5000)]


@given(st.text(max_size=20), st.text(max_size=20))
def test_it_is_the_same_every_time(salt: str, unit: str) -> None:
    assert assign(salt, unit, HALVES, 1000) == assign(salt, unit, HALVES, 1000)
    assert 0 <= bucket_of(salt, unit) < 10_000


def test_shares_are_kept_over_many_units() -> None:
    arms = [("a", 5000), ("b", 3000), ("c", 2000)]
    met = [assign("salt", f"unit-{i}", arms, 1000) for i in range(20_000)]
    counts = [met.count(name) for name in ("a", "b", "c", HOLDOUT)]
    assert check_ratio(counts, [4500, 2700, 1800, 1000]).is_ok


def test_another_salt_assigns_independently() -> None:
    one = [assign("one", f"unit-{i}", HALVES) for i in range(10_000)]
    other = [assign("other", f"unit-{i}", HALVES) for i in range(10_000)]
    cells = [
        sum(a == x and b == y for a, b in zip(one, other, strict=True))
        for x in ("control", "treatment")
        for y in ("control", "treatment")
    ]
    assert check_ratio(cells, [1, 1, 1, 1]).is_ok


def test_the_hold_out_takes_evenly_from_all_arms_and_moves_nobody() -> None:
    without = {i: assign("s", f"u{i}", HALVES) for i in range(10_000)}
    with_it = {i: assign("s", f"u{i}", HALVES, 2000) for i in range(10_000)}
    assert all(arm in (without[i], HOLDOUT) for i, arm in with_it.items())
    held = [without[i] for i, arm in with_it.items() if arm == HOLDOUT]
    assert check_ratio([held.count("control"), held.count("treatment")], [1, 1]).is_ok


@pytest.mark.parametrize(
    ("arms", "holdout"),
    [([("a", 5000)], 0), ([("a", 10_000), ("b", 0)], 0), (HALVES, 10_000), (HALVES, -1)],
)
def test_shares_that_do_not_add_up_are_refused(arms: list[tuple[str, int]], holdout: int) -> None:
    with pytest.raises(ValueError, match=r"shares|hold-out"):
        assign("s", "u", arms, holdout)
