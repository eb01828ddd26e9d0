"""The heart: every AI decision goes through `decide` and leaves one row in the log."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter_ns
from typing import Any, Generic, TypeVar

import structlog
from pydantic import BaseModel

from jangteo.apps.decisions.asking import Made, Plan, Ready, ask, baseline, checked
from jangteo.apps.decisions.capability import Capability, Reason
from jangteo.apps.decisions.erasures import forget_if_withdrawn
from jangteo.apps.decisions.ids import new_id
from jangteo.apps.decisions.log import Entry, digest, write, write_many
from jangteo.apps.decisions.models import Mode
from jangteo.apps.decisions.setup import (
    BASELINE,
    BUILT_IN,
    RunningExperiment,
    Setup,
    setup_of,
)
from jangteo.apps.decisions.subjects import Standing, standing, subject_key
from jangteo.engines.experiments.assignment import HOLDOUT, assign
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor

__all__ = ["Decided", "Ready", "decide", "decide_many"]

Req = TypeVar("Req", bound=BaseModel)
Prop = TypeVar("Prop", bound=BaseModel)

#: so long a vendor may be asked for the requests of one batch
VENDOR_SECONDS = 20.0

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
class Place:
    """Where a decision is made and what it is about."""

    market_id: int
    stall_id: int | None
    about: str


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
    made = ask(capability, request, plan, setup, market_id, decision_id, started, ready)
    personal = personal and bool(made.saw & capability.personal_fields)
    place = Place(market_id=market_id, stall_id=stall_id, about=about)
    entry, decided = _settled(capability, request, plan, made, place, decision_id, personal)
    write(replace(entry, latency_us=_us_since(started) + made.before_us))
    if "subject" in made.left and subject is not None and plan.subject is not None:
        _forget_late(subject, market_id, plan.subject, now)
    return decided


def decide_many(
    capability: Capability[Req, Prop],
    requests: Sequence[Req],
    *,
    market_id: int,
    now: datetime,
    stall_id: int | None = None,
    abouts: Sequence[str] = (),
    vendor_seconds: float = VENDOR_SECONDS,
) -> list[Decided[Prop]]:
    """`decide` for many requests that are for nobody in particular, logged together: as many rows, in their order.

    ``abouts``: one a request, or none. A vendor is asked one by one for at most ``vendor_seconds`` in all; after that
    the baseline stands in (``batch-deadline``). `ValueError` for a capability with personal fields, which needs a
    subject. Needs the market's scope; call it in a transaction.
    """
    if capability.personal_fields:
        raise ValueError(f"capability {capability.key} decides for persons, one at a time")
    begun = perf_counter_ns()
    known = standing(None, market_id)
    setup = setup_of(market_id, known.setup_version)
    plan = _plan(capability, setup, known, None, market_id, stall_id, now)
    proposals = _proposed_together(capability, requests, plan)
    together_us = _us_since(begun) // max(1, len(requests))
    late_ns = begun + int(vendor_seconds * 1e9)
    entries: list[Entry] = []
    made_of: list[Decided[Prop]] = []
    for place, request in enumerate(requests):
        started = perf_counter_ns()
        decision_id = new_id(now)
        if proposals is not None:
            made = checked(capability, request, proposals[place])
        elif plan.provider not in (BASELINE, BUILT_IN) and started > late_ns:
            made = baseline(capability, request, "batch-deadline")
        else:
            made = ask(capability, request, plan, setup, market_id, decision_id, started, None)
        about = abouts[place] if abouts else ""
        where = Place(market_id=market_id, stall_id=stall_id, about=about)
        entry, decided = _settled(capability, request, plan, made, where, decision_id, False)
        share = together_us if proposals is not None else 0
        entries.append(replace(entry, latency_us=_us_since(started) + share))
        made_of.append(decided)
    write_many(entries)
    return made_of


def _us_since(started: int) -> int:
    return (perf_counter_ns() - started) // 1000


def _proposed_together(
    capability: Capability[Req, Prop], requests: Sequence[Req], plan: Plan
) -> Sequence[Prop] | None:
    """What the built-in provider says of all; None when it is not its turn, or it failed: then one by one."""
    if capability.built_in_many is None or plan.provider != BUILT_IN:
        return None
    try:
        proposals = capability.built_in_many(requests)
    except Exception:
        log.exception("provider failed on many", capability=capability.key)
        return None
    return proposals if len(proposals) == len(requests) else None


def _settled(
    capability: Capability[Req, Prop],
    request: Req,
    plan: Plan,
    made: Made[Prop],
    place: Place,
    decision_id: uuid.UUID,
    personal: bool,
) -> tuple[Entry, Decided[Prop]]:
    """The row for the log, without its time, and the answer."""
    mode = _mode(capability, request, made)
    try:
        shown = tuple(capability.shown_stalls(request, made.proposal))
    except Exception:
        log.exception("shown stalls unknown", capability=capability.key)
        shown = ()
    entry = Entry(
        id=decision_id,
        market_id=place.market_id,
        capability=capability.key,
        capability_version=capability.version,
        provider=made.provider,
        provider_version=made.version,
        subject=plan.subject,
        stall_id=place.stall_id,
        about=place.about,
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
        latency_us=0,
        cost_mkrw=made.cost_mkrw,
        is_durable=capability.is_consequential,
    )
    decided = Decided(
        id=decision_id,
        proposal=made.proposal,
        reason=made.reason,
        provider=made.provider,
        mode=mode,
        is_personal=personal,
        fallback=made.fallback,
        arm=plan.arm,
    )
    return entry, decided


def _forget_late(subject: Actor, market_id: int, key: uuid.UUID, now: datetime) -> None:
    try:
        forget_if_withdrawn(subject, market_id, key, now)
    except Exception:
        log.exception("withdrawal not looked up", market=market_id)


def _mode(capability: Capability[Req, Prop], request: Req, made: Made[Prop]) -> Mode:
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
) -> Plan:
    """Steps 1 to 3: may she be decided for, which arm, which provider."""
    opted_out = known.personal is False
    key = known.key
    if opted_out:
        # the log does not know whom this was for, no vendor is asked, no experiment counts her
        key = None
    elif key is None and subject is not None:
        key = subject_key(subject, market_id)
    may_person = known.personal is True
    plan = Plan(
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
