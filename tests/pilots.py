"""A pilot for tests: two sides, a vendor's service, shoppers who buy what stands in front or do not care."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from examples.vendor.vendor import Vendor
from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.accounts.queries import actor_of
from jangteo.apps.decisions.actions.end_due_experiments import end_due_experiments
from jangteo.apps.decisions.models import Subject
from jangteo.apps.discovery.actions.pick_for_home import pick_for_home
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.programme.actions.accept_offer import accept_offer
from jangteo.apps.programme.actions.answer_checklist import answer_checklist
from jangteo.apps.programme.actions.change_terms import change_terms
from jangteo.apps.programme.actions.check_vendor import check_vendor
from jangteo.apps.programme.actions.post_problem import ProblemDraft, post_problem
from jangteo.apps.programme.actions.publish_pilot import ImpactNotes, publish_pilot
from jangteo.apps.programme.actions.register_company import register_company
from jangteo.apps.programme.actions.renew_vendor_key import renew_vendor_key
from jangteo.apps.programme.actions.send_offer import OfferDraft, send_offer
from jangteo.apps.programme.actions.sign_terms import sign_terms
from jangteo.apps.programme.actions.start_pilot import start_pilot
from jangteo.apps.programme.checklist import ITEMS
from jangteo.apps.programme.companies import CompanyDraft
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.pilot_queries import pilot_of
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import market_scope
from tests.world import NOON, World, make_world, person, shopper

DAY = timedelta(days=1)
#: published numbers of large companies: their check digits are right
NUMBERS = ("220-81-62517", "124-81-00998", "120-81-47521")
#: data that are nobody's own
PLAIN_FIELDS = ("candidates", "limit", "place", "turn")
DEAR = 9000


@dataclass
class Alliance:
    """One market, one company, and a pilot between them."""

    world: World
    office_person: Person
    vendor_person: Person
    company_id: int
    number: str
    pilot: Pilot | None = None
    now: datetime = NOON
    #: what `place` already sold: the sample of shoppers is the same in every run
    drawn: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def office(self) -> Actor:
        return actor_of(self.office_person)

    @property
    def vendor(self) -> Actor:
        return actor_of(self.vendor_person)

    @property
    def market_id(self) -> int:
        return self.world.market.pk

    def call(self, action: Any, actor: Actor, **more: Any) -> Any:
        """Any action of this pilot."""
        return action(
            actor=actor, market_id=self.market_id, pilot_id=self.it.pk, now=self.now, **more
        )

    @property
    def it(self) -> Pilot:
        """The pilot as it stands now."""
        assert self.pilot is not None
        with market_scope(self.market_id):
            return pilot_of(self.market_id, self.pilot.slug)

    def accepted(self, base_url: str, **more: Any) -> Pilot:
        """Problem, offer, acceptance: a pilot in its terms."""
        problem = post_problem(
            actor=self.office,
            market_id=self.market_id,
            draft=ProblemDraft(
                title=more.pop("title", "첫 화면에 무엇을 둘까요"),
                text="잘 팔리는 것만 앞에 있어요.",
                capability="shelf-order",
            ),
            now=self.now,
        )
        offer_id = send_offer(
            actor=self.vendor,
            market_id=self.market_id,
            problem_id=problem.pk,
            company_id=self.company_id,
            draft=OfferDraft(
                summary="우리 모델이 골라요.", base_url=base_url, wants_fields=PLAIN_FIELDS
            ),
            now=self.now,
        )
        self.pilot = accept_offer(
            actor=self.office, market_id=self.market_id, offer_id=offer_id, now=self.now
        )
        return self.pilot

    def change(self, actor: Actor | None = None, side: str = "retailer", **changes: Any) -> str:
        return str(self.call(change_terms, actor or self.office, side=side, changes=changes))

    def sign(self, side: str) -> bool:
        actor = self.office if side == "retailer" else self.vendor
        return bool(self.call(sign_terms, actor, side=side, digest=self.it.terms_digest))

    def signed(self, base_url: str, **changes: Any) -> Pilot:
        """Both signed terms of seven days without hold-out."""
        self.accepted(base_url)
        self.change(**{"horizon_days": 7, "holdout_bp": 0, "smallest_effect_pct": 10} | changes)
        self.sign("retailer")
        assert self.sign("vendor")
        return self.it

    def connect(self, vendor: Vendor) -> Any:
        """The vendor takes its key and the service is checked."""
        vendor.secret = self.call(renew_vendor_key, self.vendor)
        return self.call(check_vendor, self.vendor, side="vendor")

    def tick_all(self) -> None:
        """A person of the office answers every item that is hers."""
        for item in ITEMS:
            if item.check is None:
                self.call(answer_checklist, self.office, item=item.key, is_met=True, note="적어 둠")

    def start(self) -> None:
        self.call(start_pilot, self.office, plan_seen=True)

    def running(self, base_url: str, vendor: Vendor, **changes: Any) -> Pilot:
        """All gates passed and started."""
        self.signed(base_url, **changes)
        assert self.connect(vendor).passed
        self.tick_all()
        self.start()
        return self.it

    def shop(self, shoppers: int, *, cares: bool) -> list[Any]:
        """So many shoppers over five days: each sees the first page, then buys; who ``cares`` takes what is first."""
        seen = []
        for number in range(shoppers):
            now = self.now + timedelta(days=number % 5, minutes=number)
            who = shopper()
            picked = pick_for_home(actor=who, market_id=self.market_id, day=seoul_day(now), now=now)
            seen.append(picked)
            basket = {"두부": self.drawn.choice((4, 5, 6))}
            if cares and picked.cards[0].price_krw == DEAR:
                basket["홍어"] = 1
            wanted = [
                Wanted(offer_id=self.world.offers[name].pk, quantity=count)
                for name, count in basket.items()
            ]
            self.world.pay(who, self.world.place(who, *wanted, now=now), now=now)
        return seen

    def end(self) -> None:
        """The horizon comes."""
        self.now += 8 * DAY
        end_due_experiments(self.now)

    def publish(self) -> str:
        notes = ImpactNotes(job_impact="달라진 것이 없어요.", social_impact="작은 가게도 보였어요.")
        return str(self.call(publish_pilot, self.office, notes=notes))


def alliance(number: str = NUMBERS[0], world: World | None = None) -> Alliance:
    """A market with four goods, an office, a company."""
    if world is None:
        world = make_world()
        for position, slug in enumerate(("tofu", "fish", "vegetable")):
            world.stall(slug, position=position)
        world.offer("두부", 2000, stall="tofu", category="tofu")
        world.offer("홍어", DEAR, stall="fish", category="fish")
        world.offer("무", 2500, stall="vegetable")
        world.offer("대파", 3000, stall="vegetable")
    office, vendor = person(name="이정호"), person(name="정우진")
    RoleGrant.objects.create(person=office, role=Role.OFFICE.value, market=world.market)
    company_id = register_company(
        actor=actor_of(vendor),
        draft=CompanyDraft(name="새벽에이아이", representative="정우진", business_number=number),
        now=NOON,
    )
    return Alliance(
        world=world,
        office_person=office,
        vendor_person=vendor,
        company_id=company_id,
        number=number,
    )


def draw_alike(monkeypatch: pytest.MonkeyPatch, seed: int = 3) -> None:
    """Salts and subjects' keys from a seed: an honest interval misses five times in a hundred, a test must not."""
    keys, salts = random.Random(seed), random.Random(seed + 1)
    key = Subject._meta.get_field("key")
    monkeypatch.setattr(
        key, "_get_default", lambda: uuid.UUID(int=keys.getrandbits(128), version=4)
    )
    # of that module alone: requests draw from the real one
    drawing = SimpleNamespace(token_hex=lambda size: salts.randbytes(size).hex())
    monkeypatch.setattr("jangteo.apps.decisions.actions.start_experiment.secrets", drawing)
