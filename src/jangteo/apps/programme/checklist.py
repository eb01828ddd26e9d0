"""The ethics and privacy checklist: a gate before a pilot starts, versioned.

Some items a person of the market answers; the rest the machine looks up itself at the moment of the question, so that
nobody can tick them. The items come from the alliance's guideline themes: 개인정보 보호법 (purpose, minimum,
pseudonyms, refusal), no bias against small shops, jobs and retraining, social impact, labelled AI (인공지능기본법
제31조).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.urls import Resolver404, resolve

from jangteo.apps.decisions.models import Provider
from jangteo.apps.programme.models import ChecklistAnswer, Pilot
from jangteo.apps.programme.terms import (
    VENDOR_ARM,
    Terms,
    mandatory_guardrails,
    pilot_capability,
    read_terms,
)
from jangteo.platform.errors import InvalidInput

log = structlog.get_logger("jangteo.programme")

#: raised with every change of an item; answers to another version do not count
VERSION = "2026-1"
#: where everybody reads and refuses what is decided for them
OPT_OUT_PATH = "/me/privacy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question. Without `check` a person answers it."""

    key: str
    ko: str
    en: str
    #: what it means, or how to put it right
    hint_ko: str
    hint_en: str
    check: Callable[[Pilot, Terms], bool] | None = None
    #: a sentence is asked for, not a tick alone
    needs_note: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """An item as it stands now."""

    item: Item
    is_met: bool
    #: False: nobody answered yet
    is_answered: bool
    note: str = ""
    at: datetime | None = None

    @property
    def is_machine(self) -> bool:
        """Looked up, not told."""
        return self.item.check is not None


def _scope_fits(pilot: Pilot, terms: Terms) -> bool:
    capability = pilot_capability(terms.capability)
    provider = pilot.provider
    return (
        provider is not None
        and set(terms.data_scope) <= capability.vendor_fields()
        and set(provider.data_scope) == set(terms.data_scope)
    )


def _checked(pilot: Pilot, _: Terms) -> bool:
    provider = pilot.provider
    if provider is None or provider.state == Provider.State.REMOVED:
        return False
    return bool(provider.last_check.get("passed"))


def _guarded(pilot: Pilot, terms: Terms) -> bool:
    needed = {metric.key for metric in mandatory_guardrails(terms.unit)}
    signed = {guardrail.metric for guardrail in terms.guardrails}
    experiment = pilot.experiment
    if experiment is None:
        return False
    watched = {str(guardrail["metric"]) for guardrail in experiment.guardrails}
    return needed <= signed and signed <= watched


def _design_is_signed(pilot: Pilot, terms: Terms) -> bool:
    return pilot.experiment is not None and not design_differs(pilot, terms)


def design_differs(pilot: Pilot, terms: Terms) -> list[str]:
    """Names of what the experiment's design has differently from the signed terms."""
    experiment, provider = pilot.experiment, pilot.provider
    if experiment is None or provider is None:
        return ["experiment"]
    pairs = {
        "capability": (experiment.capability, terms.capability),
        "unit": (experiment.unit, terms.unit),
        "arms": (experiment.arms, terms.arms(provider.slug)),
        "holdout_bp": (experiment.holdout_bp, terms.holdout_bp),
        "primary_metric": (experiment.primary_metric, terms.primary_metric),
        "direction": (experiment.direction, terms.direction),
        "guardrails": (
            sorted((str(g["metric"]), float(g["margin_pct"])) for g in experiment.guardrails),
            sorted((g.metric, g.margin_pct) for g in terms.guardrails),
        ),
        "analysis": (experiment.analysis, terms.analysis),
        "alpha_bp": (experiment.alpha_bp, terms.alpha_bp),
        "smallest_effect_pct": (experiment.smallest_effect_pct, terms.smallest_effect_pct),
        "pre_days": (experiment.pre_days, terms.pre_days),
        "horizon_days": (experiment.horizon_days, terms.horizon_days),
    }
    return [name for name, (drafted, signed) in pairs.items() if drafted != signed]


def _can_refuse(_: Pilot, __: Terms) -> bool:
    try:
        resolve(OPT_OUT_PATH)
    except Resolver404:
        return False
    return True


def _falls_back(_: Pilot, terms: Terms) -> bool:
    """The plain rule answers every made-up request, so it can stand in for the vendor at any moment."""
    capability = pilot_capability(terms.capability)
    examples = list(capability.examples())
    try:
        for request in examples:
            capability.check(request, capability.baseline(request))
    except Exception:
        # whatever the rule stumbles over: it cannot stand in, and whoever runs the market should see why
        log.exception("baseline fails its own examples", capability=terms.capability)
        return False
    return bool(examples)


def _touches_no_price(_: Pilot, terms: Terms) -> bool:
    """A proposal has no field that sets a price."""
    names = pilot_capability(terms.capability).proposal_type.model_fields
    return not any("price" in name or name.endswith("_krw") for name in names)


def _not_everybody(pilot: Pilot, terms: Terms) -> bool:
    """Somebody stays without the vendor: the comparison group, and the hold-out where there is one."""
    experiment = pilot.experiment
    if experiment is None:
        return False
    shares = {str(arm["name"]): int(arm["share_bp"]) for arm in experiment.arms}
    return 0 < shares.get(VENDOR_ARM, 0) == terms.vendor_share_bp < 10_000


ITEMS: tuple[Item, ...] = (
    Item(
        key="purpose",
        ko="자료를 쓰는 목적을 한 문장으로 적었어요",
        en="The purpose of using the data is written down in one sentence",
        hint_ko="이 목적 밖으로는 쓰지 않아요.",
        hint_en="The data are used for nothing else.",
        needs_note=True,
    ),
    Item(
        key="minimal-data",
        ko="목적에 꼭 필요한 자료만 보내요",
        en="Only data that the purpose needs are sent",
        hint_ko="약속의 자료 범위를 하나씩 다시 봐 주세요.",
        hint_en="Look at each item of the data scope in the terms again.",
    ),
    Item(
        key="no-sensitive",
        ko="민감한 정보와 만 14세 미만의 정보가 들어 있지 않아요",
        en="No sensitive data and no data of children under 14 are in it",
        hint_ko="건강, 신념, 생체 정보, 주민등록번호 같은 것이에요.",
        hint_en="Such as health, belief, biometrics, resident numbers.",
    ),
    Item(
        key="no-price-discrimination",
        ko="같은 물건의 값이 사람마다 달라지지 않아요",
        en="Nobody pays another price for the same goods",
        hint_ko="제안이 값을 정할 수 있는지는 기계도 따로 봐요.",
        hint_en="Whether a proposal could set a price is also looked up below.",
    ),
    Item(
        key="removal-tested",
        ko="업체를 한 번에 빼는 단추를 누가 언제 누를지 정했어요",
        en="Who removes the vendor, and when, is settled",
        hint_ko="이름 대신 맡은 자리를 적어 주세요. 예: 사업단 팀장이 바로.",
        hint_en="Write the post, not a name, such as: the office's lead, at once.",
        needs_note=True,
    ),
    Item(
        key="job-impact",
        ko="사람의 일이 어떻게 달라질지 적었어요",
        en="What changes in people's work is written down",
        hint_ko="줄어드는 일과 시간, 새로 배울 것, 다시 배치할 계획을 적어 주세요.",
        hint_en="Tasks and hours that go, what is to be learned, how people are placed again.",
        needs_note=True,
    ),
    Item(
        key="data-scope",
        ko="업체에 열린 자료가 서명한 범위와 똑같아요",
        en="What is open to the vendor is exactly the signed scope",
        hint_ko="다르면 이 실증을 멈추고 다시 약속해 주세요.",
        hint_en="If not, stop this pilot and agree anew.",
        check=_scope_fits,
    ),
    Item(
        key="design",
        ko="실험 설계가 서명한 약속과 똑같아요",
        en="The experiment's design is exactly what was signed",
        hint_ko="누가 설계를 고쳤어요. 서명한 대로 되돌려 주세요.",
        hint_en="Somebody edited the design. Put it back to what was signed.",
        check=_design_is_signed,
    ),
    Item(
        key="contract-check",
        ko="업체 서비스가 계약 검사를 통과했어요",
        en="The vendor's service passed the contract check",
        hint_ko="계약 검사를 눌러 보고, 틀린 것은 업체가 고쳐요.",
        hint_en="Run the contract check; the vendor mends what failed.",
        check=_checked,
    ),
    Item(
        key="guardrails",
        ko="작은 가게의 노출, 환불, 불만을 지켜봐요",
        en="Small stalls' exposure, refunds and complaints are watched",
        hint_ko="뺄 수 없는 안전 지표예요.",
        hint_en="These guardrails cannot be taken out.",
        check=_guarded,
    ),
    Item(
        key="opt-out",
        ko="누구나 추천을 끌 수 있는 화면이 열려요",
        en="Everybody can reach the page where it is switched off",
        hint_ko="내 정보 → 개인정보에서 끌 수 있어야 해요.",
        hint_en="It must be reachable from my page, privacy.",
        check=_can_refuse,
    ),
    Item(
        key="fallback",
        ko="업체가 멈춰도 기본 규칙이 바로 대신해요",
        en="When the vendor stops, the plain rule stands in at once",
        hint_ko="연습 요청 모두에 기본 규칙이 답하는지 눌러 봤어요.",
        hint_en="The plain rule was run on every practice request.",
        check=_falls_back,
    ),
    Item(
        key="no-price",
        ko="업체의 제안은 값을 정할 수 없어요",
        en="The vendor's proposal cannot set a price",
        hint_ko="값을 정하는 칸이 있는 기능은 실증할 수 없어요.",
        hint_en="A capability whose proposal sets a price cannot be piloted.",
        check=_touches_no_price,
    ),
    Item(
        key="comparison",
        ko="업체 없이 견주는 무리가 남아 있어요",
        en="A group without the vendor remains to compare with",
        hint_ko="나누는 비율을 다시 봐 주세요.",
        hint_en="Look at the shares again.",
        check=_not_everybody,
    ),
)
BY_KEY: Mapping[str, Item] = {item.key: item for item in ITEMS}


def checklist_of(pilot: Pilot) -> list[Answered]:
    """Every item as it stands now. Needs the market's scope and provider and experiment loaded."""
    terms = read_terms(pilot.terms)
    newest: dict[str, ChecklistAnswer] = {}
    told = ChecklistAnswer.objects.filter(pilot_id=pilot.pk, version=VERSION)
    for answer in told.order_by("at", "pk"):
        newest[answer.item] = answer
    standing = []
    for item in ITEMS:
        if item.check is not None:
            met = item.check(pilot, terms)
            standing.append(Answered(item=item, is_met=met, is_answered=True))
            continue
        answer_ = newest.get(item.key)
        standing.append(
            Answered(
                item=item,
                is_met=answer_ is not None and answer_.is_met,
                is_answered=answer_ is not None,
                note=answer_.note if answer_ else "",
                at=answer_.at if answer_ else None,
            )
        )
    return standing


def item_to_answer(key: str) -> Item:
    """An item that a person answers. Raises `InvalidInput` for one the machine looks up."""
    item = BY_KEY.get(key)
    if item is None or item.check is not None:
        raise InvalidInput(
            field="item",
            ko="사람이 답하는 항목이 아니에요. 목록에서 골라 주세요.",
            en="This item is not answered by a person. Choose one from the list.",
        )
    return item
