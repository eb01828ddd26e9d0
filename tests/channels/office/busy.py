"""A busy morning of one market: every lane of the board holds something, and not everything goes well."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.test import Client

from jangteo.apps.accounts.models import Person
from jangteo.apps.fulfilment.actions.hub import (
    check_arrival,
    confirm_delivery,
    hand_to_rider,
    hand_to_shopper,
)
from jangteo.apps.markets.models import Market, Stall
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.cancel_order import cancel_order, refund_lines
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.actions.sweep import sweep
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.payments.actions.pay_refund import pay_refund
from jangteo.apps.payments.models import Refund
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market
from tests.world import World, grant, make_world, person, shopper

STALLS = (
    ("green", "푸른채소", "채소", "가운데 골목 3호", "02-555-0103", "김말순"),
    ("sea", "동해수산", "생선", "가운데 골목 7호", "02-555-0107", "박영철"),
    ("bean", "할매손두부", "두부", "동문 앞 2호", "02-555-0202", "이순자"),
    ("side", "엄마손반찬", "반찬", "가운데 골목 11호", "02-555-0111", "최명희"),
    ("meat", "한우마을정육", "정육", "서문 쪽 5호", "02-555-0305", "정대호"),
    ("rice", "방앗간떡집", "떡", "서문 쪽 9호", "02-555-0309", "오복순"),
    ("fruit", "새벽과일", "과일", "동문 앞 6호", "02-555-0206", "한기수"),
    ("grain", "옛날곡물", "곡물", "서문 쪽 12호", "", "서정임"),
)
OFFERS = (
    ("대파", 2500, "green", "1단", "exempt"),
    ("알배기배추", 3900, "green", "1포기", "exempt"),
    ("고등어", 6000, "sea", "1손", "exempt"),
    ("바지락", 5500, "sea", "500g", "exempt"),
    ("손두부", 3500, "bean", "1모", "taxed"),
    ("멸치볶음", 5000, "side", "200g", "taxed"),
    ("배추겉절이", 7000, "side", "500g", "taxed"),
    ("한우 국거리", 15900, "meat", "300g", "exempt"),
    ("가래떡", 6000, "rice", "1kg", "taxed"),
    ("감귤", 9900, "fruit", "3kg", "exempt"),
)
NAMES = ("김하늘", "이서연", "박준호", "최민지", "정우성", "강다은", "윤재석", "임소라")


@dataclass
class Busy:
    """The market, its orders by what they are here for, and the people of the office."""

    world: World
    now: datetime
    office: Person
    orders: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.world.market.slug

    @property
    def actor(self) -> Actor:
        return self.world.office()

    def part(self, name: str, stall: str) -> StallOrder:
        with every_market():
            return StallOrder.objects.get(
                order_id=self.orders[name], stall=self.world.stalls[stall]
            )

    def order(self, name: str) -> Order:
        with every_market():
            return Order.objects.get(pk=self.orders[name])

    def place(
        self,
        name: str,
        goods: dict[str, int],
        *,
        ago: int,
        due: int,
        to: str = "",
        paid: bool = True,
    ) -> None:
        """Place and pay an order ``ago`` minutes ago, promised ``due`` minutes from now (negative: late)."""
        then = self.now - timedelta(minutes=ago)
        wanted = [Wanted(offer_id=self.world.offers[o].pk, quantity=n) for o, n in goods.items()]
        total = sum(self.world.offers[o].price_krw * n for o, n in goods.items())
        fields: dict[str, object] = {"now": then}
        if to:
            fee = 0 if total >= 50_000 else 3000
            fields |= {"way": Order.Way.DELIVERY, "area": "달빛동", "address": to}
            fields["seen_total_krw"] = total + fee
        buyer = shopper()
        placed = self.world.place(buyer, *wanted, **fields)
        if paid:
            self.world.pay(buyer, placed, now=then)
        with every_market():
            Order.objects.filter(pk=placed.order_id).update(
                promised_at=self.now + timedelta(minutes=due) if paid else None,
                contact_name=NAMES[len(self.orders) % len(NAMES)],
            )
            StallOrder.objects.filter(order_id=placed.order_id, state="ringing").update(
                rang_at=then
            )
        self.orders[name] = placed.order_id
        self.numbers[name] = placed.number

    def answer(self, name: str, *stalls: str, ago: int = 0, **less: int) -> None:
        """These stalls answer; ``less`` names goods of which fewer can be given."""
        for stall in stalls:
            part = self.part(name, stall)
            with every_market():
                lines = {line.name: line.pk for line in OrderLine.objects.filter(part=part)}
            answer_part(
                actor=self.world.owner(stall),
                market_id=self.world.market.pk,
                stall_id=part.stall_id,
                order_id=part.order_id,
                part_id=part.pk,
                available={lines[good]: n for good, n in less.items() if good in lines},
                now=self.now - timedelta(minutes=ago),
            )

    def arrive(self, name: str, *stalls: str, ago: int = 0) -> None:
        for stall in stalls:
            check_arrival(**self.ids(name, ago), part_id=self.part(name, stall).pk)

    def ids(self, name: str, ago: int = 0) -> dict[str, object]:
        return {
            "actor": self.actor,
            "market_id": self.world.market.pk,
            "order_id": self.orders[name],
            "now": self.now - timedelta(minutes=ago),
        }


def come_in(who: Person, *, strong: bool = True) -> Client:
    """A browser in which this person is signed in; ``strong``: with two factors."""
    client = Client()
    client.force_login(who)
    session = client.session
    session["strong"] = strong
    session.save()
    return client


def small_market(now: datetime, *, slug: str = "amsa", name: str = "달빛시장") -> Busy:
    """Stalls, goods, an office; no orders yet. Open around the clock, so that tests may run at any hour."""
    world = make_world(slug=slug, name=name, commission_bp=300, card_fee_bp=220)
    Market.objects.filter(pk=world.market.pk).update(
        opens_at=time(0), closes_at=time(23, 59), phone="02-555-0100"
    )
    for position, (key, title, kind, place, phone, owner) in enumerate(STALLS):
        world.stall(key, name=title, position=position, place=place, phone=phone, owner_name=owner)
        with every_market():
            Stall.objects.filter(pk=world.stalls[key].pk).update(kind=kind)
    for title, price, stall, unit, tax in OFFERS:
        world.offer(title, price, stall=stall, unit=unit, tax=tax, category=f"c-{stall}")
    office = person(name="이정호")
    grant(office, Role.OFFICE, world)
    return Busy(world=world, now=now, office=office)


def busy_day(now: datetime, **fields: str) -> Busy:
    """Something in every lane."""
    b = small_market(now, **fields)
    _ended(b)
    _under_way(b)
    _new(b)
    sweep(now)
    return b


def _ended(b: Busy) -> None:
    for number, (goods, to) in enumerate(
        (
            ({"대파": 2, "손두부": 1}, ""),
            ({"한우 국거리": 2, "가래떡": 1, "감귤": 1}, "달빛로 12, 101동 302호"),
            ({"고등어": 1, "알배기배추": 2}, ""),
        )
    ):
        name = f"ended{number}"
        start = 190 - number * 9
        b.place(name, goods, ago=start, due=-40 if to else -35, to=to)
        stalls = _stalls_of(b, name)
        b.answer(name, *stalls, ago=start - 5)
        b.arrive(name, *stalls, ago=100)
        if to:
            hand_to_rider(**b.ids(name, 70), rider_name="오토바이 김씨")
            confirm_delivery(**b.ids(name, 31))
        else:
            hand_to_shopper(**b.ids(name, 44), pickup_code=b.order(name).pickup_code)
    b.place("cancelled", {"멸치볶음": 2}, ago=120, due=30)
    cancel_order(**b.ids("cancelled", 110), reason="손님이 원하셨어요")
    _pay_refunds(b)
    with every_market():
        line = OrderLine.objects.get(part__order_id=b.orders["ended2"], name="알배기배추")
    refund_lines(**b.ids("ended2", 20), left={line.pk: 1}, reason="물건이 상했어요")
    with every_market():
        Refund.objects.filter(state="due").update(
            state="stuck", failure_code="NOT_CANCELABLE_PAYMENT", tries=1
        )


def _pay_refunds(b: Busy) -> None:
    with every_market():
        due = list(Refund.objects.filter(state="due").values_list("pk", flat=True))
    for refund in due:
        pay_refund(actor=Actor.system(), market_id=b.world.market.pk, refund_id=refund, now=b.now)


def _under_way(b: Busy) -> None:
    b.place("collect", {"대파": 1, "가래떡": 2}, ago=75, due=10)
    b.answer("collect", "green", "rice", ago=72)
    b.arrive("collect", "green", "rice", ago=12)
    b.place("to-rider", {"고등어": 2, "배추겉절이": 1}, ago=66, due=24, to="달빛로 3, 2층")
    b.answer("to-rider", "sea", "side", ago=63)
    b.arrive("to-rider", "sea", "side", ago=4)
    b.place("riding", {"감귤": 1, "손두부": 2}, ago=90, due=-6, to="별빛길 41, 3동 1204호")
    b.answer("riding", "fruit", "bean", ago=88)
    b.arrive("riding", "fruit", "bean", ago=30)
    hand_to_rider(**b.ids("riding", 18), rider_name="오토바이 김씨")
    b.place("hub3", {"대파": 3, "고등어": 1, "손두부": 2}, ago=50, due=15)
    b.answer("hub3", "green", "sea", "bean", ago=47)
    b.arrive("hub3", "green", "sea", ago=8)
    b.place("hub-late", {"한우 국거리": 1, "배추겉절이": 1}, ago=80, due=-12, to="달빛로 77")
    b.answer("hub-late", "meat", "side", ago=76)
    b.arrive("hub-late", "meat", ago=20)
    b.place("late", {"가래떡": 1, "바지락": 2}, ago=70, due=-8)
    b.answer("late", "rice", "sea", ago=66)
    b.place("short", {"멸치볶음": 3, "대파": 1}, ago=33, due=32)
    b.answer("short", "side", "green", ago=30, 멸치볶음=1)
    b.place("calm", {"감귤": 2}, ago=21, due=49, to="별빛길 8, 관리실에 맡겨 주세요")
    b.answer("calm", "fruit", ago=19)


def _new(b: Busy) -> None:
    b.place("silent", {"고등어": 1, "손두부": 1, "알배기배추": 2}, ago=9, due=51)
    b.answer("silent", "green", ago=8)
    b.place("new", {"가래떡": 1, "감귤": 1}, ago=2, due=58)
    b.place("newest", {"한우 국거리": 1, "대파": 2}, ago=1, due=89, to="달빛로 9, 5동 201호")
    b.place("unpaid", {"대파": 1}, ago=1, due=60, paid=False)


def _stalls_of(b: Busy, name: str) -> list[str]:
    with every_market():
        return list(
            StallOrder.objects.filter(order_id=b.orders[name]).values_list("stall__slug", flat=True)
        )
