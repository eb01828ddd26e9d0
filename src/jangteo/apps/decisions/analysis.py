"""From an experiment's rows to a result. The same rows and design give the same result, digit by digit.

``export_files/recompute.py`` is a second implementation of this module and the engine below it; a change here without
the same change there fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil, nan

import scipy

from jangteo.apps.decisions.experiments import ExperimentDesign
from jangteo.apps.decisions.measure import Rows
from jangteo.apps.decisions.metrics import metrics
from jangteo.apps.decisions.results import (
    Comparison,
    EffectView,
    GuardrailView,
    Health,
    Ratio,
    Result,
)
from jangteo.engines.experiments import sequence
from jangteo.engines.experiments.assignment import BUCKETS, HOLDOUT
from jangteo.engines.experiments.cuped import adjust
from jangteo.engines.experiments.effect import (
    Effect,
    Summary,
    degrees_of_freedom,
    summarise,
    welch,
)
from jangteo.engines.experiments.guardrail import Safety, check_guardrail
from jangteo.engines.experiments.ratio import RatioCheck, check_ratio
from jangteo.engines.experiments.verdict import Judged, Verdict, judge

FIXED = "fixed"
SEQUENTIAL = "sequential"


def analyse(
    design: ExperimentDesign,
    rows: Rows,
    *,
    planned_unit_days: float,
    is_over: bool,
    was_stopped: bool,
    starts_at: datetime,
    until: datetime,
    health: Mapping[str, Health],
) -> Result:
    """One look. ``was_stopped``: closed before its horizon, so that only the sequence may be read."""
    arms = [arm.name for arm in design.arms]
    units = {name: rows.arm.count(name) for name in arms}
    if design.holdout_bp:
        units[HOLDOUT] = rows.arm.count(HOLDOUT)
    ratio = check_ratio(list(units.values()), _shares(design))
    is_fixed = design.analysis == FIXED and not was_stopped
    hidden = ""
    if not ratio.is_ok:
        hidden = "sample-ratio"
    elif is_fixed and not is_over:
        hidden = "horizon"
    uses_fixed = is_fixed and is_over
    unit_days = rows.unit_days
    information = unit_days / planned_unit_days if planned_unit_days > 0 else 0.0
    in_arms = [place for place, arm in enumerate(rows.arm) if arm in arms]
    adjusted = adjust(
        [rows.value[place] for place in in_arms],
        [nan if rows.before[place] is None else rows.before[place] or 0.0 for place in in_arms],
    )
    values = _by_arm([rows.arm[place] for place in in_arms], adjusted.values, arms)
    alpha = design.alpha_bp / 10_000 / (len(arms) - 1)
    days = (until - starts_at).total_seconds() / 86_400
    comparisons = tuple(
        _compare(
            design,
            rows,
            values,
            arm=arm,
            ratio=ratio,
            hidden=hidden,
            alpha=alpha,
            information=None if uses_fixed else information,
            is_over=is_over,
            days=days,
        )
        for arm in arms[1:]
    )
    return Result(
        analysis=FIXED if is_fixed else SEQUENTIAL,
        is_over=is_over,
        until=until.isoformat(),
        hidden=hidden,
        units=units,
        ratio=Ratio(statistic=ratio.statistic, p_value=ratio.p_value, is_ok=ratio.is_ok),
        unit_days=unit_days,
        variance_reduction=0.0 if hidden else adjusted.variance_reduction,
        known_before=adjusted.known,
        verdict=_headline([comparison.verdict for comparison in comparisons]),
        comparisons=comparisons,
        health=health,
    )


def _shares(design: ExperimentDesign) -> list[float]:
    if not design.holdout_bp:
        return [float(arm.share_bp) for arm in design.arms]
    inside = (BUCKETS - design.holdout_bp) / BUCKETS
    return [arm.share_bp * inside for arm in design.arms] + [float(design.holdout_bp)]


def _by_arm(
    arm: Sequence[str], values: Sequence[float], arms: Sequence[str]
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in arms}
    for name, value in zip(arm, values, strict=True):
        if name in found:
            found[name].append(value)
    return found


def _compare(
    design: ExperimentDesign,
    rows: Rows,
    values: Mapping[str, list[float]],
    *,
    arm: str,
    ratio: RatioCheck,
    hidden: str,
    alpha: float,
    information: float | None,
    is_over: bool,
    days: float,
) -> Comparison:
    """``information``: None for the one look at the horizon."""
    control = design.arms[0].name
    effect = None
    if not hidden:
        effect = _effect(values[control], values[arm], alpha, information)
    judged = judge(
        ratio=ratio,
        effect=effect,
        smallest_effect_pct=design.smallest_effect_pct,
        is_over=is_over,
    )
    guardrails = () if hidden == "sample-ratio" else _guardrails(design, rows, arm, information)
    return Comparison(
        arm=arm,
        verdict=judged.verdict.value,
        effect=_view(effect) if effect else None,
        detectable_pct=judged.detectable_pct,
        more_days=_more_days(judged, days),
        guardrails=guardrails,
    )


def _effect(
    control: Sequence[float], arm: Sequence[float], alpha: float, information: float | None
) -> Effect | None:
    if min(len(control), len(arm)) < 2:
        return None
    if information is None:
        return welch(summarise(control), summarise(arm), alpha)
    return sequence.always_valid(summarise(control), summarise(arm), alpha, information)


def _view(effect: Effect) -> EffectView:
    lift = effect.lift
    return EffectView(
        control_mean=effect.control.mean,
        arm_mean=effect.arm.mean,
        difference=effect.difference,
        low=effect.low,
        high=effect.high,
        lift_pct=lift.pct if lift else None,
        lift_low_pct=lift.low_pct if lift else None,
        lift_high_pct=lift.high_pct if lift else None,
    )


def _more_days(judged: Judged, days: float) -> int | None:
    if judged.times_units is None or judged.times_units <= 1:
        return None
    return ceil(days * (judged.times_units - 1))


def _guardrails(
    design: ExperimentDesign, rows: Rows, arm: str, information: float | None
) -> tuple[GuardrailView, ...]:
    """Each guardrail at the design's whole alpha: "ok" of all of them needs no correction, it needs every one."""
    known = metrics()
    control = design.arms[0].name
    views = []
    for guardrail in design.guardrails:
        values = _by_arm(rows.arm, rows.guardrails[guardrail.metric], [control, arm])
        left = summarise(values[control] or [0.0])
        right = summarise(values[arm] or [0.0])
        critical = _critical(left, right, design.alpha_bp / 10_000, information)
        check = None
        if critical is not None and values[control] and values[arm]:
            check = check_guardrail(
                left,
                right,
                better=known[guardrail.metric].better,
                margin_pct=guardrail.margin_pct,
                critical=critical,
            )
        views.append(
            GuardrailView(
                metric=guardrail.metric,
                margin_pct=guardrail.margin_pct,
                safety=(check.safety if check else Safety.NOT_SHOWN_SAFE).value,
                control_mean=left.mean,
                arm_mean=right.mean,
                beyond_low=check.low if check else None,
                beyond_high=check.high if check else None,
            )
        )
    return tuple(views)


def _critical(
    control: Summary, arm: Summary, alpha: float, information: float | None
) -> float | None:
    if min(control.n, arm.n) < 2:
        return None
    if information is None:
        return float(scipy.stats.t.ppf(1 - alpha / 2, degrees_of_freedom(control, arm)))
    if min(control.n, arm.n) < sequence.ENOUGH_UNITS or information <= 0:
        return None
    return sequence.critical(information, alpha)


#: of several arms the headline is the first of these that any arm has
_LOUDEST = (
    Verdict.INVALID,
    Verdict.UP,
    Verdict.DOWN,
    Verdict.WAITING,
    Verdict.TOO_SMALL,
    Verdict.NONE,
)


def _headline(verdicts: Sequence[str]) -> str:
    return next(verdict.value for verdict in _LOUDEST if verdict.value in verdicts)
