"""The heart: every AI decision goes through `decide` and leaves one row in the log."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter_ns
from typing import Any, Generic, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from jangteo.apps.decisions.adapters import vendor_client
from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason
from jangteo.apps.decisions.erasures import forget_if_withdrawn
from jangteo.apps.decisions.ids import new_id
from jangteo.apps.decisions.log import Entry, digest, write
from jangteo.apps.decisions.models import Mode, Provider
from jangteo.apps.decisions.ports import Ask, VendorFailed
from jangteo.apps.decisions.pseudonyms import subject_for_vendor
from jangteo.apps.decisions.setup import (
    BASELINE,
    BUILT_IN,
    MODEL,
    RunningExperiment,
    Setup,
    VendorProvider,
    setup_of,
)
from jangteo.apps.decisions.subjects import Standing, standing, subject_key
from jangteo.engines.experiments.assignment import HOLDOUT, assign
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor

Req = TypeVar("Req", bound=BaseModel)
Prop = TypeVar("Prop", bound=BaseModel)

log = structlog.get_logger("jangteo.decisions")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided(Generic[Prop]):
    """What was decided and what a page must be able to say about it."""

    id: uuid.UUID
    proposal: Prop
    reason: Reason
    #: "baseline", "built-in" or a vendor's slug
    provider: str
    mode: Mode
    is_personal: bool
    #: why the baseline stood in; empty when it did not
    fallback: str
    arm: str

    @property
    def is_ai(self) -> bool:
        """Carries the AI label."""
        return self.mode is not Mode.OBSERVED


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
class _Plan:
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
class _Made(Generic[Prop]):
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


def decide(
    capability: Capability[Req, Prop],
    request: Req,
    *,
    subject: Actor | None,
    market_id: int,
    now: datetime,
    stall_id: int | None = None,
    about: str = "",
    personalise: Callable[[Req], Req] | None = None,
    ready: Ready[Prop] | None = None,
) -> Decided[Prop]:
    """Decide, log, and return the proposal with its reason. Needs the market's scope; never raises for a provider.

    ``subject``: who it is decided for (None: nobody in particular). ``personalise`` adds her data to the request and is
    called only when she said yes; personal fields that stand in the request all the same are emptied without her yes.
    ``stall_id``: whose work is done. ``about``: what it is about, without personal data. ``now``: aware UTC.
    ``ready``: stands where the built-in provider's turn is, checked like any; when refused, the built-in one decides.
    """
    started = perf_counter_ns()
    known = standing(subject, market_id)
    setup = setup_of(market_id, known.setup_version)
    plan = _plan(capability, setup, known, subject, market_id, stall_id, now)
    decision_id = new_id(now)
    personal = False
    if capability.personal_fields:
        request = _without_person(capability, request)
        if plan.may_person and personalise is not None:
            request = personalise(request)
            personal = True
    made = _ask(capability, request, plan, setup, market_id, decision_id, started, ready)
    personal = personal and bool(made.saw & capability.personal_fields)
    mode = _mode(capability, request, made)
    try:
        shown = tuple(capability.shown_stalls(request, made.proposal))
    except Exception:
        log.exception("shown stalls unknown", capability=capability.key)
        shown = ()
    write(
        Entry(
            id=decision_id,
            market_id=market_id,
            capability=capability.key,
            capability_version=capability.version,
            provider=made.provider,
            provider_version=made.version,
            subject=plan.subject,
            stall_id=stall_id,
            about=about,
            experiment_id=plan.experiment.id if plan.experiment else None,
            arm=plan.arm,
            unit=plan.unit,
            is_personal=personal,
            mode=mode.value,
            fallback=made.fallback,
            asked=plan.provider,
            left_fields=sorted(made.left),
            saw=sorted(made.saw),
            request_digest=digest(request.model_dump(mode="json")),
            proposal=made.proposal.model_dump(mode="json"),
            reason_ko=made.reason.ko,
            reason_en=made.reason.en,
            shown_stalls=shown,
            latency_us=(perf_counter_ns() - started) // 1000 + made.before_us,
            cost_mkrw=made.cost_mkrw,
            is_durable=capability.is_consequential,
        )
    )
    if "subject" in made.left and subject is not None and plan.subject is not None:
        _forget_late(subject, market_id, plan.subject, now)
    return Decided(
        id=decision_id,
        proposal=made.proposal,
        reason=made.reason,
        provider=made.provider,
        mode=mode,
        is_personal=personal,
        fallback=made.fallback,
        arm=plan.arm,
    )


def _forget_late(subject: Actor, market_id: int, key: uuid.UUID, now: datetime) -> None:
    try:
        forget_if_withdrawn(subject, market_id, key, now)
    except Exception:
        log.exception("withdrawal not looked up", market=market_id)


def _mode(capability: Capability[Req, Prop], request: Req, made: _Made[Prop]) -> Mode:
    if made.provider == BASELINE:
        return Mode.OBSERVED
    if capability.is_automatic and capability.is_sure(request, made.proposal):
        return Mode.AUTO
    return Mode.PROPOSED


def _plan(
    capability: Capability[Any, Any],
    setup: Setup,
    known: Standing,
    subject: Actor | None,
    market_id: int,
    stall_id: int | None,
    now: datetime,
) -> _Plan:
    """Steps 1 to 3: may she be decided for, which arm, which provider."""
    opted_out = known.personal is False
    key = known.key
    if opted_out:
        # the log does not know whom this was for, no vendor is asked, no experiment counts her
        key = None
    elif key is None and subject is not None:
        key = subject_key(subject, market_id)
    may_person = known.personal is True
    plan = _Plan(
        provider=BUILT_IN if opted_out else setup.chosen.get(capability.key, BUILT_IN),
        subject=key,
        may_person=may_person,
        may_vendor=may_person and known.vendors is True,
        experiment=None,
        arm="",
        unit="",
    )
    if capability.key in setup.suspended:
        return replace(plan, provider=BASELINE, fallback="suspended")
    experiment = setup.experiments.get(capability.key)
    if experiment is None or opted_out or not experiment.starts_at <= now < experiment.ends_at:
        return plan
    unit = _unit(experiment, key, stall_id, now)
    if not unit:
        return plan
    shares = [(arm.name, arm.share_bp) for arm in experiment.arms]
    arm = assign(experiment.salt, unit, shares, experiment.holdout_bp)
    provider = BASELINE
    if arm != HOLDOUT:
        provider = next(a.provider for a in experiment.arms if a.name == arm)
    return replace(plan, provider=provider, experiment=experiment, arm=arm, unit=unit)


def _unit(
    experiment: RunningExperiment, key: uuid.UUID | None, stall_id: int | None, now: datetime
) -> str:
    match experiment.unit:
        case "shopper":
            return str(key) if key else ""
        case "stall":
            return f"stall:{stall_id}" if stall_id else ""
        case _:
            return seoul_day(now).isoformat()


def _without_person(capability: Capability[Req, Any], request: Req) -> Req:
    empty = {
        name: capability.request_type.model_fields[name].get_default(call_default_factory=True)
        for name in capability.personal_fields
    }
    return request.model_copy(update=empty)


def _ask(
    capability: Capability[Req, Prop],
    request: Req,
    plan: _Plan,
    setup: Setup,
    market_id: int,
    decision_id: uuid.UUID,
    started: int,
    ready: Ready[Prop] | None = None,
) -> _Made[Prop]:
    """Steps 4 to 6: call within the deadline, check, otherwise fall back."""
    if plan.provider == BASELINE:
        return _baseline(capability, request, plan.fallback)
    left: frozenset[str] = frozenset()
    try:
        if plan.provider == BUILT_IN:
            return _ready(capability, request, ready) or _built_in(capability, request)
        vendor = setup.providers.get(plan.provider)
        if vendor is None or vendor.state != Provider.State.LIVE:
            return _baseline(capability, request, "vendor-not-live")
        if capability.inside_transaction:
            return _baseline(capability, request, "inside-transaction")
        leaves = _leaves(capability, request, plan, vendor, decision_id)
        within_ms = _ms_left(capability, vendor, started)
        left = _named(leaves)
        return _vendor(capability, request, vendor, leaves, market_id, within_ms)
    except VendorFailed as failed:
        left = left if failed.may_have_left else frozenset()
        return _baseline(capability, request, failed.reason, left)
    except ProposalRefused as refused:
        return _baseline(capability, request, str(refused), left)
    except Exception:
        log.exception("provider failed", capability=capability.key, provider=plan.provider)
        return _baseline(capability, request, "error", left)


def _baseline(
    capability: Capability[Req, Prop],
    request: Req,
    fallback: str,
    left: frozenset[str] = frozenset(),
) -> _Made[Prop]:
    return _Made(
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
) -> _Made[Prop] | None:
    if ready is None:
        return None
    try:
        capability.check(request, ready.proposal)
    except ProposalRefused as refused:
        log.info("model refused", capability=capability.key, why=str(refused))
        return None
    return _Made(
        proposal=ready.proposal,
        provider=MODEL,
        version=ready.version,
        reason=ready.reason,
        fallback="",
        saw=_filled(request),
        before_us=ready.milliseconds * 1000,
    )


def _built_in(capability: Capability[Req, Prop], request: Req) -> _Made[Prop]:
    proposal = capability.built_in(request)
    capability.check(request, proposal)
    return _Made(
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
    plan: _Plan,
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
) -> _Made[Prop]:
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
    return _Made(
        proposal=proposal,
        provider=vendor.slug,
        version=answer.provider_version,
        reason=reason,
        fallback="",
        saw=left - {"subject"},
        left=left,
        cost_mkrw=vendor.cost_mkrw,
    )
