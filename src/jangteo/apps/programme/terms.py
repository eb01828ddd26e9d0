"""What both sides of a pilot sign: one document, in a canonical form with one digest.

Everything that could be argued about afterwards stands in it before the first shopper is assigned: which data leave,
what is measured and which way is good, what must not get worse, when the end is, who removes what by when, and that
the result is published whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jangteo.apps.decisions.capability import AnyCapability, capabilities, capability_of
from jangteo.apps.decisions.log import digest
from jangteo.apps.decisions.metrics import Metric, metrics
from jangteo.apps.programme.models import VendorOffer
from jangteo.platform.errors import InvalidInput
from jangteo.platform.percent import percent

#: a mandatory guardrail may be set tighter than this, not looser
MOST_MARGIN_PCT = 20.0
USUAL_MARGIN_PCT = 10.0
CONTROL_ARM = "control"
VENDOR_ARM = "vendor"


class Guardrail(BaseModel):
    """A number that must not get worse by more than the margin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    #: percent of the control's mean
    margin_pct: float = Field(ge=0, le=100)


class Terms(BaseModel):
    """The agreement. Field names are stable: signatures are of this document's digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: of this form
    form: Literal["1"] = "1"
    #: the parties by name, as they stood when the offer was accepted
    retailer: str
    vendor: str
    vendor_business_number: str
    problem: str

    #: key of what the vendor's service decides
    capability: str
    #: request fields that may leave for the vendor; nothing else does
    data_scope: tuple[str, ...] = Field(min_length=1)

    #: who is drawn into arms
    unit: Literal["shopper", "stall", "day"] = "shopper"
    primary_metric: str
    direction: Literal["up", "down"] = "up"
    guardrails: tuple[Guardrail, ...] = ()
    #: fixed: one look at the horizon; sequential: always-valid intervals
    analysis: Literal["fixed", "sequential"] = "fixed"
    #: smallest change worth finding, percent of the control's mean
    smallest_effect_pct: float = Field(default=5.0, gt=0, le=100)
    #: two-sided, basis points
    alpha_bp: int = Field(default=500, ge=10, le=2000)
    #: days before the start whose data reduce the noise
    pre_days: int = Field(default=28, ge=0, le=180)
    horizon_days: int = Field(default=28, ge=7, le=180)
    #: who decides for the arm that is compared against
    control: Literal["built-in", "baseline"] = "built-in"
    #: share of the units outside the hold-out that meet the vendor, basis points
    vendor_share_bp: int = Field(default=5000, ge=500, le=9000)
    #: share of all units that meet no AI at all
    holdout_bp: int = Field(default=500, ge=0, le=3000)

    #: what the pilot costs the market, and what a month would cost afterwards
    pilot_krw: int = Field(default=0, ge=0, le=1_000_000_000)
    monthly_krw: int | None = Field(default=None, ge=0, le=1_000_000_000)

    #: on the last day the market closes the vendor's access; by then the vendor has erased all it received
    exit_erase_days: int = Field(default=14, ge=1, le=60)
    #: days of notice for stopping without a reason; a guardrail or a regulator needs none
    exit_notice_days: int = Field(default=3, ge=0, le=30)
    #: a regulator's permission must be entered before the start
    needs_approval: bool = False

    #: no choice: the result is published whatever it is, and the vendor may cite it whole
    published_whatever_it_is: Literal[True] = True
    vendor_may_cite: Literal[True] = True
    note: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _once(self) -> Terms:
        if len(set(self.data_scope)) != len(self.data_scope):
            raise ValueError("data_scope")
        names = [guardrail.metric for guardrail in self.guardrails]
        if len(set(names)) != len(names):
            raise ValueError("guardrails")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical document."""
        return digest(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, lists sorted, so that the same agreement is always the same bytes."""
        values = self.model_dump(mode="json")
        values["data_scope"] = sorted(values["data_scope"])
        values["guardrails"] = sorted(values["guardrails"], key=lambda g: str(g["metric"]))
        return values

    def arms(self, provider_slug: str) -> list[dict[str, Any]]:
        """The arms of the experiment; the first one is compared against."""
        return [
            {
                "name": CONTROL_ARM,
                "provider": self.control,
                "share_bp": 10_000 - self.vendor_share_bp,
            },
            {"name": VENDOR_ARM, "provider": provider_slug, "share_bp": self.vendor_share_bp},
        ]


def read_terms(values: Mapping[str, Any]) -> Terms:
    """Terms from the database or a form. Raises `InvalidInput` naming the first field that is wrong."""
    try:
        return Terms.model_validate(dict(values))
    except ValidationError as problem:
        first = problem.errors()[0]
        place = str(first["loc"][0]) if first["loc"] else str(first["msg"]).split(", ")[-1]
        raise InvalidInput(
            field=place,
            ko="값이 비었거나 정해진 범위를 벗어났어요. 고쳐 주세요.",
            en="The value is missing or out of its bounds. Please correct it.",
        ) from None


def check_terms(terms: Terms) -> None:
    """Do they fit this installation? Raises `InvalidInput` naming the field that does not."""
    capability = pilot_capability(terms.capability)
    foreign = set(terms.data_scope) - capability.vendor_fields()
    if foreign:
        raise _wrong(
            "data_scope",
            f"이 기능에 없는 자료예요: {', '.join(sorted(foreign))}. 목록에서 골라 주세요.",
            f"This capability has no such data: {', '.join(sorted(foreign))}. Choose from the list.",
        )
    primary = metric_for(terms.primary_metric, terms.unit, "primary_metric")
    if primary.is_mandatory_guardrail:
        raise _wrong(
            "primary_metric",
            f"{primary.name_ko}: 모든 실증이 지켜보는 안전 지표예요. 다른 지표를 골라 주세요.",
            f"{primary.name_en} is watched in every pilot as a guardrail. Choose another metric.",
        )
    margins = {guardrail.metric: guardrail.margin_pct for guardrail in terms.guardrails}
    for key in margins:
        metric_for(key, terms.unit, "guardrails")
    if terms.primary_metric in margins:
        raise _wrong(
            "guardrails",
            "주 지표는 안전 지표가 될 수 없어요. 하나만 골라 주세요.",
            "The primary metric cannot be a guardrail as well. Choose one of the two.",
        )
    for metric in mandatory_guardrails(terms.unit):
        if metric.key not in margins:
            raise _wrong(
                "guardrails",
                f"뺄 수 없는 안전 지표예요: {metric.name_ko}. 다시 넣어 주세요.",
                f"This guardrail cannot be taken out: {metric.name_en}. Put it back.",
            )
        if margins[metric.key] > MOST_MARGIN_PCT:
            raise _wrong(
                "guardrails",
                f"{metric.name_ko}: {percent(MOST_MARGIN_PCT)}보다 느슨하게 할 수 없어요.",
                f"{metric.name_en}: it cannot be looser than {percent(MOST_MARGIN_PCT)}.",
            )


def pilot_capability(key: str) -> AnyCapability:
    """A capability that a vendor may decide. Raises `InvalidInput`."""
    found = capability_of(key)
    if found is None or found.inside_transaction:
        raise _wrong(
            "capability",
            "업체가 맡을 수 없는 기능이에요. 목록에서 골라 주세요.",
            "A vendor cannot decide this. Choose one of those listed.",
        )
    return found


def pilot_capabilities() -> list[AnyCapability]:
    """Those a vendor may decide."""
    return [found for found in capabilities().values() if not found.inside_transaction]


def metric_for(key: str, unit: str, field: str) -> Metric:
    """A registered metric that can be counted for this unit. Raises `InvalidInput`."""
    found = metrics().get(key)
    if found is None or unit not in found.units:
        raise _wrong(
            field,
            "이 단위로 잴 수 없는 지표예요. 다른 지표나 단위를 골라 주세요.",
            "This metric cannot be counted for this unit. Choose another metric or unit.",
        )
    return found


def metrics_of(unit: str) -> list[Metric]:
    """The metrics that can be counted for this unit."""
    return [metric for metric in metrics().values() if unit in metric.units]


def mandatory_guardrails(unit: str) -> list[Metric]:
    """What every pilot of this unit watches."""
    return [metric for metric in metrics_of(unit) if metric.is_mandatory_guardrail]


def first_terms(offer: VendorOffer, *, market_name: str) -> Terms:
    """What stands in the terms before anybody changed them: the usual choices, the data the vendor asked for."""
    capability = pilot_capability(offer.problem.capability)
    wanted = sorted(set(offer.wants_fields) & capability.vendor_fields())
    free = [metric for metric in metrics_of("shopper") if not metric.is_mandatory_guardrail]
    if not free:
        raise _wrong(
            "primary_metric", "잴 수 있는 지표가 없어요.", "There is no metric to measure."
        )
    primary = min(free, key=lambda metric: (metric.key != "sales", metric.better != "up"))
    return Terms(
        retailer=market_name,
        vendor=offer.company.name,
        vendor_business_number=offer.company.business_number,
        problem=offer.problem.title,
        capability=capability.key,
        data_scope=tuple(wanted or sorted(capability.vendor_fields() - capability.personal_fields)),
        primary_metric=primary.key,
        direction="down" if primary.better == "down" else "up",
        guardrails=tuple(
            Guardrail(metric=metric.key, margin_pct=USUAL_MARGIN_PCT)
            for metric in mandatory_guardrails("shopper")
        ),
        monthly_krw=offer.monthly_krw,
    )


def _wrong(field: str, ko: str, en: str) -> InvalidInput:
    return InvalidInput(field=field, ko=ko, en=en)
