from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.pairing.evaluate import band, best_threshold, calibration_error, scores

LABELS = np.array([1, 1, 0, 1, 0, 0])
CHANCES = np.array([0.9, 0.8, 0.7, 0.6, 0.3, 0.1])


def test_scores_are_those_of_the_textbook() -> None:
    found = scores([1, 1, 0, 0], [1, 0, 1, 0])
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert scores([0, 0], [0, 0]).f1 == 0
    assert scores([], []).recall == 0
    with pytest.raises(ValueError, match="as many"):
        scores([1], [1, 0])


def test_the_best_threshold_lies_between_two_pairs() -> None:
    # three of four right and none missed: F1 6/7
    assert best_threshold(LABELS, CHANCES) == pytest.approx(0.45)
    assert best_threshold([0, 0], [0.2, 0.3]) == 0.5
    assert best_threshold([1, 0], [0.4, 0.4]) == pytest.approx(0.2)


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    assert calibration_error([1, 0, 1, 0], [0.55, 0.55, 0.55, 0.55]) == pytest.approx(0.05)
    assert calibration_error([1, 1], [1.0, 1.0]) == 0
    assert calibration_error([], []) == 0


def test_the_band_is_as_narrow_as_the_promise_allows() -> None:
    assert band([(CHANCES, LABELS)], 1.0, 1.0) == (0.6, 0.8)
    assert band([(CHANCES, LABELS)], 0.75, 0.75) == (0.6, 0.6)
    # what no cut can promise is left to people
    assert band([(CHANCES, np.zeros(6, dtype=int))], 0.99, 0.99)[1] > 1
    assert band([], 0.99, 0.99) == (0.0, 1.1)


def test_the_promise_holds_in_every_sample() -> None:
    worse = (np.array([0.85, 0.2]), np.array([0, 0]))
    assert band([(CHANCES, LABELS), worse], 1.0, 1.0)[1] > 1


@given(
    st.lists(
        st.tuples(st.floats(0, 1, allow_nan=False), st.integers(0, 1)), min_size=1, max_size=60
    )
)
def test_outside_the_band_the_promise_is_kept(rows: list[tuple[float, int]]) -> None:
    chance = np.array([p for p, _ in rows])
    labels = np.array([label for _, label in rows])
    low, high = band([(chance, labels)], 0.9, 0.9)
    assert 0 <= low <= high
    if (chance >= high).any():
        assert labels[chance >= high].mean() >= 0.9
    # a low cut that had to give way to the high one decides fewer pairs, and is not promised more than their share
    if (chance < low).any() and low < high:
        assert (1 - labels[chance < low]).mean() >= 0.9
