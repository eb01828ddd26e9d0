"""Two weeks of trade for the sample market, through the same actions as any sale: so that recommendations, books and
evidence have something true to show at the first start."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.catalog.models import Offer
from jangteo.apps.decisions.actions.refresh_rollups import mend_rollups, refresh_rollups
from jangteo.apps.decisions.actions.seal_days import seal_days
from jangteo.apps.discovery.actions.pick_for_home import pick_for_home
from jangteo.apps.fulfilment.actions.hub import check_arrival, hand_to_shopper
from jangteo.apps.markets.models import Market
from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.place_order import Wanted, place_order
from jangteo.apps.orders.models import Order, StallOrder
from jangteo.apps.payments.actions.confirm_payment import confirm_payment
from jangteo.apps.payments.actions.start_payment import start_payment
from jangteo.apps.payments.adapters.sandbox import Behaviour
from jangteo.apps.payments.ports import PaymentReturn
from jangteo.apps.payments.providers import sandbox
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import JangteoError
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope

DAYS = 14
HOURS = (time(10, 20), time(16, 40))
SHOPPERS = 9
#: 010-0000-6001 and on: numbers of the sample only
_PHONE = "010-0000-6{number:03}"


def open_history(market: Market, now: datetime) -> int:
    """Orders of the past `DAYS` days, paid, packed and fetched; returns how many. Does nothing a second time."""
    with market_scope(market.pk):
        if Order.objects.filter(market=market).exists():
            return 0
        orders = _trade(market, now)
    # the evidence of these days, as the nightly jobs would have made it
    system = Actor.system()
    refresh_rollups(actor=system, now=now)
    mend_rollups(actor=system, now=now)
    seal_days(actor=system, now=now)
    return orders


@transaction.atomic
def _trade(market: Market, now: datetime) -> int:
    chance = random.Random(20261122)  # noqa: S311 - the same sample everywhere
    shoppers = [_neighbour(number) for number in range(1, SHOPPERS + 1)]
    today = seoul_day(now)
    done = 0
    for days_ago in range(DAYS, 0, -1):
        for hour in HOURS:
            moment = at_seoul(today - timedelta(days=days_ago), hour)
            shopper = shoppers[(days_ago * len(HOURS) + HOURS.index(hour)) % SHOPPERS]
            done += _one_order(market, shopper, moment, chance)
    phones = [person.phone for person in shoppers]
    # told to nobody: these people do not exist
    Message.objects.filter(to_phone__in=phones).delete()
    return done


def _neighbour(number: int) -> Person:
    phone = normalise_phone(_PHONE.format(number=number))
    person, is_new = Person.objects.get_or_create(phone=phone, defaults={"name": f"이웃 {number}"})
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _one_order(market: Market, person: Person, moment: datetime, chance: random.Random) -> int:
    """One visit: she sees the shelf, buys some of it and something else, and fetches it two hours later."""
    actor = Actor(person_id=person.pk)
    shelf = pick_for_home(actor=actor, market_id=market.pk, day=seoul_day(moment), now=moment)
    shown = [card.id for card in shelf.cards]
    others = list(
        Offer.objects.filter(market=market, state=Offer.State.ON_SALE, stock__isnull=True)
        .order_by("position", "id")
        .values_list("pk", flat=True)[:120]
    )
    uncounted = set(others)
    liked = [pk for pk in shown if pk in uncounted]
    wanted = {*chance.sample(liked, min(2, len(liked))), chance.choice(others)}
    goods = {
        offer.pk: offer
        for offer in Offer.objects.filter(pk__in=wanted).select_related("stall")
        if moment.weekday() not in offer.stall.closed_weekdays
    }
    lines = [
        Wanted(offer_id=pk, quantity=chance.choice((1, 1, 2)) * (3 if goods[pk].is_weighed else 1))
        for pk in sorted(goods)
    ]
    if not lines:
        return 0
    try:
        with transaction.atomic():
            _through(market, actor, person, lines, goods, moment)
    except JangteoError:
        # closed that day, or a stall that rests: she did not come
        return 0
    return 1


def _through(
    market: Market,
    actor: Actor,
    person: Person,
    lines: list[Wanted],
    goods: dict[int, Offer],
    moment: datetime,
) -> None:
    total = sum(goods[line.offer_id].price_krw * line.quantity for line in lines)
    placed = place_order(
        actor=actor,
        market_id=market.pk,
        wanted=lines,
        way=Order.Way.PICKUP,
        contact_name=person.name,
        contact_phone=person.phone or "",
        seen_total_krw=total,
        idempotency_key=f"sample-{person.pk}-{moment:%Y%m%d%H%M}",
        now=moment,
    )
    start_payment(
        actor=actor,
        market_id=market.pk,
        order_id=placed.order_id,
        success_url="/",
        fail_url="/",
        now=moment,
    )
    key = sandbox().authorize(
        placed.payment_order_no, placed.total_krw, placed.tax_free_krw, Behaviour.APPROVE
    )
    confirm_payment(
        actor=actor,
        market_id=market.pk,
        order_id=placed.order_id,
        returned=PaymentReturn(
            payment_key=key, order_no=placed.payment_order_no, amount_krw=placed.total_krw
        ),
        now=moment,
    )
    system = Actor.system()
    place: dict[str, Any] = {"actor": system, "market_id": market.pk, "order_id": placed.order_id}
    for part in StallOrder.objects.filter(order_id=placed.order_id).order_by("pk"):
        answer_part(
            **place,
            stall_id=part.stall_id,
            part_id=part.pk,
            available={},
            now=moment + timedelta(minutes=2),
        )
        check_arrival(**place, part_id=part.pk, now=moment + timedelta(minutes=40))
    code = Order.objects.values_list("pickup_code", flat=True).get(pk=placed.order_id)
    hand_to_shopper(**place, pickup_code=code, now=moment + timedelta(minutes=75))
