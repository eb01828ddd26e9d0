"""Less noise from what was known before the start: CUPED (Deng, Xu, Kohavi & Walker 2013, "Improving the Sensitivity of
Online Controlled Experiments by Utilizing Pre-Experiment Data").

One theta is estimated over all arms together, among the units that have pre-period data: cov(y, x) / var(x). Each of
them is moved by theta * (mean of x - x); units without such data are not moved along x. New and known units also differ
in level, so every unit is moved from the mean of its kind (with data or without) to the mean of all. What is subtracted
depends on nothing that happened after assignment but through pooled estimates, so the difference of arms stays
unbiased in large samples, and no unit is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isnan

#: fewer units with pre-period data: theta would be noise, and nothing is adjusted
ENOUGH_KNOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """Values in the order they came, with what was done to them."""

    values: list[float]
    theta: float
    #: units that had pre-period data
    known: int
    #: share of the variance that went, 0 to 1 (0: nothing was adjusted)
    variance_reduction: float


def adjust(values: Sequence[float], before: Sequence[float]) -> Adjusted:
    """``values``: one outcome a unit, all arms together. ``before``: the same units' pre-period value, NaN for none.

    Raises `ValueError` for different lengths.
    """
    if len(values) != len(before):
        raise ValueError("one pre-period value for each unit")
    known = [i for i, x in enumerate(before) if not isnan(x)]
    fresh = [i for i, x in enumerate(before) if isnan(x)]
    nothing = Adjusted(
        values=[float(v) for v in values], theta=0.0, known=len(known), variance_reduction=0.0
    )
    if len(known) < ENOUGH_KNOWN:
        return nothing
    mean_x = fsum(before[i] for i in known) / len(known)
    mean_y = fsum(values[i] for i in known) / len(known)
    spread = fsum((before[i] - mean_x) ** 2 for i in known)
    if spread == 0:
        return nothing
    theta = fsum((before[i] - mean_x) * (values[i] - mean_y) for i in known) / spread
    mean = fsum(values) / len(values)
    moved = [float(value) for value in values]
    for i in known:
        moved[i] += theta * (mean_x - before[i]) + mean - mean_y
    if fresh:
        mean_fresh = fsum(values[i] for i in fresh) / len(fresh)
        for i in fresh:
            moved[i] += mean - mean_fresh
    was = fsum((value - mean) ** 2 for value in values)
    left = fsum((value - mean) ** 2 for value in moved)
    if was == 0:
        return nothing
    return Adjusted(
        values=moved, theta=theta, known=len(known), variance_reduction=max(1 - left / was, 0.0)
    )
