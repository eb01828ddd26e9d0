"""A pilot's result in words, in both languages: the sentence first, then what it rests on.

The words follow from the verdict, which follows from rules that stood before the data (`engines.experiments.verdict`):
nobody can choose a kinder sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jangteo.apps.decisions.metrics import Metric, metrics
from jangteo.apps.decisions.results import Comparison, GuardrailView, Result
from jangteo.apps.programme.terms import Terms
from jangteo.engines.experiments.verdict import Verdict
from jangteo.platform.josa import josa
from jangteo.platform.percent import percent

#: plain 해요체 of pages -> 하십시오체 of paper
_FORMAL = {
    "늘렸어요": "늘렸습니다",
    "줄였어요": "줄였습니다",
    "못했어요": "못했습니다",
    "없어요": "없습니다",
    "있어요": "있습니다",
    "않았어요": "않았습니다",
    "멈췄어요": "멈췄습니다",
    "지켜졌어요": "지켜졌습니다",
    "나빠졌어요": "나빠졌습니다",
    "않아요": "않습니다",
    "맞아요": "맞습니다",
    "반대예요": "반대입니다",
    "거예요": "것입니다",
    "예요": "입니다",
    "이에요": "입니다",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """One guardrail in words."""

    metric: Metric
    #: "ok", "breached", "not shown safe"
    safety: str
    margin_pct: float
    text: str
    text_en: str
    control_mean: float
    arm_mean: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Where the lift lies, percent; and its ends as places from 0 to 100 on a drawing that holds zero."""

    value: float
    low: float
    high: float
    value_at: float
    low_at: float
    high_at: float
    zero_at: float
    edge_pct: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The vendor's arm against the control."""

    verdict: str
    #: "good", "bad", "none", "waiting", "unknown": for the mark beside the sentence, never colour alone
    tone: str
    sentence: str
    sentence_en: str
    #: the same for paper
    sentence_formal: str
    interval: Interval | None
    interval_text: str
    interval_text_en: str
    guardrails: tuple[Watched, ...]
    ratio_text: str
    ratio_text_en: str
    power_text: str
    power_text_en: str
    metric: Metric
    comparison: Comparison
    #: who is counted: "shopper", "stall" or "day"
    unit: str


def finding_of(terms: Terms, result: Result, *, stopped_early: bool) -> Finding:
    """Words of a look whose effect may be seen."""
    known = metrics()
    metric = known[terms.primary_metric]
    comparison = result.comparisons[0]
    ko, en, tone = _sentence(terms, metric, comparison, result)
    if stopped_early:
        ko = f"정한 기간보다 먼저 멈췄어요. {ko}"
        en = f"The pilot was stopped before its horizon. {en}"
    interval = interval_of(comparison)
    level = percent(100 - terms.alpha_bp / 100)
    ratio_ko, ratio_en = _ratio_words(result)
    power_ko, power_en = _power_words(terms, comparison)
    return Finding(
        verdict=comparison.verdict,
        tone=tone,
        sentence=ko,
        sentence_en=en,
        sentence_formal=formal(ko),
        interval=interval,
        interval_text=_interval_ko(comparison, metric, level),
        interval_text_en=_interval_en(comparison, metric, level),
        guardrails=tuple(
            _watched(known[view.metric], view)
            for view in comparison.guardrails
            if view.metric in known
        ),
        ratio_text=ratio_ko,
        ratio_text_en=ratio_en,
        power_text=power_ko,
        power_text_en=power_en,
        metric=metric,
        comparison=comparison,
        unit=terms.unit,
    )


def _sentence(
    terms: Terms, metric: Metric, comparison: Comparison, result: Result
) -> tuple[str, str, str]:
    ko_name, en_name = metric.name_ko, metric.name_en
    object_ko = f"{ko_name}{josa(ko_name, '을/를')}"
    effect = comparison.effect
    match comparison.verdict:
        case Verdict.UP.value | Verdict.DOWN.value if effect is not None:
            is_up = comparison.verdict == Verdict.UP.value
            is_good = is_up == (terms.direction == "up")
            size_ko, size_en = _size(comparison, metric)
            verb_ko, verb_en = ("늘렸어요", "raised") if is_up else ("줄였어요", "lowered")
            ko = f"이 AI는 {object_ko} {size_ko} {verb_ko}."
            en = f"This AI {verb_en} {en_name} by {size_en}."
            if not is_good:
                ko += " 바라던 방향과 반대예요."
                en += " That is the opposite of what was wanted."
            return ko, en, "good" if is_good else "bad"
        case Verdict.NONE.value:
            return (
                (
                    f"효과를 찾지 못했어요. {object_ko} {percent(terms.smallest_effect_pct)} 넘게 바꿨다면"
                    " 찾았을 거예요."
                ),
                (
                    f"No effect was found. A change of {en_name} by more than"
                    f" {percent(terms.smallest_effect_pct)} would have been found."
                ),
                "none",
            )
        case Verdict.WAITING.value:
            return (
                "아직 지켜보는 중이에요. 지금까지 찾은 효과는 없어요.",
                "Still running. Nothing has been found so far.",
                "waiting",
            )
        case Verdict.INVALID.value:
            return (
                "결과를 말할 수 없어요. 나뉜 수가 약속한 비율과 맞지 않았어요.",
                "Nothing can be said. The groups' sizes did not fit the agreed shares.",
                "unknown",
            )
        case _:
            return (
                "효과를 찾지 못했어요. 다만 수가 적어서 있었더라도 놓쳤을 수 있어요.",
                "No effect was found, but there were too few to rule one out.",
                "none",
            )


def _size(comparison: Comparison, metric: Metric) -> tuple[str, str]:
    effect = comparison.effect
    if effect is None:
        return "", ""
    if effect.lift_pct is not None:
        size = percent(f"{abs(effect.lift_pct):.1f}")
        return size, size
    return amount(abs(effect.difference), metric, "ko"), amount(
        abs(effect.difference), metric, "en"
    )


def amount(value: float, metric: Metric, language: str) -> str:
    """A value of a metric in its measure, such as "1,250원", "0.42번", "12.3 %"."""
    sign = "\u2212" if value < 0 else ""
    size = abs(value)
    match metric.measure:
        case "won":
            return f"{sign}₩{size:,.0f}" if language == "en" else f"{sign}{size:,.0f}원"
        case "share":
            return percent(f"{sign}{size * 100:.1f}")
        case _:
            return f"{sign}{size:,.3g}" + ("" if language == "en" else "번")


def _signed(pct: float) -> str:
    sign = "+" if pct > 0 else "\u2212" if pct < 0 else ""
    return percent(f"{sign}{abs(pct):.1f}")


def _interval_ko(comparison: Comparison, metric: Metric, level: str) -> str:
    effect = comparison.effect
    if effect is None:
        return "구간을 셈할 수 없어요"
    if effect.lift_pct is None or effect.lift_low_pct is None or effect.lift_high_pct is None:
        low, high = amount(effect.low, metric, "ko"), amount(effect.high, metric, "ko")
        return f"차이 {amount(effect.difference, metric, 'ko')}, {level} 구간 {low} ~ {high}"
    return (
        f"변화 {_signed(effect.lift_pct)}, {level} 구간"
        f" {_signed(effect.lift_low_pct)} ~ {_signed(effect.lift_high_pct)}"
    )


def _interval_en(comparison: Comparison, metric: Metric, level: str) -> str:
    effect = comparison.effect
    if effect is None:
        return "no interval can be given"
    if effect.lift_pct is None or effect.lift_low_pct is None or effect.lift_high_pct is None:
        low, high = amount(effect.low, metric, "en"), amount(effect.high, metric, "en")
        return f"difference {amount(effect.difference, metric, 'en')}, {level} interval {low} to {high}"
    return (
        f"change {_signed(effect.lift_pct)}, {level} interval"
        f" {_signed(effect.lift_low_pct)} to {_signed(effect.lift_high_pct)}"
    )


def interval_of(comparison: Comparison) -> Interval | None:
    """The lift's interval as places on a line from -edge to +edge; None where no lift can be given."""
    effect = comparison.effect
    if (
        effect is None
        or effect.lift_pct is None
        or effect.lift_low_pct is None
        or effect.lift_high_pct is None
    ):
        return None
    reach = max(abs(effect.lift_low_pct), abs(effect.lift_high_pct), 1.0)
    edge = next(e for e in (2, 5, 10, 20, 50, 100, 200, 500, 1e9) if e >= reach * 1.05)

    def place(pct: float) -> float:
        return round(50 + 50 * pct / edge, 2)

    return Interval(
        value=effect.lift_pct,
        low=effect.lift_low_pct,
        high=effect.lift_high_pct,
        value_at=place(effect.lift_pct),
        low_at=place(effect.lift_low_pct),
        high_at=place(effect.lift_high_pct),
        zero_at=50,
        edge_pct=edge,
    )


def _watched(metric: Metric, view: GuardrailView) -> Watched:
    margin = percent(view.margin_pct)
    words: Mapping[str, tuple[str, str]] = {
        "ok": (
            f"{metric.name_ko}: 정한 {margin} 안에서 지켜졌어요",
            f"{metric.name_en}: kept within the agreed {margin}",
        ),
        "breached": (
            f"{metric.name_ko}: 정한 {margin}보다 나빠졌어요",
            f"{metric.name_en}: worse than the agreed {margin}",
        ),
        "not shown safe": (
            f"{metric.name_ko}: {margin} 안이라고 말할 만큼 수가 많지 않아요",
            f"{metric.name_en}: too few to say that it stayed within {margin}",
        ),
    }
    ko, en = words[view.safety]
    return Watched(
        metric=metric,
        safety=view.safety,
        margin_pct=view.margin_pct,
        text=ko,
        text_en=en,
        control_mean=view.control_mean,
        arm_mean=view.arm_mean,
    )


def _ratio_words(result: Result) -> tuple[str, str]:
    p = f"p = {result.ratio.p_value:.3g}"
    if result.ratio.is_ok:
        return f"나뉜 수가 약속한 비율과 맞아요 ({p})", f"the groups' sizes fit the shares ({p})"
    return (
        f"나뉜 수가 약속한 비율과 맞지 않아요 ({p})",
        f"the groups' sizes do not fit the shares ({p})",
    )


def _power_words(terms: Terms, comparison: Comparison) -> tuple[str, str]:
    if comparison.detectable_pct is None:
        return "찾을 수 있는 크기를 셈할 수 없어요", "what could be found is not known"
    found = percent(f"{comparison.detectable_pct:.1f}")
    return (
        (
            f"이만큼으로 열에 여덟 번 찾을 수 있는 가장 작은 변화: {found}"
            f" (약속한 것은 {percent(terms.smallest_effect_pct)})"
        ),
        (
            f"the smallest change found eight times in ten with these numbers: {found}"
            f" (agreed: {percent(terms.smallest_effect_pct)})"
        ),
    )


def formal(text: str) -> str:
    """해요체 as 하십시오체, for the sentences of this module."""
    for plain, polite in _FORMAL.items():
        text = text.replace(plain, polite)
    return text
