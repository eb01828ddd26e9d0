"""The rank value against the sum it stands for, and what it is made into."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.recommendation.popularity import (
    NEVER_SOLD,
    add_units,
    decayed_units,
    score,
    wanted,
)

#: a day of 2026, as days since 1970: far enough for naive sums of 2^(t/H) to leave what floats can hold
TODAY = 20_778.0


def _direct(sales: list[tuple[float, float]], now: float) -> float:
    """The definition itself: every unit halved for each seven days since it was sold."""
    return sum(units * 0.5 ** ((now - at) / 7.0) for units, at in sales)


@given(
    st.lists(st.tuples(st.integers(1, 500), st.floats(0, 400)), min_size=1, max_size=40),
    st.floats(0, 60),
)
def test_the_rank_value_is_worth_the_decayed_sum_in_any_order(
    sales: list[tuple[int, float]], later: float
) -> None:
    now = TODAY + later
    rows = [(float(units), TODAY - ago) for units, ago in sales]
    for order in (rows, rows[::-1]):
        rank = NEVER_SOLD
        for units, at in order:
            rank = add_units(rank, units, at)
        assert decayed_units(rank, now) == pytest.approx(_direct(rows, now), rel=1e-7)


def test_a_week_halves_and_the_order_stays_without_an_update() -> None:
    much_before = add_units(NEVER_SOLD, 100, TODAY - 14)
    some_now = add_units(NEVER_SOLD, 30, TODAY)
    assert decayed_units(much_before, TODAY) == pytest.approx(25)
    assert decayed_units(much_before, TODAY + 7) == pytest.approx(12.5)
    assert some_now > much_before
    for later in (0, 7, 700):
        assert decayed_units(some_now, TODAY + later) > decayed_units(much_before, TODAY + later)


def test_never_sold_is_nothing_and_units_must_be_positive() -> None:
    assert decayed_units(NEVER_SOLD, TODAY) == 0.0
    assert -inf == NEVER_SOLD
    with pytest.raises(ValueError, match="positive"):
        add_units(NEVER_SOLD, 0, TODAY)


def test_one_sale_does_not_beat_what_came_in_today() -> None:
    plain = {"arrived_today": False, "today_only": False, "available": None}
    assert wanted(0) == 0
    assert wanted(6) == 0.5
    one = score(1, **plain)
    fresh = score(0, **(plain | {"arrived_today": True}))
    steady = score(12, **plain)
    assert one < fresh < steady


def test_the_last_units_step_back() -> None:
    few = score(6, arrived_today=False, today_only=False, available=2)
    enough = score(6, arrived_today=False, today_only=False, available=3)
    assert (few, enough) == (pytest.approx(0.35), 0.5)
