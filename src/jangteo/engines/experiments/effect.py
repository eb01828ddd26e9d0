"""The difference of two means and the relative lift, each with an interval.

The difference follows Welch (1947): unequal variances, degrees of freedom by Satterthwaite. The lift, arm over control
minus one, has the standard error of the delta method (Deng, Knoblich & Lu 2018, "Applying the Delta Method in Metric
Analytics") and the same critical value. It is left out where the control's mean is not clearly away from zero (less
than four standard errors), because a ratio to nearly nothing says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, sqrt

import scipy

#: a lift is given when the control's mean is at least so many standard errors from zero
CLEAR_OF_ZERO = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """Sufficient statistics of one arm: units, mean, and sample variance (divisor n - 1; 0 for a single unit)."""

    n: int
    mean: float
    variance: float

    @property
    def error2(self) -> float:
        """The squared standard error of the mean."""
        return self.variance / self.n


@dataclass(frozen=True, kw_only=True, slots=True)
class Lift:
    """Change relative to the control's mean, percent, with the ends of its interval."""

    pct: float
    low_pct: float
    high_pct: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """Arm minus control, in the metric's own measure, with the ends of its interval."""

    control: Summary
    arm: Summary
    difference: float
    low: float
    high: float
    standard_error: float
    #: Welch-Satterthwaite
    freedom: float
    #: half-width of the interval in standard errors
    critical: float
    #: None where the control's mean is too near zero
    lift: Lift | None


def summarise(values: Iterable[float]) -> Summary:
    """Sufficient statistics of one value a unit, summed without rounding error. Raises `ValueError` for no units."""
    numbers = [float(value) for value in values]
    if not numbers:
        raise ValueError("no units")
    n = len(numbers)
    mean = fsum(numbers) / n
    variance = fsum((value - mean) ** 2 for value in numbers) / (n - 1) if n > 1 else 0.0
    return Summary(n=n, mean=mean, variance=variance)


def welch(control: Summary, arm: Summary, alpha: float) -> Effect:
    """The effect with a two-sided interval at level 1 - ``alpha``, for one look at a fixed time.

    Raises `ValueError` for fewer than two units in an arm: nothing is known of their spread then.
    """
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    quantile = float(scipy.stats.t.ppf(1 - alpha / 2, degrees_of_freedom(control, arm)))
    return with_critical(control, arm, quantile)


def degrees_of_freedom(control: Summary, arm: Summary) -> float:
    """Welch-Satterthwaite; n - 2 when neither arm varies. Raises `ValueError` for fewer than two units in an arm."""
    if min(control.n, arm.n) < 2:
        raise ValueError("an interval needs at least two units in each arm")
    both = control.error2 + arm.error2
    if both == 0:
        return float(control.n + arm.n - 2)
    return both**2 / (control.error2**2 / (control.n - 1) + arm.error2**2 / (arm.n - 1))


def with_critical(control: Summary, arm: Summary, critical: float) -> Effect:
    """The effect with an interval of ``critical`` standard errors to each side."""
    freedom = degrees_of_freedom(control, arm)
    difference = arm.mean - control.mean
    error = sqrt(control.error2 + arm.error2)
    return Effect(
        control=control,
        arm=arm,
        difference=difference,
        low=difference - critical * error,
        high=difference + critical * error,
        standard_error=error,
        freedom=freedom,
        critical=critical,
        lift=_lift(control, arm, critical),
    )


def _lift(control: Summary, arm: Summary, critical: float) -> Lift | None:
    if control.mean == 0 or abs(control.mean) < CLEAR_OF_ZERO * sqrt(control.error2):
        return None
    ratio = arm.mean / control.mean
    error = sqrt(arm.error2 + ratio**2 * control.error2) / abs(control.mean)
    return Lift(
        pct=100 * (ratio - 1),
        low_pct=100 * (ratio - 1 - critical * error),
        high_pct=100 * (ratio - 1 + critical * error),
    )
