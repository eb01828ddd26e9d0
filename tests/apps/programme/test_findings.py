"""Every verdict has its sentence, and none is kinder than the numbers."""

from __future__ import annotations

from typing import Any

import pytest

from jangteo.apps.decisions.results import (
    Comparison,
    EffectView,
    GuardrailView,
    Ratio,
    Result,
)
from jangteo.apps.programme.findings import Finding, finding_of, interval_of
from jangteo.apps.programme.terms import Guardrail, Terms


def _terms(**changes: Any) -> Terms:
    plain: dict[str, Any] = {
        "retailer": "달빛시장",
        "vendor": "새벽에이아이",
        "vendor_business_number": "220-81-62517",
        "problem": "문제",
        "capability": "shelf-order",
        "data_scope": ("candidates",),
        "primary_metric": "sales",
        "guardrails": (Guardrail(metric="refunds", margin_pct=10),),
    }
    return Terms(**plain | changes)


def _effect(pct: float | None, low: float, high: float) -> EffectView:
    lift = (pct, low, high) if pct is not None else (None, None, None)
    return EffectView(
        control_mean=10_000,
        arm_mean=10_000 + 100 * (pct or 0),
        difference=250,
        low=100,
        high=400,
        lift_pct=lift[0],
        lift_low_pct=lift[1],
        lift_high_pct=lift[2],
    )


def _found(
    verdict: str,
    effect: EffectView | None,
    *,
    safety: str = "ok",
    is_ok: bool = True,
    stopped: bool = False,
    **terms: Any,
) -> Finding:
    comparison = Comparison(
        arm="vendor",
        verdict=verdict,
        effect=effect,
        detectable_pct=3.21 if effect else None,
        more_days=None,
        guardrails=(
            GuardrailView(
                metric="refunds",
                margin_pct=10,
                safety=safety,
                control_mean=10,
                arm_mean=11,
                beyond_low=-1,
                beyond_high=-0.5,
            ),
        ),
    )
    result = Result(
        analysis="fixed",
        is_over=True,
        until="2026-11-29T00:00:00+00:00",
        hidden="" if is_ok else "sample-ratio",
        units={"control": 50, "vendor": 50},
        ratio=Ratio(statistic=0.0, p_value=0.5 if is_ok else 0.00001, is_ok=is_ok),
        unit_days=100,
        variance_reduction=0.0,
        known_before=0,
        verdict=verdict,
        comparisons=(comparison,),
        health={},
    )
    return finding_of(_terms(**terms), result, stopped_early=stopped)


def test_an_effect_is_said_with_its_size_and_interval() -> None:
    found = _found("effect up", _effect(4.24, 1.1, 7.35))
    assert found.sentence == "이 AI는 매출을 4.2\u00a0% 늘렸어요."
    assert found.sentence_en == "This AI raised Sales by 4.2\u00a0%."
    assert found.sentence_formal == "이 AI는 매출을 4.2\u00a0% 늘렸습니다."
    assert found.interval_text == "변화 +4.2\u00a0%, 95\u00a0% 구간 +1.1\u00a0% ~ +7.3\u00a0%"
    assert found.tone == "good"


def test_the_wrong_direction_is_bad_and_says_so() -> None:
    found = _found("effect down", _effect(-4.0, -7.0, -1.0))
    assert found.sentence == "이 AI는 매출을 4.0\u00a0% 줄였어요. 바라던 방향과 반대예요."
    assert found.tone == "bad"
    assert _found("effect down", _effect(-4.0, -7.0, -1.0), direction="down").tone == "good"
    assert _found("effect up", _effect(4.0, 1.0, 7.0), direction="down").tone == "bad"


def test_no_effect_and_too_few_are_different_sentences() -> None:
    none = _found("no effect found", _effect(0.4, -1.8, 2.6))
    few = _found("too small", _effect(0.4, -11.8, 12.6))
    assert none.sentence.startswith("효과를 찾지 못했어요. 매출을 5\u00a0% 넘게 바꿨다면")
    assert few.sentence == "효과를 찾지 못했어요. 다만 수가 적어서 있었더라도 놓쳤을 수 있어요."
    assert (none.tone, few.tone) == ("none", "none")


def test_a_biased_split_gives_no_result() -> None:
    found = _found("invalid: sample ratio", None, is_ok=False)
    assert found.sentence.startswith("결과를 말할 수 없어요.")
    assert found.tone == "unknown"
    assert found.interval is None
    assert found.interval_text == "구간을 셈할 수 없어요"
    assert "맞지 않아요" in found.ratio_text


def test_an_early_stop_stands_first_in_the_sentence() -> None:
    found = _found("effect up", _effect(4.0, 1.0, 7.0), stopped=True)
    assert found.sentence.startswith("정한 기간보다 먼저 멈췄어요. 이 AI는")
    assert found.sentence_formal.startswith("정한 기간보다 먼저 멈췄습니다.")


def test_where_no_lift_can_be_given_the_difference_is_said_in_won() -> None:
    found = _found("effect up", _effect(None, 0, 0))
    assert found.sentence == "이 AI는 매출을 250원 늘렸어요."
    assert found.interval is None
    assert found.interval_text == "차이 250원, 95\u00a0% 구간 100원 ~ 400원"


@pytest.mark.parametrize(
    ("safety", "said"),
    [
        ("ok", "환불: 정한 10\u00a0% 안에서 지켜졌어요"),
        ("breached", "환불: 정한 10\u00a0%보다 나빠졌어요"),
        ("not shown safe", "환불: 10\u00a0% 안이라고 말할 만큼 수가 많지 않아요"),
    ],
)
def test_guardrails_are_said_in_words(safety: str, said: str) -> None:
    found = _found("no effect found", _effect(0.0, -1.0, 1.0), safety=safety)
    assert [watched.text for watched in found.guardrails] == [said]


def test_the_drawing_always_holds_zero_and_the_whole_interval() -> None:
    for low, high in ((-1.8, 2.6), (40.0, 77.0), (-150.0, -90.0)):
        effect = _effect((low + high) / 2, low, high)
        drawn = interval_of(_found("too small", effect).comparison)
        assert drawn is not None
        assert 0 < drawn.low_at < drawn.value_at < drawn.high_at < 100
        assert drawn.zero_at == 50
        assert (drawn.low_at < 50) == (low < 0)


def test_terms_have_one_digest_however_they_were_ordered() -> None:
    two = (Guardrail(metric="refunds", margin_pct=10), Guardrail(metric="complaints", margin_pct=5))
    first = _terms(data_scope=("limit", "candidates"), guardrails=two)
    second = _terms(data_scope=("candidates", "limit"), guardrails=tuple(reversed(two)))
    assert first.digest == second.digest
    assert first.digest != _terms(data_scope=("candidates",), guardrails=two).digest
