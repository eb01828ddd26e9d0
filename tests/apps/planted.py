"""One shopper with traces everywhere the product can leave any, made through the product's own actions where it has one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from jangteo.apps.accounts.actions.issue_api_token import issue_api_token
from jangteo.apps.accounts.actions.remember_device import remember_device
from jangteo.apps.accounts.actions.request_sign_in import request_sign_in
from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.digests import digest, guest_digest
from jangteo.apps.accounts.models import Passkey, Person, Purpose
from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.catalog.actions.read_price_list import read_price_list
from jangteo.apps.decisions.actions.object_to_decision import object_to_decision
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.models import Provider, ProviderEvent, Subject
from jangteo.apps.decisions.pseudonyms import vendor_subject
from jangteo.apps.decisions.sealing import seal
from jangteo.apps.messaging.actions.send_message import send_message
from jangteo.apps.messaging.templates import Text
from jangteo.apps.orders.actions.cancel_order import cancel_order
from jangteo.apps.orders.actions.change_cart import change_cart
from jangteo.apps.orders.actions.place_order import PlacedOrder, Wanted, place_order
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.models import Refund
from jangteo.apps.programme.models import Company, CompanyMember
from jangteo.channels.web.people import BACKEND
from jangteo.platform.permissions import Actor, Grant, Role
from jangteo.platform.ratelimit import limit
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.decisions.logs import RandomLog
from tests.apps.decisions.test_new_capability import RIPEST, Ripe
from tests.world import NOON, World, four_stalls, grant

PHONE = "+821077736391"
NAME = "봉선화향기"
OTHER_PHONE = "+821066652818"
ADDRESS = "무지개아파트 77동 3141호"
NOTE = "문 앞 노란 화분 뒤에 놓아 주세요"
GUEST_KEY = "guest-browser-of-bongseonhwa-1"
FORMER_KEY = "guest-browser-before-sign-in-2"
PASSKEY = b"passkey-credential-of-bongseonhwa"
SECRET = "vendor-secret-of-the-test"
OBJECTION = "저는 봉선화향기인데 이 과일은 싫어요"
OLD = datetime(2025, 8, 5, 3, tzinfo=UTC)


@dataclass
class Planted:
    """The shopper and what she may be known by."""

    world: World
    person: Person
    actor: Actor
    done: list[PlacedOrder] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)

    @property
    def words(self) -> set[str]:
        """Everything she could be recognised by. Keys of the log are no such thing: see `linked`."""
        local = shown_phone(PHONE)
        return {
            PHONE,
            PHONE[1:],
            local,
            local.replace("-", ""),
            local.replace("-", " "),
            OTHER_PHONE,
            shown_phone(OTHER_PHONE),
            NAME,
            ADDRESS,
            NOTE,
            GUEST_KEY,
            FORMER_KEY,
            guest_digest(GUEST_KEY),
            guest_digest(FORMER_KEY),
            digest("rate", PHONE)[:24],
            PASSKEY.decode(),
            OBJECTION,
            *self.tokens,
        }


def _place(planted: Planted, actor: Actor, phone: str, name: str, now: datetime) -> PlacedOrder:
    world = planted.world
    offer = world.offers["무"]
    placed = place_order(
        actor=actor,
        market_id=world.market.pk,
        wanted=[Wanted(offer_id=offer.pk, quantity=2)],
        way=Order.Way.DELIVERY,
        contact_name=name,
        contact_phone=phone,
        area="달빛동",
        address=ADDRESS,
        request_note=NOTE,
        seen_total_krw=offer.price_krw * 2 + 3000,
        idempotency_key=f"planted-{uuid.uuid4().hex}",
        now=now,
    )
    with market_scope(world.market.pk):
        order = Order.objects.get(pk=placed.order_id)
        planted.tokens.add(order.access_token)
    return placed


def close(world: World, placed: PlacedOrder, now: datetime = NOON) -> None:
    """The order was handed over."""
    with market_scope(world.market.pk):
        Order.objects.filter(pk=placed.order_id).update(state=Order.State.DONE, closed_at=now)
        Order.objects.get(pk=placed.order_id).parts.update(state="arrived")


def plant(*, open_order: bool = False) -> Planted:
    """See the module. ``open_order``: one more order that is paid and not handed over."""
    world = four_stalls()
    market = world.market.pk
    person = Person.objects.create(phone=PHONE, name=NAME, totp_secret="TOTPSECRETOFHERS")
    grant(person, Role.STALL_OWNER, world, "tofu")
    stall = world.stalls["tofu"]
    with every_market():
        stall.owner_name, stall.phone = NAME, shown_phone(PHONE)
        stall.save()
    actor = Actor(
        person_id=person.pk,
        guest_key=GUEST_KEY,
        grants=frozenset({Grant(role=Role.STALL_OWNER, market_id=market, stall_id=stall.pk)}),
    )
    planted = Planted(world=world, person=person, actor=actor)
    _plant_ways_in(planted)
    _plant_orders(planted, open_order=open_order)
    _plant_decisions(planted)
    read_price_list(
        actor=actor,
        market_id=market,
        stall_id=stall.pk,
        data=f"{NAME} 가게,연락처 {shown_phone(PHONE)},\n품목,단위,가격\n순두부,1봉,2000\n".encode(),
        file_name=f"{NAME} 가격표.csv",
        now=NOON,
    )
    company = Company.objects.create(
        name="새싹", representative=NAME, business_number="123-45-67891", registered_at=NOON
    )
    CompanyMember.objects.create(company=company, person=person, since=NOON)
    return planted


def _plant_ways_in(planted: Planted) -> None:
    person = planted.person
    request_sign_in(actor=Actor(), phone=shown_phone(PHONE), address="10.0.0.7", now=NOON)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session = store()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["note"] = NAME
    session.save()
    remember_device(
        actor=planted.actor,
        session_key=session.session_key,
        label=f"{NAME}의 전화기",
        is_trusted=True,
        is_strong=False,
        now=NOON,
    )
    half_way = store()
    half_way["sign_in_phone"] = PHONE
    half_way.save()
    planted.tokens.add(session.session_key)
    Passkey.objects.create(
        person=person, credential_id=PASSKEY, public_key=b"public", label=f"{NAME} 지문"
    )
    issue_api_token(
        actor=planted.actor, label=f"{NAME} 포스", scopes={"orders:read"}, days=30, now=NOON
    )
    send_message(
        actor=Actor.system(),
        market_id=planted.world.market.pk,
        to_phone=PHONE,
        text=Text(template="order_ready", body=f"{NAME}님, 다 모였어요."),
    )
    limit(f"order:{planted.world.market.pk}:g{GUEST_KEY}", at_most=9, per_seconds=600, now=NOON)


def _plant_orders(planted: Planted, *, open_order: bool) -> None:
    world, actor = planted.world, planted.actor
    shopper = Actor(person_id=actor.person_id)
    as_guest, before = Actor(guest_key=GUEST_KEY), Actor(guest_key=FORMER_KEY)
    for who, phone in (
        (shopper, PHONE),
        (shopper, OTHER_PHONE),
        (as_guest, PHONE),
        (before, PHONE),
    ):
        placed = _place(planted, who, phone, NAME, NOON)
        world.pay(who, placed)
        close(world, placed)
        planted.done.append(placed)
    cancelled = _place(planted, shopper, PHONE, NAME, NOON)
    world.pay(shopper, cancelled)
    cancel_order(
        actor=world.office(),
        market_id=world.market.pk,
        order_id=cancelled.order_id,
        reason=f"{NAME}님이 {shown_phone(PHONE)}로 전화하셨어요",
        now=NOON,
    )

    with market_scope(world.market.pk):
        Refund.objects.filter(payment__order_id=cancelled.order_id).update(
            state="done", done_at=NOON, reason=f"{NAME}님 요청"
        )
    for who in (shopper, as_guest):
        change_cart(
            actor=who,
            market_id=world.market.pk,
            offer_id=world.offers["두부"].pk,
            quantity=1,
        )
    if open_order:
        placed = _place(planted, shopper, PHONE, NAME, NOON)
        world.pay(shopper, placed)
        planted.done.append(placed)


def _plant_decisions(planted: Planted) -> None:
    world, actor = planted.world, planted.actor
    market = world.market.pk
    me, browser = Actor(person_id=actor.person_id), Actor(guest_key=GUEST_KEY)
    for purpose in (Purpose.PERSONAL, Purpose.VENDORS, Purpose.MARKETING):
        set_consent(actor=me, purpose=purpose, is_given=True, wording="t", channel="me", now=NOON)
    set_consent(
        actor=browser,
        purpose=Purpose.PERSONAL,
        is_given=True,
        wording="t",
        channel="shop",
        now=NOON,
    )
    with market_scope(market):
        for who in (me, browser):
            decided = decide(
                RIPEST,
                Ripe(fruits=["apple", "pear"]),
                subject=who,
                market_id=market,
                now=NOON,
                personalise=lambda r: r.model_copy(update={"liked": ["apple"]}),
            )
            object_to_decision(
                actor=who,
                market_id=market,
                decision_id=decided.id,
                kind="objection",
                text=OBJECTION,
                now=NOON,
            )
        provider = Provider.objects.create(
            market_id=market,
            slug="acme",
            name="Acme",
            capability="test-ripest",
            base_url="https://vendor.example",
            secret_sealed=seal(SECRET),
            state="live",
            added_at=OLD - timedelta(days=1),
        )
        ProviderEvent.objects.create(market_id=market, provider=provider, kind="live", at=OLD)
        key = Subject.objects.get(person_id=actor.person_id).key
    planted.keys |= {str(key), vendor_subject(SECRET, provider.pk, key)}
    log = RandomLog(3)
    for at in (OLD, NOON):
        seen = log.decide(
            market,
            at,
            subject=key,
            provider="acme",
            capability="test-ripest",
            fallback="",
            asked="acme",
            left_fields=["fruits", "subject"],
        )
        log.answer(seen, "outcome", at)
