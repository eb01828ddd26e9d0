"""Who may read which decision of the log, and what it says."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.decide import Decided, decide
from jangteo.apps.decisions.errors import DecisionNotFound
from jangteo.apps.decisions.ids import new_id
from jangteo.apps.decisions.models import CapabilitySetting
from jangteo.apps.decisions.queries import (
    decision_for,
    decisions_about,
    how_decided,
    may_object,
)
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.discovery.capabilities.shelf_order import SHELF_ORDER, ShelfProposal
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.world import NOON, World, guest, make_world, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def _made(
    world: World, who: Actor | None, *, about: str = "home", now: datetime = NOON
) -> Decided[ShelfProposal]:
    with market_scope(world.market.pk):
        return decide(
            SHELF_ORDER,
            next(iter(SHELF_ORDER.examples())),
            subject=who,
            market_id=world.market.pk,
            now=now,
            about=about,
        )


def test_ones_own_decision_says_what_when_why_and_by_whom(world: World) -> None:
    who = shopper()
    made = _made(world, who)
    with market_scope(world.market.pk):
        view = decision_for(who, world.market.pk, made.id)
        assert may_object(who, world.market.pk, view)
    assert (view.at, view.market_slug, view.about) == (NOON, world.market.slug, "home")
    assert (view.name_ko, view.provider, view.vendor_name) == (
        "앞에 놓을 물건 고르기", "built-in", ""
    )  # fmt: skip
    assert (view.is_ai, view.is_personal, view.is_trial, view.is_for_nobody) == (
        True, False, False, False
    )  # fmt: skip
    assert view.reason_ko == made.reason.ko
    assert view.saw == ("candidates", "limit", "place", "turn")
    assert view.definition is capability_of("shelf-order")


def test_nobody_else_reads_it_nor_another_market_nor_a_made_up_id(world: World) -> None:
    mine, other = shopper(), make_world()
    made = _made(world, mine)
    strangers = [shopper(), guest(), Actor()]
    with market_scope(world.market.pk):
        for who in strangers:
            with pytest.raises(DecisionNotFound):
                decision_for(who, world.market.pk, made.id)
        for id_ in (new_id(NOON), uuid.uuid4()):
            with pytest.raises(DecisionNotFound):
                decision_for(mine, world.market.pk, id_)
    with market_scope(other.market.pk), pytest.raises(DecisionNotFound):
        decision_for(mine, other.market.pk, made.id)


def test_a_decision_for_nobody_is_open_to_who_knows_it_unless_it_is_about_somebodys_thing(
    world: World,
) -> None:
    plain, line = _made(world, None), _made(world, None, about="line:1")
    with market_scope(world.market.pk):
        view = decision_for(Actor(), world.market.pk, plain.id)
        assert view.is_for_nobody
        assert not may_object(Actor(), world.market.pk, view)
        with pytest.raises(DecisionNotFound):
            decision_for(Actor(), world.market.pk, line.id)


def test_decisions_about_somebody_are_hers_in_every_market_newest_first(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    who, other = shopper(), make_world()
    first = _made(world, who)
    second = _made(other, who, now=NOON + timedelta(minutes=1))
    third = _made(world, who, now=NOON + timedelta(minutes=2))
    _made(world, shopper())
    _made(world, None)
    assert [view.id for view in decisions_about(who)] == [third.id, second.id, first.id]
    assert [view.market_slug for view in decisions_about(who, 2)] == [
        world.market.slug, other.market.slug
    ]  # fmt: skip
    assert decisions_about(guest()) == []
    # the scope is set and left again around keys and decisions; no vendor, no name of one
    with django_assert_num_queries(4):
        decisions_about(who)


def test_ai_is_told_from_the_plain_rule(world: World) -> None:
    ai = _made(world, None)
    with market_scope(world.market.pk):
        CapabilitySetting.objects.create(
            market=world.market, capability="shelf-order", is_suspended=True
        )
        touch_setup(world.market.pk)
    plain = _made(world, None, now=NOON + timedelta(hours=1))
    with market_scope(world.market.pk):
        assert how_decided(world.market.pk, [ai.id, plain.id]) == {ai.id: True, plain.id: False}
        assert how_decided(world.market.pk, []) == {}
        assert not decision_for(Actor(), world.market.pk, plain.id).is_ai
