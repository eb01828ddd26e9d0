"""What one look at an experiment says, as a record that is stored, shown and published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: smaller numbers are published as 0: they are rounding errors of sums
NOTHING = 1e-9
DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Ratio:
    """The sample-ratio check over arms and hold-out."""

    statistic: float
    p_value: float
    is_ok: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectView:
    """Arm minus control in the metric's own measure, with its interval; the lift in percent where it can be given."""

    control_mean: float
    arm_mean: float
    difference: float
    low: float
    high: float
    lift_pct: float | None
    lift_low_pct: float | None
    lift_high_pct: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardrailView:
    """A guardrail of one arm. The ends are of "worsening beyond the margin": above 0 is too much; None: too few units."""

    metric: str
    margin_pct: float
    #: "ok", "breached", "not shown safe"
    safety: str
    control_mean: float
    arm_mean: float
    beyond_low: float | None
    beyond_high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One arm against the control."""

    arm: str
    #: a `verdict.Verdict`
    verdict: str
    #: None: hidden (see `Result.hidden`) or too few units
    effect: EffectView | None
    #: smallest effect these units find with 80 % power, percent of the control's mean
    detectable_pct: float | None
    #: at the pace so far, so many more days for the smallest effect worth finding; None: enough or unknown
    more_days: int | None
    guardrails: tuple[GuardrailView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How the arm's provider served: counts from the log up to the look."""

    decisions: int
    fallbacks: int
    mean_latency_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One look. Money in won, times as ISO texts in UTC."""

    #: "fixed" or "sequential": which interval was used (a fixed one stopped early is read by the sequence)
    analysis: str
    is_over: bool
    until: str
    #: why no effect is shown: "", "horizon" or "sample-ratio"
    hidden: str
    #: units by arm, "holdout" among them
    units: Mapping[str, int]
    ratio: Ratio
    unit_days: float
    #: share of the variance that pre-period data took away; 0: none
    variance_reduction: float
    #: units of the arms that had pre-period data
    known_before: int
    #: the headline: that of the only arm, or of the one that found something
    verdict: str
    comparisons: tuple[Comparison, ...]
    #: by arm
    health: Mapping[str, Health]


def to_json(result: Result) -> dict[str, Any]:
    """As stored: plain JSON values, equal to what the database gives back."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(result)))
    return plain


def from_json(stored: Mapping[str, Any]) -> Result:
    """As a record again."""
    comparisons = tuple(
        Comparison(
            **one
            | {
                "effect": EffectView(**one["effect"]) if one["effect"] else None,
                "guardrails": tuple(GuardrailView(**g) for g in one["guardrails"]),
            }
        )
        for one in stored["comparisons"]
    )
    health = {arm: Health(**one) for arm, one in stored["health"].items()}
    return Result(
        **dict(stored)
        | {"ratio": Ratio(**stored["ratio"]), "comparisons": comparisons, "health": health}
    )


def published(result: Result) -> dict[str, Any]:
    """What is published and anybody can recompute: fractions as texts of six significant digits. Without health."""
    plain = to_json(result)
    del plain["health"]
    return {key: _text(value) for key, value in plain.items()}


def _text(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return {key: _text(one) for key, one in value.items()}
    return [_text(one) for one in value]


def number(value: float) -> str:
    """Six significant digits, or "0" for a rounding error."""
    return "0" if abs(value) < NOTHING else f"{value:.{DIGITS}g}"
