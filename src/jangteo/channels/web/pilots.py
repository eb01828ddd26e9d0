"""What the pages of pilots share, whoever reads them: the terms in words, the form that changes them, the steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.models import Experiment, Provider
from jangteo.apps.programme.gates import Gate
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.terms import Guardrail, Terms, metrics_of
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.percent import percent


def told(problem: JangteoError) -> str:
    """An error in the visitor's language."""
    return problem.message(get_language() or "ko")


def in_language(korean: str, english: str) -> str:
    """One of the two."""
    return english if english and (get_language() or "ko").startswith("en") else korean


def pct(bp: int) -> str:
    """Basis points as people write a percentage."""
    return percent(bp / 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the terms."""

    label: str
    text: str
    hint: str = ""


def unit_word(unit: str) -> str:
    """Who is drawn."""
    return {"shopper": _("손님"), "stall": _("가게"), "day": _("날")}[unit]


def metric_name(key: str) -> str:
    """A metric in the page's language."""
    metric = next((m for m in metrics_of("shopper") + metrics_of("stall") if m.key == key), None)
    metric = metric or next((m for m in metrics_of("day") if m.key == key), None)
    return in_language(metric.name_ko, metric.name_en) if metric else key


def field_words(terms_capability: str, names: Sequence[str]) -> list[tuple[str, str, bool]]:
    """(field, what it is in plain words, is it somebody's own data) for each request field."""
    capability = capability_of(terms_capability)
    if capability is None:
        return [(name, name, False) for name in names]
    return [
        (
            name,
            in_language(*capability.fields[name]) if name in capability.fields else name,
            name in capability.personal_fields,
        )
        for name in names
    ]


def capability_name(key: str) -> str:
    """What is decided, in the page's language."""
    found = capability_of(key)
    return in_language(found.name_ko, found.name_en) if found else key


def terms_rows(terms: Terms) -> list[Row]:
    """The whole agreement in words, in the order people ask."""
    scope = [
        _("%(what)s (허락한 손님만)") % {"what": words} if personal else words
        for _name, words, personal in field_words(terms.capability, terms.data_scope)
    ]
    good = _("늘면 좋아요") if terms.direction == "up" else _("줄면 좋아요")
    fixed = terms.analysis == "fixed"
    rows = [
        Row(label=_("맡는 일"), text=capability_name(terms.capability)),
        Row(
            label=_("보내는 자료"),
            text=", ".join(scope),
            hint=_("여기 없는 것은 하나도 나가지 않아요."),
        ),
        Row(label=_("주 지표"), text=f"{metric_name(terms.primary_metric)} · {good}"),
        Row(
            label=_("찾으려는 변화"),
            text=_("%(pct)s 이상") % {"pct": percent(terms.smallest_effect_pct)},
        ),
        Row(
            label=_("안전 지표"),
            text=", ".join(
                _("%(metric)s %(pct)s 안")
                % {"metric": metric_name(g.metric), "pct": percent(g.margin_pct)}
                for g in terms.guardrails
            ),
            hint=_("이보다 나빠지면 스스로 멈춰요."),
        ),
        Row(
            label=_("나누기"),
            text=_("%(unit)s 가운데 %(vendor)s는 업체, %(control)s는 %(who)s")
            % {
                "unit": unit_word(terms.unit),
                "vendor": pct(terms.vendor_share_bp),
                "control": pct(10_000 - terms.vendor_share_bp),
                "who": _("장터 기본 AI") if terms.control == "built-in" else _("단순 규칙"),
            },
            hint=_("그 전에 %(pct)s는 아무 AI도 만나지 않게 남겨 둬요.")
            % {"pct": pct(terms.holdout_bp)}
            if terms.holdout_bp
            else "",
        ),
        Row(
            label=_("기간"),
            text=_("%(days)s일") % {"days": terms.horizon_days},
            hint=_("끝나기 전에는 누구도 결과를 볼 수 없어요.")
            if fixed
            else _("언제 봐도 틀리지 않는 구간으로 봐요."),
        ),
        Row(
            label=_("틀릴 확률"),
            text=_("효과가 없는데 있다고 할 확률 %(pct)s") % {"pct": pct(terms.alpha_bp)},
        ),
        Row(label=_("비용"), text=_cost(terms)),
        Row(
            label=_("끝내기"),
            text=_(
                "시장은 끝나는 날 업체의 길을 닫고, 업체는 %(days)s일 안에 받은 자료를 모두 지워요."
            )
            % {"days": terms.exit_erase_days},
            hint=_("까닭 없이 멈출 때는 %(days)s일 전에 알려요.")
            % {"days": terms.exit_notice_days},
        ),
        Row(
            label=_("공개"),
            text=_("좋든 나쁘든 결과를 그대로 공개하고, 업체는 전체를 인용할 수 있어요."),
        ),
    ]
    if terms.needs_approval:
        rows.append(Row(label=_("허가"), text=_("규제 기관의 허가가 있어야 시작해요.")))
    if terms.note:
        rows.append(Row(label=_("덧붙임"), text=terms.note))
    return rows


def _cost(terms: Terms) -> str:
    pilot = _("실증 동안 %(won)s원") % {"won": f"{terms.pilot_krw:,}"}
    if not terms.pilot_krw:
        pilot = _("실증 동안 무료")
    if terms.monthly_krw is None:
        return pilot
    return pilot + _(", 그 뒤 한 달 %(won)s원") % {"won": f"{terms.monthly_krw:,}"}


# --- the form


def terms_changes(form: QueryDict, before: Terms) -> dict[str, Any]:
    """What a form wants changed. Raises `InvalidInput` for what is no number."""
    unit = form.get("unit", before.unit)
    guardrails = [
        Guardrail(metric=metric.key, margin_pct=_decimal(form, f"margin-{metric.key}")).model_dump()
        for metric in metrics_of(unit)
        if form.get(f"margin-{metric.key}", "").strip() and metric.key != form.get("primary_metric")
    ]
    monthly = form.get("monthly_krw", "").strip()
    return {
        "data_scope": form.getlist("data_scope"),
        "unit": unit,
        "primary_metric": form.get("primary_metric", ""),
        "direction": form.get("direction", "up"),
        "guardrails": guardrails,
        "analysis": form.get("analysis", "fixed"),
        "smallest_effect_pct": _decimal(form, "smallest_effect_pct"),
        "alpha_bp": round(_decimal(form, "alpha_pct") * 100),
        "pre_days": _whole(form, "pre_days"),
        "horizon_days": _whole(form, "horizon_days"),
        "control": form.get("control", "built-in"),
        "vendor_share_bp": round(_decimal(form, "vendor_share_pct") * 100),
        "holdout_bp": round(_decimal(form, "holdout_pct") * 100),
        "pilot_krw": _whole(form, "pilot_krw"),
        "monthly_krw": _whole(form, "monthly_krw") if monthly else None,
        "exit_erase_days": _whole(form, "exit_erase_days"),
        "exit_notice_days": _whole(form, "exit_notice_days"),
        "needs_approval": "needs_approval" in form,
        "note": form.get("note", "").strip()[:2000],
    }


def _whole(form: QueryDict, name: str) -> int:
    text = re.sub(r"[,\s원일%]", "", form.get(name, ""))
    if not re.fullmatch(r"\d{1,12}", text):
        raise InvalidInput(field=name, ko="숫자로 적어 주세요.", en="Enter a number.")
    return int(text)


def _decimal(form: QueryDict, name: str) -> float:
    try:
        value = Decimal(form.get(name, "").strip().removesuffix("%"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > 1_000_000:
        raise InvalidInput(field=name, ko="숫자로 적어 주세요.", en="Enter a number.")
    return float(value)


def terms_form(terms: Terms, typed: QueryDict | None = None) -> dict[str, Any]:
    """Values and choices of the form; ``typed`` stands before what is kept."""
    margins = {g.metric: f"{g.margin_pct:g}" for g in terms.guardrails}
    capability = capability_of(terms.capability)
    fields = sorted(capability.vendor_fields()) if capability else sorted(terms.data_scope)
    plain = {
        "smallest_effect_pct": f"{terms.smallest_effect_pct:g}",
        "alpha_pct": f"{terms.alpha_bp / 100:g}",
        "pre_days": terms.pre_days,
        "horizon_days": terms.horizon_days,
        "vendor_share_pct": f"{terms.vendor_share_bp / 100:g}",
        "holdout_pct": f"{terms.holdout_bp / 100:g}",
        "pilot_krw": terms.pilot_krw,
        "monthly_krw": "" if terms.monthly_krw is None else terms.monthly_krw,
        "exit_erase_days": terms.exit_erase_days,
        "exit_notice_days": terms.exit_notice_days,
        "note": terms.note,
        "unit": terms.unit,
        "primary_metric": terms.primary_metric,
        "direction": terms.direction,
        "analysis": terms.analysis,
        "control": terms.control,
    }
    unit = terms.unit
    scope = set(terms.data_scope)
    needs_approval = terms.needs_approval
    if typed is not None:
        plain = {name: typed.get(name, "") for name in plain}
        unit = plain["unit"] if plain["unit"] in ("shopper", "stall", "day") else terms.unit
        scope = set(typed.getlist("data_scope"))
        needs_approval = "needs_approval" in typed
    return {
        "values": plain,
        "scope": scope,
        "needs_approval": needs_approval,
        "fields": field_words(terms.capability, fields),
        "units": [(key, unit_word(key)) for key in ("shopper", "stall", "day")],
        "metrics": [
            (m.key, in_language(m.name_ko, m.name_en))
            for m in metrics_of(unit)
            if not m.is_mandatory_guardrail
        ],
        "guardrails": [
            {
                "key": m.key,
                "name": in_language(m.name_ko, m.name_en),
                "about": in_language(m.about_ko, m.about_en),
                "is_mandatory": m.is_mandatory_guardrail,
                "value": typed.get(f"margin-{m.key}", "")
                if typed is not None
                else margins.get(m.key, "10" if m.is_mandatory_guardrail else ""),
            }
            for m in metrics_of(unit)
            if m.is_mandatory_guardrail or m.key != plain["primary_metric"]
        ],
    }


# --- the steps


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a pilot: what, and whose turn. ``state``: "done", "now", "next" or "problem"."""

    key: str
    state: str
    say: str
    who: str = ""
    when: datetime | None = None


def steps_of(pilot: Pilot, gates: Sequence[Gate]) -> list[Step]:
    """All steps; exactly one is now, unless it is over."""
    met = {gate.key: gate for gate in gates}
    signed = pilot.state != Pilot.State.TERMS
    market, vendor, both = _("시장"), _("업체"), _("시장과 업체")
    whose = {"retailer": market, "vendor": vendor, "both": both}
    ran = pilot.started_at is not None
    over = pilot.state in (Pilot.State.ENDED, Pilot.State.STOPPED, Pilot.State.PUBLISHED)
    provider = pilot.provider
    removed = provider is not None and provider.state == Provider.State.REMOVED
    wanted: list[tuple[str, bool, str, str, datetime | None]] = [
        (
            "sign",
            signed,
            _("약속을 정하고 양쪽이 서명해요"),
            whose[met["signed"].whose] if "signed" in met else both,
            None,
        ),
        (
            "check",
            ran or (signed and met["contract-check"].is_met),
            _("업체가 열쇠를 받아 서비스를 잇고 계약 검사를 통과해요"),
            vendor,
            None,
        ),
        (
            "gate",
            ran or (met["checklist"].is_met and met["approval"].is_met),
            _("윤리·개인정보 점검표를 채워요"),
            market,
            None,
        ),
        ("start", ran, _("걸릴 날을 보고 시작해요"), market, pilot.started_at),
        (
            "run",
            ran and over,
            _("정한 날까지 돌아가요. 그때까지 결과는 아무도 못 봐요"),
            "",
            pilot.ended_at,
        ),
        (
            "publish",
            pilot.state == Pilot.State.PUBLISHED,
            _("결과를 그대로 공개하고 확인서를 내요"),
            market,
            pilot.published_at,
        ),
    ]
    if pilot.state == Pilot.State.STOPPED and not ran:
        wanted = [one for one in wanted if one[1]]
    steps: list[Step] = []
    found_now = False
    for key, done, say, who, when in wanted:
        state = "done" if done else "next" if found_now else "now"
        found_now = found_now or not done
        steps.append(Step(key=key, state=state, say=say, who="" if done else who, when=when))
    if pilot.state == Pilot.State.STOPPED and not ran:
        steps.append(
            Step(
                key="stopped", state="problem", say=_("시작하기 전에 멈췄어요"), when=pilot.ended_at
            )
        )
    elif provider is not None and over:
        steps.append(
            Step(
                key="remove",
                state="done" if removed else "next" if found_now else "now",
                say=_("업체를 빼고 보낸 자료를 지우게 해요"),
                who="" if removed else market,
                when=provider.removed_at,
            )
        )
    return steps


def exit_day(pilot: Pilot, terms: Terms) -> datetime | None:
    """By when the vendor must have erased what it received."""
    if pilot.ended_at is None:
        return None
    return pilot.ended_at + timedelta(days=terms.exit_erase_days)


def state_word(pilot: Pilot) -> tuple[str, str]:
    """(words, badge kind) for lists."""
    match pilot.state:
        case Pilot.State.TERMS:
            return _("약속 정하는 중"), "today"
        case Pilot.State.SIGNED:
            return _("시작 준비"), "today"
        case Pilot.State.RUNNING:
            return _("돌아가는 중"), "fresh"
        case Pilot.State.ENDED:
            return _("끝남, 공개 전"), "brand"
        case Pilot.State.STOPPED:
            return _("멈춤"), "out"
        case _:
            return _("공개함"), "plain"


def why_closed(experiment: Experiment | None) -> str:
    """Why an experiment ended, in a sentence; empty while it runs."""
    words = {
        "horizon": _("정한 날까지 돌고 끝났어요."),
        "person": _("사람이 먼저 멈췄어요."),
        "expired": _("허가 기간이 끝나 스스로 멈췄어요."),
        "guardrail": _("안전 지표가 정한 선을 넘어 스스로 멈췄어요."),
        "vendor-removed": _("업체를 빼면서 멈췄어요."),
    }
    return words.get(experiment.stopped_why, "") if experiment else ""


def fallback_word(reason: str) -> str:
    """Why the plain rule stood in, for people."""
    words = {
        "deadline": _("시간 안에 답하지 않음"),
        "unreachable": _("닿지 않음"),
        "broken": _("자꾸 틀려서 잠시 쉼"),
        "quota": _("정한 횟수를 넘음"),
        "too-large": _("답이 너무 큼"),
        "nonsense": _("알아볼 수 없는 답"),
        "unknown-id": _("없는 물건을 말함"),
        "sold-out": _("품절된 물건을 말함"),
        "vendor-not-live": _("업체가 꺼져 있음"),
        "suspended": _("기능을 꺼 둠"),
        "busy": _("한꺼번에 너무 많음"),
    }
    return words.get(reason, reason)
