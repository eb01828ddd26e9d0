"""Is what must not suffer safe? The worse end of an interval against a margin agreed beforehand.

The margin is a share of the control's mean, which is itself measured, so the interval is laid around the contrast
"worsening minus margin" with the errors of both means (as in non-inferiority tests on a ratio; Rothmann, Wiens & Chan
2011, "Design and Analysis of Non-Inferiority Trials", ch. 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from jangteo.engines.experiments.effect import Summary


class Safety(StrEnum):
    """What is known of a guardrail."""

    #: even the worse end stays within the margin
    OK = "ok"
    #: even the better end passes it
    BREACHED = "breached"
    #: the interval holds both
    NOT_SHOWN_SAFE = "not shown safe"


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardrailCheck:
    """The ends of "worsening beyond the margin" in the metric's own measure; above 0 is too much."""

    safety: Safety
    #: positive is worse
    worsening: float
    margin: float
    low: float
    high: float


def check_guardrail(
    control: Summary, arm: Summary, *, better: str, margin_pct: float, critical: float
) -> GuardrailCheck:
    """``better``: "up" or "down". ``critical``: half-width of the interval in standard errors."""
    if better not in ("up", "down"):
        raise ValueError("better is up or down")
    if margin_pct < 0:
        raise ValueError("a margin cannot be negative")
    sign = 1.0 if better == "down" else -1.0
    worsening = sign * (arm.mean - control.mean)
    side = 1.0 if control.mean >= 0 else -1.0
    weight = sign + side * margin_pct / 100
    margin = margin_pct / 100 * abs(control.mean)
    error = sqrt(arm.error2 + weight**2 * control.error2)
    low = worsening - margin - critical * error
    high = worsening - margin + critical * error
    if high <= 0:
        safety = Safety.OK
    elif low > 0:
        safety = Safety.BREACHED
    else:
        safety = Safety.NOT_SHOWN_SAFE
    return GuardrailCheck(safety=safety, worsening=worsening, margin=margin, low=low, high=high)
