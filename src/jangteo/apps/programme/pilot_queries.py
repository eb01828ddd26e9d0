"""Reads of problems, offers and pilots. Those for the vendor and the public look over all markets and say of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jangteo.apps.decisions.experiments import final_look
from jangteo.apps.decisions.looks import Look, look_of
from jangteo.apps.decisions.models import Experiment, ExperimentResult
from jangteo.apps.programme.access import is_member
from jangteo.apps.programme.findings import Finding, finding_of
from jangteo.apps.programme.models import Certificate, Company, Pilot, Problem, VendorOffer
from jangteo.apps.programme.terms import read_terms
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope

_LOADED = ("offer__company", "offer__problem", "provider", "experiment", "market")


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmHealth:
    """How one arm was served so far; nothing of what came of it."""

    arm: str
    decisions: int
    fallbacks: int
    mean_ms: float
    p95_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What may be seen of a pilot's result now."""

    look: Look | None
    #: None: nothing may be shown yet
    finding: Finding | None
    #: when it may be; None: now, or unknown
    from_: datetime | None
    rows_digest: str = ""


# --- the market


def problems_of(market_id: int) -> list[Problem]:
    """The market's problems, newest first, with their offers."""
    return list(
        Problem.objects.filter(market_id=market_id)
        .prefetch_related("offers__company")
        .order_by("state", "-posted_at")
    )


def problem_of(market_id: int, slug: str) -> Problem:
    """One problem. Raises `NotFound`."""
    found = Problem.objects.select_related("market").filter(market_id=market_id, slug=slug).first()
    if found is None:
        raise NotFound
    return found


def offers_of(problem: Problem) -> list[VendorOffer]:
    """Its offers, waiting ones first."""
    offers = list(problem.offers.select_related("company").order_by("-sent_at"))
    order = {VendorOffer.State.SENT.value: 0, VendorOffer.State.ACCEPTED.value: 1}
    return sorted(offers, key=lambda offer: order.get(offer.state, 2))


def pilots_of(market_id: int) -> list[Pilot]:
    """The market's pilots, newest first."""
    return list(
        Pilot.objects.filter(market_id=market_id).select_related(*_LOADED).order_by("-created_at")
    )


def pilot_of(market_id: int, slug: str) -> Pilot:
    """One pilot with all that stands around it. Raises `NotFound`."""
    found = Pilot.objects.select_related(*_LOADED).filter(market_id=market_id, slug=slug).first()
    if found is None:
        raise NotFound
    return found


def certificate_of(pilot: Pilot) -> Certificate | None:
    """Its certificate, once published."""
    return Certificate.objects.filter(pilot_id=pilot.pk).first()


# --- the vendor


def companies_of(actor: Actor) -> list[Company]:
    """The companies the person acts for."""
    if actor.person_id is None:
        return []
    return list(Company.objects.filter(members__person_id=actor.person_id).order_by("name", "pk"))


def open_problems() -> list[Problem]:
    """Every open problem over all markets, newest first. Public."""
    with every_market():
        return list(
            Problem.objects.filter(state=Problem.State.OPEN)
            .select_related("market")
            .order_by("-posted_at")
        )


def offers_by(companies: Sequence[Company]) -> list[VendorOffer]:
    """These companies' offers over all markets, newest first."""
    with every_market():
        return list(
            VendorOffer.objects.filter(company__in=companies)
            .select_related("problem", "company", "market", "pilot")
            .order_by("-sent_at")
        )


def vendor_pilot(actor: Actor, market_id: int, slug: str) -> Pilot:
    """A pilot of the person's own company. Raises `NotFound`. Needs the market's scope."""
    pilot = pilot_of(market_id, slug)
    if not is_member(actor, pilot.offer.company_id):
        raise NotFound
    return pilot


# --- everybody


def published_pilots() -> list[Pilot]:
    """Every published pilot over all markets, newest first: whatever was found."""
    with every_market():
        return list(
            Pilot.objects.filter(state=Pilot.State.PUBLISHED)
            .select_related(*_LOADED, "certificate")
            .order_by("-published_at")
        )


def published_pilot(market_id: int, slug: str) -> Pilot:
    """One published pilot. Raises `NotFound` for any other."""
    with market_scope(market_id):
        pilot = pilot_of(market_id, slug)
    if pilot.state != Pilot.State.PUBLISHED:
        raise NotFound
    return pilot


def shown_result(pilot: Pilot) -> Shown:
    """The result as far as it may be seen: the final one, or of a sequential analysis the newest look.

    Needs the market's scope. Reads what is stored and computes nothing: looking often changes nothing.
    """
    experiment = pilot.experiment
    if experiment is None or experiment.starts_at is None:
        return Shown(look=None, finding=None, from_=None)
    stored = final_look(experiment.pk)
    if stored is None and experiment.analysis == Experiment.Analysis.SEQUENTIAL:
        looks = ExperimentResult.objects.filter(experiment=experiment)
        stored = looks.order_by("-at", "-pk").first()
    if stored is None:
        return Shown(look=None, finding=None, from_=experiment.ends_at)
    look = look_of(experiment, stored)
    if look.hidden == "horizon":
        return Shown(look=look, finding=None, from_=experiment.ends_at)
    finding = finding_of(
        read_terms(pilot.terms),
        look.result,
        stopped_early=experiment.state == Experiment.State.STOPPED,
    )
    return Shown(look=look, finding=finding, from_=None, rows_digest=stored.rows_digest)


_HEALTH = """
select arm, count(*), count(*) filter (where fallback <> ''), avg(latency_us) / 1000.0,
       percentile_cont(0.95) within group (order by latency_us) / 1000.0
  from decisions_decision
 where market_id = %s and experiment_id = %s and at >= %s
 group by arm order by arm
"""
_WHY = """
select fallback, count(*) from decisions_decision
 where market_id = %s and experiment_id = %s and at >= %s and fallback <> ''
 group by fallback order by count(*) desc, fallback limit 8
"""


def health_of(pilot: Pilot) -> tuple[list[ArmHealth], list[tuple[str, int]]]:
    """Decisions, fallbacks and times by arm from the log, and why the plain rule stood in. Needs the market's scope."""
    experiment = pilot.experiment
    if experiment is None or experiment.starts_at is None:
        return [], []
    values = (pilot.market_id, experiment.pk, experiment.starts_at)
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH, values)
        arms = [
            ArmHealth(
                arm=arm, decisions=count, fallbacks=fallbacks, mean_ms=float(mean), p95_ms=float(p)
            )
            for arm, count, fallbacks, mean, p in cursor.fetchall()
        ]
        cursor.execute(_WHY, values)
        return arms, [(str(why), int(count)) for why, count in cursor.fetchall()]
