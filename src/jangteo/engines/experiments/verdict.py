"""One verdict, decided by rules that stood before the data: nobody chooses afterwards what to call the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jangteo.engines.experiments.effect import Effect
from jangteo.engines.experiments.power import detectable_pct
from jangteo.engines.experiments.ratio import RatioCheck

#: an experiment of the planned size measures a spread a little off the planned one: within a tenth it counts as that size
TOLERANCE = 1.1


class Verdict(StrEnum):
    """What an experiment says of one arm against the control."""

    UP = "effect up"
    DOWN = "effect down"
    #: none was found, and the smallest effect worth finding is ruled out or would have been found with 80 % power
    NONE = "no effect found"
    INVALID = "invalid: sample ratio"
    #: none was found, but it could have been missed
    TOO_SMALL = "too small"
    #: not over; the sequence has found nothing yet, or the horizon of a fixed analysis has not come
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The verdict, with what could have been found."""

    verdict: Verdict
    #: percent of the control's mean, at 80 % power; None where unknown
    detectable_pct: float | None
    #: so many times the units of now are needed for the smallest effect; None where unknown or enough
    times_units: float | None


def judge(
    *, ratio: RatioCheck, effect: Effect | None, smallest_effect_pct: float, is_over: bool
) -> Judged:
    """The rules, in this order: sample ratio; interval without zero; still running; power for the smallest effect.

    ``effect``: None when there were too few units for an interval, or when it may not be looked at yet.
    """
    if not ratio.is_ok:
        return Judged(verdict=Verdict.INVALID, detectable_pct=None, times_units=None)
    if effect is None:
        verdict = Verdict.TOO_SMALL if is_over else Verdict.WAITING
        return Judged(verdict=verdict, detectable_pct=None, times_units=None)
    could_find = detectable_pct(effect.control, effect.arm, effect.critical)
    if effect.low > 0:
        return Judged(verdict=Verdict.UP, detectable_pct=could_find, times_units=None)
    if effect.high < 0:
        return Judged(verdict=Verdict.DOWN, detectable_pct=could_find, times_units=None)
    smallest = smallest_effect_pct / 100 * abs(effect.control.mean)
    is_ruled_out = -smallest < effect.low and effect.high < smallest
    is_enough = could_find is not None and (
        could_find <= TOLERANCE * smallest_effect_pct or is_ruled_out
    )
    times = None
    if could_find is not None and not is_enough:
        times = (could_find / smallest_effect_pct) ** 2
    if not is_over:
        return Judged(verdict=Verdict.WAITING, detectable_pct=could_find, times_units=times)
    verdict = Verdict.NONE if is_enough else Verdict.TOO_SMALL
    return Judged(verdict=verdict, detectable_pct=could_find, times_units=times)
