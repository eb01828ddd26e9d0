"""The work of `overhead`, in a process where Django is ready."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from benchmarks.decisions.overhead import RATE, WARM_UP, open_loop, percentiles
from jangteo.apps.accounts.models import Consent, Person
from jangteo.apps.decisions.capability import Capability, ProposalRefused, Reason, Work, register
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.models import Decision, Experiment
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.markets.models import Market
from jangteo.platform.clock import utc_now
from jangteo.platform.migrating import migrate
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope

CANDIDATES = 40
PEOPLE = 500

_provider_s = 0.0


class Candidate(BaseModel):
    """One of the goods."""

    id: int
    stall_id: int
    score: float
    price_krw: int
    arrived_today: bool = False


class Shelf(BaseModel):
    """A request as large as a shelf's."""

    candidates: list[Candidate]
    liked: dict[int, int] = {}
    limit: int = 12


class Order(BaseModel):
    """Ids, best first."""

    ids: list[int]


def _built_in(request: Shelf) -> Order:
    global _provider_s
    begun = time.perf_counter()
    ranked = sorted(request.candidates, key=lambda c: (-request.liked.get(c.id, 0), -c.score, c.id))
    order = Order(ids=[c.id for c in ranked[: request.limit]])
    _provider_s = time.perf_counter() - begun
    return order


def _check(request: Shelf, proposal: Order) -> None:
    known = {candidate.id for candidate in request.candidates}
    if not set(proposal.ids) <= known or len(set(proposal.ids)) != len(proposal.ids):
        raise ProposalRefused("unknown-id")


def _shown(request: Shelf, proposal: Order) -> list[int]:
    stall = {candidate.id: candidate.stall_id for candidate in request.candidates}
    return [stall[id_] for id_ in proposal.ids]


SHELF = register(
    Capability(
        key="bench-shelf",
        version=1,
        name_ko="견본",
        name_en="bench",
        about_ko="견본",
        about_en="bench",
        request_type=Shelf,
        proposal_type=Order,
        baseline=lambda request: Order(ids=[c.id for c in request.candidates[: request.limit]]),
        built_in=_built_in,
        built_in_version="1",
        check=_check,
        baseline_reason=Reason(ko="견본", en="bench"),
        explain=lambda request, proposal: Reason(
            ko="많이 팔린 순서예요.", en="Best sellers first."
        ),
        outcome="none",
        work=Work(of="office", ko="견본", en="bench", minutes=1, source="bench"),
        fields={name: (name, name) for name in Shelf.model_fields},
        personal_fields=frozenset({"liked"}),
        shown_stalls=_shown,
    )
)


def _stage() -> tuple[Market, list[Actor]]:
    """A market with an experiment on the shelf and shoppers who said yes."""
    migrate()
    tag = secrets.token_hex(4)
    now = utc_now()
    market = Market.objects.create(
        slug=f"bench-{tag}", name="bench", address="-", opens_at="08:00", closes_at="20:00"
    )
    people = Person.objects.bulk_create(
        Person(phone=f"+82{tag}{number}"[:20], password="!") for number in range(PEOPLE)
    )
    Consent.objects.bulk_create(
        Consent(person=person, purpose="personal", is_given=True, at=now) for person in people
    )
    with market_scope(market.pk):
        Experiment.objects.create(
            market=market,
            slug="bench",
            title="bench",
            capability=SHELF.key,
            unit=Experiment.Unit.SHOPPER,
            arms=[
                {"name": "control", "provider": "built-in", "share_bp": 5000},
                {"name": "same", "provider": "built-in", "share_bp": 5000},
            ],
            primary_metric="orders",
            guardrails=[],
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=28),
            salt=tag,
            state=Experiment.State.RUNNING,
        )
        touch_setup(market.pk)
    return market, [Actor(person_id=person.pk) for person in people]


def measure(seconds: int) -> dict[str, Any]:
    """Both cases, one after the other, on one database connection."""
    market, people = _stage()
    candidates = [
        Candidate(id=number, stall_id=number % 30, score=1000 / number, price_krw=number * 100)
        for number in range(1, CANDIDATES + 1)
    ]
    turn = 0

    def once(known: bool) -> float:
        nonlocal turn
        turn += 1
        decide(
            SHELF,
            Shelf(candidates=candidates),
            subject=people[turn % PEOPLE] if known else None,
            market_id=market.pk,
            now=utc_now(),
            about="home",
            personalise=lambda request: request.model_copy(update={"liked": {7: 3, 11: 1}}),
        )
        return _provider_s

    found: dict[str, Any] = {"rate": RATE}
    with market_scope(market.pk):
        for _ in range(WARM_UP):
            once(True)
        shopper, answered = open_loop(lambda: once(True), RATE, seconds)
        visitor, _ = open_loop(lambda: once(False), RATE, seconds)
        logged = Decision.objects.filter(market_id=market.pk).count()
    if logged != WARM_UP + len(shopper) + len(visitor):
        raise AssertionError(f"{logged} decisions in the log")
    return found | {
        "answered": answered,
        "shopper": percentiles(shopper),
        "visitor": percentiles(visitor),
        "overhead_p99_ms": percentiles(shopper)["p99"],
    }
