"""A small market for tests: made through the ORM, exact and quick."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from jangteo.apps.accounts.models import Person, RoleGrant
from jangteo.apps.catalog.models import Category, Offer
from jangteo.apps.markets.models import Market, Stall, Zone
from jangteo.apps.orders.actions.place_order import PlacedOrder, Wanted, place_order
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.actions.confirm_payment import confirm_payment
from jangteo.apps.payments.actions.start_payment import start_payment
from jangteo.apps.payments.adapters.sandbox import Behaviour
from jangteo.apps.payments.ports import PaymentReturn
from jangteo.apps.payments.providers import sandbox
from jangteo.apps.stock.models import StockLevel, StockMove
from jangteo.platform.permissions import Actor, Grant, Role
from jangteo.platform.tenancy import every_market

#: a Saturday, eleven in the morning in Seoul
NOON = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass
class World:
    """One market with stalls and offers, and the people a test acts as."""

    market: Market
    stalls: dict[str, Stall] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)

    def stall(self, slug: str, **fields: Any) -> Stall:
        with every_market():
            stall = Stall.objects.create(
                market=self.market, slug=slug, name=fields.pop("name", slug), kind="채소", **fields
            )
        self.stalls[slug] = stall
        return stall

    def offer(
        self, name: str, price_krw: int, *, stall: str, stock: int | None = None, **fields: Any
    ) -> Offer:
        # what the law asks of such goods before they are sold
        fields.setdefault("origin", "국내산")
        if fields.get("tax") == "taxed":
            fields.setdefault("allergens", "없음")
            fields.setdefault("use_by_days", 3)
        category, _ = Category.objects.get_or_create(
            slug=fields.pop("category", "vegetable"),
            defaults={"name": "채소", "name_en": "Vegetables"},
        )
        with every_market():
            offer = Offer.objects.create(
                market=self.market,
                stall=self.stalls[stall],
                category=category,
                slug=f"o{next(_numbers)}",
                name=name,
                unit=fields.pop("unit", "1개"),
                price_krw=price_krw,
                tax=fields.pop("tax", "exempt"),
                **fields,
            )
            if stock is not None:
                StockLevel.objects.create(
                    market=self.market, offer=offer, is_counted=True, quantity=stock
                )
                StockMove.objects.create(
                    market=self.market, offer=offer, kind="start", delta=stock, at=NOON
                )
        self.offers[name] = offer
        return offer

    def level(self, name: str) -> StockLevel:
        with every_market():
            return StockLevel.objects.get(offer=self.offers[name])

    def owner(self, stall: str) -> Actor:
        return Actor(
            person_id=person().pk,
            grants=frozenset(
                {
                    Grant(
                        role=Role.STALL_OWNER,
                        market_id=self.market.pk,
                        stall_id=self.stalls[stall].pk,
                    )
                }
            ),
        )

    def office(self) -> Actor:
        return Actor(
            person_id=person().pk,
            grants=frozenset({Grant(role=Role.OFFICE, market_id=self.market.pk)}),
        )

    def place(self, actor: Actor, *wanted: Wanted, **fields: Any) -> PlacedOrder:
        goods = sum(
            o.price_krw * w.quantity
            for w in wanted
            for o in self.offers.values()
            if o.pk == w.offer_id
        )
        return place_order(
            actor=actor,
            market_id=self.market.pk,
            wanted=wanted,
            way=fields.pop("way", Order.Way.PICKUP),
            contact_name="김하늘",
            contact_phone="+821000000001",
            seen_total_krw=fields.pop("seen_total_krw", goods),
            idempotency_key=fields.pop("idempotency_key", f"key-{next(_numbers):08d}"),
            now=fields.pop("now", NOON),
            **fields,
        )

    def pay(
        self,
        actor: Actor,
        placed: PlacedOrder,
        behaviour: Behaviour = Behaviour.APPROVE,
        now: datetime = NOON,
    ) -> PaymentReturn:
        """Start, authorise at the sandbox, confirm. Returns what the browser brought back."""
        start_payment(
            actor=actor,
            market_id=self.market.pk,
            order_id=placed.order_id,
            success_url="/ok",
            fail_url="/no",
            now=now,
        )
        key = sandbox().authorize(
            placed.payment_order_no, placed.total_krw, placed.tax_free_krw, behaviour
        )
        returned = PaymentReturn(
            payment_key=key, order_no=placed.payment_order_no, amount_krw=placed.total_krw
        )
        confirm_payment(
            actor=actor,
            market_id=self.market.pk,
            order_id=placed.order_id,
            returned=returned,
            now=now,
        )
        return returned


def person(**fields: Any) -> Person:
    """A new person with a phone number of the test range."""
    number = next(_numbers)
    return Person.objects.create(phone=fields.pop("phone", f"+82100{number:07d}"), **fields)


def shopper() -> Actor:
    """Somebody who is signed in and holds no role."""
    return Actor(person_id=person(name="손님").pk)


def guest(key: str = "") -> Actor:
    """Somebody who is not signed in."""
    return Actor(guest_key=key or f"guest-{next(_numbers)}")


def grant(who: Person, role: Role, world: World, stall: str = "") -> RoleGrant:
    """A role as the database keeps it."""
    return RoleGrant.objects.create(
        person=who,
        role=role.value,
        market=world.market,
        stall=world.stalls[stall] if stall else None,
    )


def make_world(slug: str = "", **fields: Any) -> World:
    """An empty market that is open from 8 to 20 every day."""
    slug = slug or f"market-{next(_numbers)}"
    market = Market.objects.create(
        slug=slug,
        name=fields.pop("name", "시험시장"),
        address="서울 어딘가 1",
        opens_at=time(8),
        closes_at=time(20),
        hub_name="공동 배송장",
        **fields,
    )
    with every_market():
        Zone.objects.create(
            market=market,
            name="가까운 동네",
            areas=["달빛동", "별빛동"],
            fee_krw=3000,
            free_from_krw=50000,
            delivery_minutes=90,
        )
    return World(market=market)


def four_stalls(slug: str = "") -> World:
    """The market of most order tests: four stalls, six goods, two of them counted."""
    world = make_world(slug, commission_bp=300, card_fee_bp=220)
    for position, slug in enumerate(("vegetable", "fish", "tofu", "side")):
        world.stall(slug, position=position)
    world.offer("대파", 2500, stall="vegetable", stock=10)
    world.offer("쪽파", 2600, stall="vegetable", stock=5)
    world.offer("무", 2000, stall="vegetable")
    world.offer("고등어", 6000, stall="fish", category="fish", stock=3)
    world.offer("두부", 1800, stall="tofu", category="tofu", tax="taxed")
    world.offer("멸치볶음", 5000, stall="side", category="side", tax="taxed")
    return world
