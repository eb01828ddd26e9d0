"""An interval that holds at every look: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy &
Ramdas (2024), "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52(6).

With information t (their sample size) and a tuning constant r, the half-width in standard errors is

    sqrt((1 + 1 / (t r^2)) * log((t r^2 + 1) / alpha^2)),

their eq. (7) divided by the standard error. Here t is the share of the information planned for the horizon, so that it
is 1 there, and r is chosen to make the interval narrowest there (their eq. (14)).

Units enter over time and their outcomes go on accruing, so units alone do not count the information: a unit met on the
first day says more at the end. Information is therefore counted in unit-days, the sum over units of the days since the
first meeting. Against the sequence's own model, outcomes of one unit that resemble each other from day to day make
looks more alike, never less, which keeps the promise (Slepian's inequality); the simulation in ``benchmarks/decisions``
looks every day. The approximation to the normal distribution asks for `ENOUGH_UNITS` in each arm.
"""

from __future__ import annotations

from math import log, sqrt

from jangteo.engines.experiments.effect import Effect, Summary, with_critical

#: units in each arm before the first interval is given
ENOUGH_UNITS = 30


def tuning(alpha: float) -> float:
    """The r^2 that makes the interval narrowest at information 1 (closed approximation of the paper's eq. (14))."""
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    base = -2 * log(alpha)
    return base + log(base + 1)


def critical(information: float, alpha: float) -> float:
    """Half-width in standard errors at this share (above 0, may pass 1) of the planned information."""
    if information <= 0:
        raise ValueError("there is no information yet")
    scaled = information * tuning(alpha)
    return sqrt((1 + 1 / scaled) * log((scaled + 1) / alpha**2))


def always_valid(control: Summary, arm: Summary, alpha: float, information: float) -> Effect | None:
    """The effect with an interval that holds at all looks together; None before there are enough units."""
    if min(control.n, arm.n) < ENOUGH_UNITS or information <= 0:
        return None
    return with_critical(control, arm, critical(information, alpha))
