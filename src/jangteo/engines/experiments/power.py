"""How many units an effect needs, and which effect the units at hand could find.

The usual normal approximation for the difference of two means (van Belle 2008, "Statistical Rules of Thumb", ch. 2):
an effect of (critical + z of the power) standard errors is found with that power. ``critical`` is the half-width of the
interval in standard errors, so the same formula serves one look at the horizon and the always-valid sequence.
"""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

from jangteo.engines.experiments import sequence
from jangteo.engines.experiments.effect import Summary

POWER = 0.8


def planned_critical(alpha: float, *, is_sequential: bool) -> float:
    """Half-width in standard errors at the horizon."""
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    if is_sequential:
        return sequence.critical(1.0, alpha)
    return NormalDist().inv_cdf(1 - alpha / 2)


def units_needed(
    *,
    mean: float,
    variance: float,
    effect_pct: float,
    shares: tuple[float, float],
    critical: float,
    power: float = POWER,
) -> int | None:
    """Units of all arms together that find a change of ``effect_pct`` percent of ``mean``; None when the mean is 0.

    ``shares``: of control and arm among all units, each above 0, together at most 1. An effect that multiplies what units
    do multiplies their spread as well, so the arm is planned with the spread it would have.
    """
    if min(shares) <= 0 or sum(shares) > 1 + 1e-9:
        raise ValueError("shares must be above 0 and sum to at most 1")
    if effect_pct <= 0:
        raise ValueError("the effect to find must be above 0")
    if mean == 0:
        return None
    wanted = abs(mean) * effect_pct / 100
    reach = critical + NormalDist().inv_cdf(power)
    both = variance * (1 / shares[0] + (1 + effect_pct / 100) ** 2 / shares[1])
    return max(ceil(reach**2 * both / wanted**2), 2)


def detectable(control: Summary, arm: Summary, critical: float, power: float = POWER) -> float:
    """The smallest difference, in the metric's own measure, that these units find with that power."""
    return (critical + NormalDist().inv_cdf(power)) * sqrt(control.error2 + arm.error2)


def detectable_pct(
    control: Summary, arm: Summary, critical: float, power: float = POWER
) -> float | None:
    """The same in percent of the control's mean; None when that is 0."""
    if control.mean == 0:
        return None
    return 100 * detectable(control, arm, critical, power) / abs(control.mean)
