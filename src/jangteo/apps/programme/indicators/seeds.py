"""The indicators a new installation begins with. Idempotent: what an operator changed stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from jangteo.apps.programme.models import Indicator, IndicatorDefinition, IndicatorTarget


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """An indicator; without a formula it cannot be measured yet and says so."""

    key: str
    name: str
    name_en: str
    measure: str
    formula: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    text_en: str = ""
    targets: tuple[dict[str, Any], ...] = ()


_USED = "쓰였다는 것은 결정이 그대로 쓰였거나(auto), 사람이 받아들였거나(accepted), 고쳐서 썼다(edited)는 뜻이에요. 마지막 답을 기준으로 해요."
_USED_EN = (
    "Used means used as it was (auto), accepted or edited by a person; the last answer counts."
)
SEEDS = (
    Seed(
        key="ai-utilisation",
        name="AI 활용률",
        name_en="AI utilisation",
        measure="share",
        formula="share_of_sellers_using_ai",
        parameters={"min_days": 4, "per_days": 28},
        text=(
            "AI를 실제로 쓰는 가게의 비율. 분자: 기간 안에서 28일마다 4일 이상, 그 가게의 일에 AI의 결정이 쓰인 가게. 분모: 셈한 때에"
            " 장사하고 있던 모든 가게. 설치했거나 켜 둔 것은 세지 않아요. 기간이 28일이 아니면 4일을 기간에 비례해 올림해요. "
            + _USED
        ),
        text_en=(
            "Share of stalls that really use AI. Numerator: stalls for whose work AI decisions were used on at least 4 days in"
            " every 28 of the period. Denominator: all stalls in business when it was computed. Being installed or switched on"
            " does not count. For another length of period the 4 days are scaled and rounded up. "
            + _USED_EN
        ),
        targets=(
            {
                "value": "0.15",
                "base": "0.03",
                "due_on": date(2027, 12, 31),
                "source": "유통-AI 얼라이언스 출범 보도 (aipick.kr, 2025-04-24)",
                "note": "3% 미만에서 3년 안에 15%. 이 기사에서만 찾은 수치예요. 기준 시점은 2024년 12월 전략으로 보았어요.",
            },
            {
                "value": "0.30",
                "base": "0.03",
                "due_on": date(2027, 12, 31),
                "source": "산업통상자원부 유통산업 AI 활용 전략 (2024년 12월, 여러 언론 보도)",
                "note": "3% 미만에서 3년 안에 30%. 한 매체는 기준을 0.3%로 적었어요. 15%와 서로 다르므로 둘 다 적어 두어요.",
            },
        ),
    ),
    Seed(
        key="work-automated",
        name="AI가 한 일의 비율",
        name_en="Share of work automated",
        measure="share",
        formula="share_of_work_automated",
        parameters={"weight": "seconds", "of": ["stall", "office"]},
        text=(
            "가게와 상인회의 일 가운데 AI가 한 몫을 시간으로 잰 것. 분자: AI의 제안이 쓰인 일의 시간. 분모: AI가 맡을 수 있는 일이 생긴 모든"
            " 경우의 시간. 한 건의 시간은 기능마다 정한 값이고 내려받는 파일에 출처와 함께 있어요. 이 제품에 기능이 없는 일은 분모에 없어요. "
            + _USED
        ),
        text_en=(
            "The part of stalls' and offices' work that AI did, in time. Numerator: time of work whose AI proposal was used."
            " Denominator: time of every occasion a capability could have done. The time of one piece is set by capability and"
            " stands in the export with its source. Work no capability covers is not in the denominator. "
            + _USED_EN
        ),
    ),
    Seed(
        key="systems-in-use",
        name="쓰이는 AI 시스템 수",
        name_en="AI systems in use",
        measure="count",
        formula="systems_in_use",
        parameters={"min_decisions": 20, "min_days": 4},
        text="기간 안에서 4일 이상, 20번 이상 쓰인 (시장, 기능, 제공자)의 수. 설치 수가 아니에요. "
        + _USED,
        text_en="Number of (market, capability, provider) used at least 20 times on at least 4 days. Not installs. "
        + _USED_EN,
    ),
    Seed(
        key="pilots-published",
        name="결과를 공개한 실증",
        name_en="Pilots with a published result",
        measure="count",
        formula="pilots_published",
        text="기간 안에 결과를 공개한 실증의 수. 효과가 없다는 결과도 세요.",
        text_en="Pilots whose result was published in the period; 'no effect' counts too.",
    ),
    Seed(
        key="startups-in-pilots",
        name="실증에 참여한 새싹기업",
        name_en="Start-ups in pilots",
        measure="count",
        formula="startups_in_pilots",
        parameters={"most_years": 7},
        text=(
            "기간 안에 시작한 실증에 참여한, 창업 7년 이내(중소기업창업 지원법) 기업의 수. 한 기업은 한 번만 세고, 창업일을 적지 않은"
            " 기업은 세지 않아요."
        ),
        text_en=(
            "Companies founded at most 7 years before (Support for Small and Medium Enterprise Establishment Act) with a pilot"
            " that started in the period. Each once; one without a founding date does not count."
        ),
        targets=(
            {
                "value": "30",
                "source": "유통-AI 얼라이언스 출범 보도 (aipick.kr, 2025-04-24)",
                "note": "해마다 유통·물류 AI 새싹기업 30곳 이상 육성. 전국 목표예요.",
            },
        ),
    ),
    Seed(key="jobs-created", name="새로 생긴 일자리", name_en="Jobs created", measure="count"),
    Seed(
        key="investment-raised", name="투자 유치 금액", name_en="Investment raised", measure="won"
    ),
)


@transaction.atomic
def ensure_indicators(now: datetime) -> int:
    """Add what is missing: indicators by key, a first definition where there is none, its targets. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('programme_indicatorresult')")
        if cursor.fetchone() == (None,):
            return 0
    added = 0
    for position, seed in enumerate(SEEDS):
        indicator, is_new = Indicator.objects.get_or_create(
            key=seed.key,
            defaults={
                "name": seed.name,
                "name_en": seed.name_en,
                "measure": seed.measure,
                "position": position,
            },
        )
        added += is_new
        if seed.formula and not indicator.definitions.exists():
            IndicatorDefinition.objects.create(
                indicator=indicator,
                version=1,
                text=seed.text,
                text_en=seed.text_en,
                formula=seed.formula,
                parameters=seed.parameters,
                at=now,
            )
        if is_new:
            IndicatorTarget.objects.bulk_create(
                IndicatorTarget(indicator=indicator, at=now, **target) for target in seed.targets
            )
    return added
