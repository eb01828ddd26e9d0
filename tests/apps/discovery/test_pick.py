"""Shelves of a real market: counted, decided, logged, told what came of them; and at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from jangteo.apps.accounts.models import Consent
from jangteo.apps.catalog.models import Offer
from jangteo.apps.decisions.models import Decision, DecisionEvent, Subject
from jangteo.apps.discovery import handlers
from jangteo.apps.discovery.actions.count_missed import count_missed
from jangteo.apps.discovery.actions.order_stall import order_stall
from jangteo.apps.discovery.actions.pick_for_home import pick_for_home
from jangteo.apps.discovery.handlers import count_sale
from jangteo.apps.discovery.models import CountedOrder, OfferPopularity, OfferSalesDay
from jangteo.apps.discovery.queries import (
    forget_new_stalls,
    home_candidates,
    orders_before,
)
from jangteo.apps.discovery.shelves import Picked
from jangteo.apps.markets.models import Market, Stall
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.events import OrderPaid
from jangteo.apps.orders.models import Order
from jangteo.engines.recommendation.popularity import decayed_units
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, four_stalls, guest, shopper

pytestmark = pytest.mark.django_db
DAY = seoul_day(NOON)


@pytest.fixture
def world() -> World:
    forget_new_stalls()
    return four_stalls()


def _buy(world: World, who: Actor, name: str, quantity: int = 1, ago: float = 0) -> int:
    now = NOON - timedelta(days=ago)
    placed = world.place(who, Wanted(offer_id=world.offers[name].pk, quantity=quantity), now=now)
    world.pay(who, placed, now=now)
    return placed.order_id


def _home(world: World, who: Actor, limit: int = 12) -> Picked:
    return pick_for_home(actor=who, market_id=world.market.pk, day=DAY, now=NOON, limit=limit)


def _names(made: Picked) -> list[str]:
    return [card.name for card in made.cards]


def _agrees(who: Actor) -> Consent:
    return Consent.objects.create(
        person_id=who.person_id, purpose="personal", is_given=True, at=NOON
    )


def _log(made: Picked) -> Decision:
    with every_market():
        return Decision.objects.get(pk=made.decision.id)


def test_a_paid_order_is_counted_once_however_often_it_is_told(world: World) -> None:
    order_id = _buy(world, guest(), "대파", 3, ago=7)
    _buy(world, guest(), "대파", 2)
    with market_scope(world.market.pk):
        count_sale(OrderPaid(market_id=world.market.pk, at=NOON, order_id=order_id))
        row = OfferPopularity.objects.get(offer=world.offers["대파"])
        days = OfferSalesDay.objects.order_by("day").values_list("day", "units", "orders")
        assert list(days) == [(DAY - timedelta(days=7), 3, 1), (DAY, 2, 1)]
        assert decayed_units(row.rank, NOON.timestamp() / 86_400) == pytest.approx(3.5, rel=1e-6)
        assert CountedOrder.objects.count() == 2


def test_a_payment_stands_when_counting_fails_and_a_job_counts_it_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _home(world, buyer := guest())

    def broken(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select no_such_column")

    with monkeypatch.context() as patch:
        patch.setattr(handlers, "_add_day", broken)
        order_id = _buy(world, buyer, "대파", 3)
    later = NOON + timedelta(days=2)
    with market_scope(world.market.pk):
        assert Order.objects.get(pk=order_id).state == "paid"
        assert not CountedOrder.objects.exists()
        assert not OfferPopularity.objects.exists()
    assert count_missed(actor=Actor.system(), market_id=world.market.pk, now=later) == 1
    assert count_missed(actor=Actor.system(), market_id=world.market.pk, now=later) == 0
    with market_scope(world.market.pk):
        row = OfferPopularity.objects.get(offer=world.offers["대파"])
        days = OfferSalesDay.objects.values_list("day", "units", "orders")
        assert list(days) == [(DAY, 3, 1)]
        assert decayed_units(row.rank, NOON.timestamp() / 86_400) == pytest.approx(3, rel=1e-6)
        told = DecisionEvent.objects.get(decision_id=made.decision.id)
        # the day of the payment may be sealed by now
        assert told.at == later


def test_very_old_sales_neither_fail_nor_count(world: World) -> None:
    with market_scope(world.market.pk):
        OfferPopularity.objects.create(
            market=world.market, offer=world.offers["대파"], rank=-5000.0
        )
    _buy(world, guest(), "대파", 4)
    with market_scope(world.market.pk):
        row = OfferPopularity.objects.get(offer=world.offers["대파"])
    assert decayed_units(row.rank, NOON.timestamp() / 86_400) == pytest.approx(4, rel=1e-6)


def test_what_sold_this_week_stands_in_front_with_a_true_number(world: World) -> None:
    for _ in range(3):
        _buy(world, guest(), "두부", 2)
    _buy(world, guest(), "두부", ago=8)
    made = _home(world, guest())
    assert _names(made)[0] == "두부"
    tofu = world.offers["두부"].pk
    assert made.reasons[tofu].ko == "이번 주에 3번 팔렸어요"
    with market_scope(world.market.pk):
        assert orders_before(world.market.pk, [tofu], NOON) == {tofu: 3}
    assert made.decision.reason.ko.startswith("이번 주에 많이 나간 것 1가지를 넣어 가게 4곳의")
    assert made.decision.is_ai


def test_what_cannot_be_bought_is_not_picked(world: World) -> None:
    with every_market():
        Offer.objects.filter(pk=world.offers["두부"].pk).update(state="sold_out")
        Offer.objects.filter(pk=world.offers["무"].pk).update(state="hidden")
        Stall.objects.filter(slug="fish").update(closed_on=DAY)
        Stall.objects.filter(slug="side").update(closed_weekdays=[DAY.weekday()])
    assert sorted(_names(_home(world, guest()))) == ["대파", "쪽파"]


def test_a_market_with_nothing_has_an_empty_shelf(world: World) -> None:
    with every_market():
        Offer.objects.update(state="hidden")
    made = _home(world, guest())
    assert (made.cards, made.decision.reason.ko) == ((), "지금 앞에 놓을 물건이 없어요.")


def test_her_purchases_count_with_her_yes_only_and_not_after_her_no(world: World) -> None:
    who = shopper()
    _buy(world, who, "멸치볶음", ago=30)
    side = world.offers["멸치볶음"].pk
    unasked = _home(world, who)
    assert unasked.decision.proposal.reasons[str(side)] != "bought"
    before = _log(unasked)
    assert (before.is_personal, "liked" in before.saw) == (False, False)
    consent = _agrees(who)
    made = _home(world, who)
    assert _names(made)[0] == "멸치볶음"
    assert made.reasons[side].ko == "지난번에 사신 멸치볶음이에요"
    row = _log(made)
    assert (row.is_personal, "liked" in row.saw) == (True, True)
    assert row.subject is not None
    consent.is_given = False
    consent.save()
    plain = _home(world, who)
    row = _log(plain)
    assert (row.is_personal, row.subject, "liked" in row.saw) == (False, None, False)
    assert [c.price_krw for c in plain.cards if c.id == side] == [5000]


def test_a_purchase_within_a_day_is_the_outcome_of_the_shelves_that_showed_it(world: World) -> None:
    who, other = shopper(), shopper()
    shown = _home(world, who)
    foreign = _home(world, other)
    _buy(world, who, "대파", 2)
    with market_scope(world.market.pk):
        event = DecisionEvent.objects.get()
        assert (event.decision_id, event.kind, event.by_id) == (
            shown.decision.id,
            "outcome",
            None,
        )
        assert event.data == {"bought": [world.offers["대파"].pk], "krw": 5000}
        assert event.decision_id != foreign.decision.id


def test_neither_an_older_shelf_nor_an_opted_out_shopper_has_an_outcome(world: World) -> None:
    who, refused = shopper(), shopper()
    Consent.objects.create(person_id=refused.person_id, purpose="personal", is_given=False, at=NOON)
    long_ago = NOON - timedelta(hours=25)
    pick_for_home(actor=who, market_id=world.market.pk, day=DAY, now=long_ago)
    _home(world, refused)
    _buy(world, who, "대파")
    _buy(world, refused, "대파")
    with market_scope(world.market.pk):
        assert not DecisionEvent.objects.exists()


def test_guests_are_followed_by_browser_and_visitors_without_a_key_not_at_all(world: World) -> None:
    browser = guest()
    made = _home(world, browser)
    assert _log(_home(world, Actor())).subject is None
    _buy(world, browser, "대파")
    with market_scope(world.market.pk):
        assert DecisionEvent.objects.get().decision_id == made.decision.id
        assert Subject.objects.count() == 1


def test_a_stall_page_puts_what_is_wanted_first_and_what_is_sold_out_last(world: World) -> None:
    with every_market():
        Offer.objects.filter(pk=world.offers["대파"].pk).update(state="sold_out")
    for _ in range(2):
        _buy(world, guest(), "무")
    stall = world.stalls["vegetable"].pk
    made = order_stall(actor=guest(), market_id=world.market.pk, stall_id=stall, day=DAY, now=NOON)
    assert _names(made) == ["무", "쪽파", "대파"]
    row = _log(made)
    assert (row.about, row.stall_id, row.shown_stalls) == (f"stall:{stall}", stall, [stall, stall])


def test_a_stall_that_rests_keeps_its_own_order(world: World) -> None:
    stall = world.stalls["vegetable"]
    with every_market():
        Stall.objects.filter(pk=stall.pk).update(closed_on=DAY)
    made = order_stall(
        actor=guest(), market_id=world.market.pk, stall_id=stall.pk, day=DAY, now=NOON
    )
    assert _names(made) == ["대파", "무", "쪽파"]
    assert made.decision.proposal.ids == []


def test_a_stall_is_new_only_in_a_market_that_is_not(world: World) -> None:
    with every_market():
        Offer.objects.update(created_at=NOON - timedelta(days=60))
        Offer.objects.filter(pk=world.offers["두부"].pk).update(created_at=NOON)
    with market_scope(world.market.pk):
        assert not any(s.candidate.is_new_stall for s in home_candidates(world.market.pk, NOON))
    forget_new_stalls()
    Market.objects.update(opened_at=NOON - timedelta(days=57))
    with market_scope(world.market.pk):
        new = [
            s.card.name for s in home_candidates(world.market.pk, NOON) if s.candidate.is_new_stall
        ]
    assert new == ["두부"]
    made = _home(world, guest())
    assert made.reasons[world.offers["두부"].pk].ko == "새로 온 가게예요"


def test_a_shelf_costs_four_statements_and_five_with_her_purchases(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    who = shopper()
    _home(world, who)
    with market_scope(world.market.pk):
        with django_assert_num_queries(4):
            _home(world, who)
        _agrees(who)
        with django_assert_num_queries(5):
            _home(world, who)
