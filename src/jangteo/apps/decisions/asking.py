"""Steps 4 to 6 of a decision: the provider is asked within its deadline, its proposal checked, otherwise the baseline."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Generic, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from jangteo.apps.decisions.adapters import vendor_client
from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason
from jangteo.apps.decisions.models import Provider
from jangteo.apps.decisions.ports import Ask, VendorFailed
from jangteo.apps.decisions.pseudonyms import subject_for_vendor
from jangteo.apps.decisions.setup import (
    BASELINE,
    BUILT_IN,
    MODEL,
    RunningExperiment,
    Setup,
    VendorProvider,
)

Req = TypeVar("Req", bound=BaseModel)
Prop = TypeVar("Prop", bound=BaseModel)

log = structlog.get_logger("jangteo.decisions")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready(Generic[Prop]):
    """A proposal that a language model of the operator's made beforehand: it takes seconds, a decision milliseconds."""

    proposal: Prop
    #: the model's name
    version: str
    reason: Reason
    #: how long the model took
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is asked, before anybody is."""

    provider: str
    subject: uuid.UUID | None
    may_person: bool
    may_vendor: bool
    experiment: RunningExperiment | None
    arm: str
    unit: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Made(Generic[Prop]):
    """A proposal and who made it."""

    proposal: Prop
    provider: str
    version: str
    reason: Reason
    fallback: str
    saw: frozenset[str]
    #: what left for a vendor
    left: frozenset[str] = frozenset()
    cost_mkrw: int = 0
    #: what it took before the decision began
    before_us: int = 0


def ask(
    capability: Capability[Req, Prop],
    request: Req,
    plan: Plan,
    setup: Setup,
    market_id: int,
    decision_id: uuid.UUID,
    started: int,
    ready: Ready[Prop] | None = None,
) -> Made[Prop]:
    """Steps 4 to 6: call within the deadline, check, otherwise fall back."""
    if plan.provider == BASELINE:
        return baseline(capability, request, plan.fallback)
    left: frozenset[str] = frozenset()
    try:
        if plan.provider == BUILT_IN:
            return _ready(capability, request, ready) or _built_in(capability, request)
        vendor = setup.providers.get(plan.provider)
        if vendor is None or vendor.state != Provider.State.LIVE:
            return baseline(capability, request, "vendor-not-live")
        if capability.inside_transaction:
            return baseline(capability, request, "inside-transaction")
        leaves = _leaves(capability, request, plan, vendor, decision_id)
        within_ms = _ms_left(capability, vendor, started)
        left = _named(leaves)
        return _vendor(capability, request, vendor, leaves, market_id, within_ms)
    except VendorFailed as failed:
        left = left if failed.may_have_left else frozenset()
        return baseline(capability, request, failed.reason, left)
    except ProposalRefused as refused:
        return baseline(capability, request, str(refused), left)
    except Exception:
        log.exception("provider failed", capability=capability.key, provider=plan.provider)
        return baseline(capability, request, "error", left)


def baseline(
    capability: Capability[Req, Prop],
    request: Req,
    fallback: str,
    left: frozenset[str] = frozenset(),
) -> Made[Prop]:
    return Made(
        proposal=capability.baseline(request),
        provider=BASELINE,
        version=str(capability.version),
        reason=capability.baseline_reason,
        fallback=fallback,
        saw=frozenset(),
        left=left,
    )


def _ready(
    capability: Capability[Req, Prop], request: Req, ready: Ready[Prop] | None
) -> Made[Prop] | None:
    if ready is None:
        return None
    try:
        capability.check(request, ready.proposal)
    except ProposalRefused as refused:
        log.info("model refused", capability=capability.key, why=str(refused))
        return None
    return Made(
        proposal=ready.proposal,
        provider=MODEL,
        version=ready.version,
        reason=ready.reason,
        fallback="",
        saw=_filled(request),
        before_us=ready.milliseconds * 1000,
    )


def _built_in(capability: Capability[Req, Prop], request: Req) -> Made[Prop]:
    proposal = capability.built_in(request)
    capability.check(request, proposal)
    return _of_built_in(capability, request, proposal)


def _of_built_in(capability: Capability[Req, Prop], request: Req, proposal: Prop) -> Made[Prop]:
    return Made(
        proposal=proposal,
        provider=BUILT_IN,
        version=capability.built_in_version,
        reason=capability.explain(request, proposal),
        fallback="",
        saw=_filled(request),
    )


def _filled(request: BaseModel) -> frozenset[str]:
    """The fields of a request that hold anything."""
    return frozenset(
        name
        for name in type(request).model_fields
        if getattr(request, name) not in (None, "", (), [], {})
    )


def _leaves(
    capability: Capability[Req, Any],
    request: Req,
    plan: Plan,
    vendor: VendorProvider,
    decision_id: uuid.UUID,
) -> Ask:
    """What may leave: the agreed fields, personal ones and her pseudonym only when she said yes to vendors."""
    scope = vendor.data_scope
    if not plan.may_vendor:
        scope = scope - capability.personal_fields
    subject = plan.subject if plan.may_vendor else None
    return Ask(
        decision_id=str(decision_id),
        capability=capability.key,
        capability_version=capability.version,
        subject=subject_for_vendor(vendor, subject) if subject else None,
        request=request.model_dump(mode="json", include=set(scope)),
        is_sandbox=False,
    )


def _ms_left(capability: Capability[Any, Any], vendor: VendorProvider, started: int) -> int:
    """Milliseconds a vendor has. Raises `VendorFailed` when none is left."""
    spent_ms = (perf_counter_ns() - started) // 1_000_000
    within_ms = min(vendor.deadline_ms, capability.deadline_ms) - spent_ms
    if within_ms <= 0:
        raise VendorFailed("deadline")
    return int(within_ms)


def _named(leaves: Ask) -> frozenset[str]:
    """The fields of what leaves that hold anything, and "subject" with her pseudonym."""
    fields = {name for name, value in leaves.request.items() if value not in (None, "", [], {})}
    return frozenset(fields | ({"subject"} if leaves.subject else set()))


def _vendor(
    capability: Capability[Req, Prop],
    request: Req,
    vendor: VendorProvider,
    leaves: Ask,
    market_id: int,
    within_ms: int,
) -> Made[Prop]:
    answer = vendor_client().ask(vendor, leaves, market_id=market_id, within_ms=within_ms)
    try:
        proposal = capability.proposal_type.model_validate(answer.proposal)
    except ValidationError as problem:
        raise VendorFailed("nonsense") from problem
    capability.check(request, proposal)
    reason = Reason(
        ko=answer.reason_ko or f"{vendor.name}의 추천이에요.",
        en=answer.reason_en or f"Recommended by {vendor.name}.",
    )
    left = _named(leaves)
    return Made(
        proposal=proposal,
        provider=vendor.slug,
        version=answer.provider_version,
        reason=reason,
        fallback="",
        saw=left - {"subject"},
        left=left,
        cost_mkrw=vendor.cost_mkrw,
    )


def checked(capability: Capability[Req, Prop], request: Req, proposal: Prop) -> Made[Prop]:
    """A proposal of the built-in provider, or the baseline where it is refused."""
    try:
        capability.check(request, proposal)
        return _of_built_in(capability, request, proposal)
    except ProposalRefused as refused:
        return baseline(capability, request, str(refused))
    except Exception:
        log.exception("provider failed", capability=capability.key, provider=BUILT_IN)
        return baseline(capability, request, "error")
