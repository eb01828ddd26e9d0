"""The design of an experiment: what is compared, on whom, by which numbers and until when, laid down before it starts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.errors import CapabilityUnknown
from jangteo.apps.decisions.events import ExperimentClosed
from jangteo.apps.decisions.log import digest
from jangteo.apps.decisions.metrics import metrics
from jangteo.apps.decisions.models import Experiment, ExperimentResult, Provider
from jangteo.apps.decisions.setup import BASELINE, BUILT_IN, Arm, touch_setup
from jangteo.engines.experiments.assignment import BUCKETS, HOLDOUT
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.events import emit

#: of a mandatory guardrail that the design does not name: percent of the control's mean
DEFAULT_MARGIN_PCT = 10.0
MOST_ARMS = 4
LONGEST_DAYS = 365
LONGEST_PRE_DAYS = 182
LARGEST_HOLDOUT_BP = 5000
#: why an experiment closed, machine words
WHY = frozenset({"horizon", "person", "expired", "guardrail", "vendor-removed"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ARM = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrail:
    """A metric that must not get worse by more than a margin, percent of the control's mean."""

    metric: str
    margin_pct: float = DEFAULT_MARGIN_PCT


@dataclass(frozen=True, kw_only=True, slots=True)
class ExperimentDesign:
    """All that is locked at the start. Shares in basis points; days are 24 hours."""

    slug: str
    title: str
    capability: str
    #: the first is compared against; shares sum to 10,000
    arms: tuple[Arm, ...]
    primary_metric: str
    title_en: str = ""
    #: "shopper", "stall" or "day"
    unit: str = "shopper"
    #: units that see the baseline only and are in no arm
    holdout_bp: int = 0
    #: "up" or "down": which way is good
    direction: str = "up"
    #: mandatory ones are put in by themselves
    guardrails: tuple[Guardrail, ...] = ()
    #: "fixed": one look at the horizon; "sequential": an always-valid interval at any look
    analysis: str = "fixed"
    #: two-sided error, basis points; shared out evenly over the arms
    alpha_bp: int = 500
    #: smallest change worth finding, percent of the control's mean
    smallest_effect_pct: float = 5.0
    #: days before the start whose data reduce the noise; 0: none
    pre_days: int = 28
    horizon_days: int = 28


def design_of(row: Experiment) -> ExperimentDesign:
    """The design as it stands in the database."""
    return ExperimentDesign(
        slug=row.slug,
        title=row.title,
        title_en=row.title_en,
        capability=row.capability,
        unit=row.unit,
        arms=tuple(Arm(**arm) for arm in row.arms),
        holdout_bp=row.holdout_bp,
        primary_metric=row.primary_metric,
        direction=row.direction,
        guardrails=tuple(Guardrail(**guardrail) for guardrail in row.guardrails),
        analysis=row.analysis,
        alpha_bp=row.alpha_bp,
        smallest_effect_pct=row.smallest_effect_pct,
        pre_days=row.pre_days,
        horizon_days=row.horizon_days,
    )


def columns_of(design: ExperimentDesign) -> dict[str, Any]:
    """The design as columns of `Experiment`."""
    return asdict(design) | {
        "arms": [asdict(arm) for arm in design.arms],
        "guardrails": [asdict(guardrail) for guardrail in design.guardrails],
    }


def public_design(row: Experiment) -> dict[str, Any]:
    """What is published of a design and sealed by its digest; of the salt only a hash, until nobody is assigned."""
    return columns_of(design_of(row)) | {
        "starts_at": row.starts_at.isoformat() if row.starts_at else None,
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
        "planned_unit_days": row.planned_unit_days,
        "salt_digest": hashlib.sha256(row.salt.encode()).hexdigest() if row.salt else "",
    }


def design_digest(row: Experiment) -> str:
    """SHA-256 of the canonical published design."""
    return digest(public_design(row))


def checked(design: ExperimentDesign) -> ExperimentDesign:
    """The design with every mandatory guardrail in it. Raises `InvalidInput` or `CapabilityUnknown`."""
    if capability_of(design.capability) is None:
        raise CapabilityUnknown(key=design.capability)
    _check_words(design)
    _check_arms(design)
    _check_bounds(design)
    return _with_guardrails(design)


def _refuse(field: str, ko: str, en: str) -> InvalidInput:
    return InvalidInput(field=field, ko=ko, en=en)


def _check_words(design: ExperimentDesign) -> None:
    if not _SLUG.fullmatch(design.slug) or len(design.slug) > 60:
        raise _refuse(
            "slug",
            "주소는 영어 소문자, 숫자, 붙임표로 60자까지 적어 주세요.",
            "The address takes small letters, digits and hyphens, at most 60.",
        )
    if not design.title.strip() or max(len(design.title), len(design.title_en)) > 120:
        raise _refuse(
            "title", "제목을 120자 안으로 적어 주세요.", "Give a title of at most 120 characters."
        )
    for field, given, known in (
        ("unit", design.unit, set(Experiment.Unit.values)),
        ("analysis", design.analysis, set(Experiment.Analysis.values)),
        ("direction", design.direction, {"up", "down"}),
    ):
        if given not in known:
            words = ", ".join(sorted(known))
            raise _refuse(
                field, f"다음 가운데 하나여야 해요: {words}.", f"It must be one of: {words}."
            )


def _check_arms(design: ExperimentDesign) -> None:
    names = [arm.name for arm in design.arms]
    if not 2 <= len(names) <= MOST_ARMS or len(set(names)) != len(names):
        raise _refuse(
            "arms",
            f"이름이 서로 다른 비교 집단을 2개에서 {MOST_ARMS}개까지 적어 주세요.",
            f"Give 2 to {MOST_ARMS} arms with different names.",
        )
    if any(not _ARM.fullmatch(name) or len(name) > 20 or name == HOLDOUT for name in names):
        raise _refuse(
            "arms",
            f"집단 이름은 영어 소문자와 숫자로 20자까지 적어 주세요. '{HOLDOUT}'은 쓸 수 없어요.",
            f"An arm's name takes small letters and digits, at most 20, and is not '{HOLDOUT}'.",
        )
    if (
        any(arm.share_bp <= 0 for arm in design.arms)
        or sum(a.share_bp for a in design.arms) != BUCKETS
    ):
        raise _refuse(
            "arms", "집단의 몫을 더하면 100 %가 되어야 해요.", "The arms' shares must sum to 100 %."
        )
    if len({arm.provider for arm in design.arms}) == 1:
        raise _refuse(
            "arms",
            "집단마다 같은 제공자예요. 적어도 둘은 달라야 비교할 수 있어요.",
            "Every arm has the same provider; at least two must differ to be compared.",
        )


def _check_bounds(design: ExperimentDesign) -> None:
    for field, given, low, high in (
        ("holdout_bp", design.holdout_bp, 0, LARGEST_HOLDOUT_BP),
        ("alpha_bp", design.alpha_bp, 10, 2000),
        ("smallest_effect_pct", design.smallest_effect_pct, 0.1, 100),
        ("pre_days", design.pre_days, 0, LONGEST_PRE_DAYS),
        ("horizon_days", design.horizon_days, 1, LONGEST_DAYS),
    ):
        if not low <= given <= high:
            raise _refuse(
                field,
                f"{low}에서 {high} 사이로 적어 주세요.",
                f"It must lie between {low} and {high}.",
            )


def _with_guardrails(design: ExperimentDesign) -> ExperimentDesign:
    known = metrics()
    named = [guardrail.metric for guardrail in design.guardrails]
    if len(set(named)) != len(named) or design.primary_metric in named:
        raise _refuse(
            "guardrails",
            "지킬 지표는 한 번씩만, 주 지표와 다르게 적어 주세요.",
            "Name each guardrail once, and not the primary metric.",
        )
    for field, key in (
        ("primary_metric", design.primary_metric),
        *(("guardrails", k) for k in named),
    ):
        if key not in known:
            raise _refuse(
                field,
                f"'{key}' 지표가 없어요. 목록에서 골라 주세요.",
                f"There is no metric '{key}'. Choose one of those listed.",
            )
        if design.unit not in known[key].units:
            raise _refuse(
                field,
                f"'{known[key].name_ko}' 지표는 이 단위로 셀 수 없어요. 다른 지표나 단위를 골라 주세요.",
                f"'{known[key].name_en}' cannot be counted for this unit. Choose another metric or unit.",
            )
    if any(not 0 <= guardrail.margin_pct <= 100 for guardrail in design.guardrails):
        raise _refuse(
            "guardrails",
            "허용 폭은 0에서 100 % 사이로 적어 주세요.",
            "A margin must lie between 0 and 100 %.",
        )
    missing = tuple(
        Guardrail(metric=metric.key)
        for metric in known.values()
        if metric.is_mandatory_guardrail
        and metric.key not in named
        and metric.key != design.primary_metric
        and design.unit in metric.units
    )
    # whole numbers become fractions, so that a design is written the same way whoever made it
    named_ones = tuple(
        Guardrail(metric=one.metric, margin_pct=float(one.margin_pct)) for one in design.guardrails
    )
    return replace(
        design,
        guardrails=named_ones + missing,
        smallest_effect_pct=float(design.smallest_effect_pct),
    )


def providers_missing(market_id: int, design: ExperimentDesign) -> list[str]:
    """Slugs of the arms' vendors that are not live for this capability. Needs the market's scope."""
    slugs = {arm.provider for arm in design.arms} - {BASELINE, BUILT_IN}
    live = Provider.objects.filter(
        market_id=market_id,
        slug__in=slugs,
        capability=design.capability,
        state=Provider.State.LIVE,
    ).values_list("slug", flat=True)
    return sorted(slugs - set(live))


def locked(market_id: int, experiment_id: int) -> Experiment:
    """The experiment's row, locked until the transaction ends. Raises `NotFound`.

    The lock leaves the key free: a decision that assigns a unit meanwhile does not wait for a long look.
    """
    row = (
        Experiment.objects.select_for_update(no_key=True)
        .filter(market_id=market_id, pk=experiment_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def until_of(row: Experiment, now: datetime) -> datetime:
    """Until when an experiment's numbers count: now, the horizon or the stop, whichever was first."""
    moments = [now, *(moment for moment in (row.ends_at, row.stopped_at) if moment is not None)]
    return min(moments)


def is_closed(row: Experiment) -> bool:
    """No unit is assigned any more."""
    return row.state in (Experiment.State.ENDED, Experiment.State.STOPPED)


def mark_closed(row: Experiment, *, why: str, now: datetime) -> None:
    """End a locked, running experiment. The caller tells of it with `tell_closed` once the final look is stored."""
    if why not in WHY:
        raise ValueError(f"{why} is no reason to close an experiment")
    row.state = Experiment.State.ENDED if why == "horizon" else Experiment.State.STOPPED
    row.stopped_at = now
    row.stopped_why = why
    row.save(update_fields=["state", "stopped_at", "stopped_why"])
    touch_setup(row.market_id)


def tell_closed(row: Experiment, now: datetime) -> None:
    """Tell the apps on the right."""
    emit(
        ExperimentClosed(market_id=row.market_id, at=now, experiment_id=row.pk, why=row.stopped_why)
    )


def final_look(experiment_id: int) -> ExperimentResult | None:
    """The stored final look, when there is one."""
    return ExperimentResult.objects.filter(experiment_id=experiment_id, is_final=True).first()


def words_for_why(why: str) -> str:
    """Why it closed, for people."""
    words: Mapping[str, str] = {
        "horizon": _("정한 기간이 끝났어요"),
        "person": _("담당자가 멈췄어요"),
        "expired": _("실증 기간이 끝났어요"),
        "guardrail": _("지켜야 할 지표가 허용 폭을 넘어 멈췄어요"),
        "vendor-removed": _("업체가 빠져서 멈췄어요"),
    }
    return words.get(why, "")
