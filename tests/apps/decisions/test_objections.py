"""Objections: only about one's own decision, answered by a person by a date, told to her."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jangteo.apps.accounts.models import Person
from jangteo.apps.decisions.actions.answer_objection import answer_objection
from jangteo.apps.decisions.actions.object_to_decision import object_to_decision
from jangteo.apps.decisions.capability import register
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.errors import (
    DecisionNotFound,
    NothingToObjectTo,
    ObjectionAnswered,
)
from jangteo.apps.decisions.ids import new_id
from jangteo.apps.decisions.models import DecisionEvent, Objection
from jangteo.apps.decisions.objections import (
    objections_answered,
    objections_due,
    objections_of,
    objections_to_answer,
)
from jangteo.apps.messaging.models import Message
from jangteo.platform.errors import InvalidInput, NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.apps.decisions.test_new_capability import RIPEST, Ripe
from tests.world import NOON, World, guest, make_world, shopper

pytestmark = pytest.mark.django_db
LOOKED = "주문을 다시 보고 배로 바꿔 드렸어요."


@pytest.fixture
def world() -> World:
    return make_world()


def _decide(world: World, who: Actor, capability: Any = RIPEST) -> uuid.UUID:
    with market_scope(world.market.pk):
        request = Ripe(fruits=["apple", "pear"])
        return decide(capability, request, subject=who, market_id=world.market.pk, now=NOON).id


def _object(world: World, who: Actor, decision_id: uuid.UUID, **more: Any) -> int:
    values = {"kind": "objection", "text": "사과 말고 배요", "now": NOON} | more
    return object_to_decision(
        actor=who, market_id=world.market.pk, decision_id=decision_id, **values
    )


def _answer(world: World, objection_id: int, actor: Actor | None = None, **more: Any) -> None:
    values = {"state": "changed", "answer": LOOKED, "now": NOON + timedelta(days=2)} | more
    answer_objection(
        actor=actor or world.office(),
        market_id=world.market.pk,
        objection_id=objection_id,
        **values,
    )


@pytest.mark.parametrize("who", [shopper, guest])
def test_her_own_decision_gets_a_day_by_which_a_person_answers(who, world: World) -> None:
    actor = who()
    decision_id = _decide(world, actor)
    objection_id = _object(world, actor, decision_id)
    (view,) = objections_of(actor)
    assert (view.id, view.kind, view.text) == (objection_id, "objection", "사과 말고 배요")
    assert view.answer_by == NOON + timedelta(days=10)
    assert view.reason_ko == "pear"
    assert view.days_left(NOON) == 10
    assert not view.is_late(NOON + timedelta(days=10))
    assert view.is_late(NOON + timedelta(days=10, seconds=1))
    assert objections_of(shopper()) == []


def test_somebody_elses_decision_is_not_known(world: World) -> None:
    decision_id = _decide(world, shopper())
    for other in (shopper(), guest(), Actor()):
        with pytest.raises(DecisionNotFound):
            _object(world, other, decision_id)
    with pytest.raises(DecisionNotFound):
        _object(world, shopper(), new_id(NOON))
    with pytest.raises(DecisionNotFound):
        _object(world, shopper(), uuid.uuid4())


def test_another_markets_decision_is_not_known_here(world: World) -> None:
    actor, elsewhere = shopper(), make_world()
    decision_id = _decide(elsewhere, actor)
    with pytest.raises(DecisionNotFound):
        _object(world, actor, decision_id)


def test_asking_twice_is_one_objection_until_it_is_answered(world: World) -> None:
    actor = shopper()
    decision_id = _decide(world, actor)
    first = _object(world, actor, decision_id)
    assert _object(world, actor, decision_id, text="다시") == first
    _answer(world, first)
    assert _object(world, actor, decision_id, text="그래도요") != first


def test_what_only_chose_what_to_show_is_a_complaint(world: World) -> None:
    shown = replace(RIPEST, key="test-shown", is_consequential=False)
    register(shown)
    actor = shopper()
    decision_id = _decide(world, actor, shown)
    with pytest.raises(NothingToObjectTo):
        _object(world, actor, decision_id)
    _object(world, actor, decision_id, kind="complaint")
    assert [view.kind for view in objections_of(actor)] == ["complaint"]


@pytest.mark.parametrize("text", ["", "  \n ", "가" * 1001])
def test_words_are_needed_and_not_too_many(text: str, world: World) -> None:
    actor = shopper()
    with pytest.raises(InvalidInput):
        _object(world, actor, _decide(world, actor), text=text)


def test_a_change_is_a_persons_refusal_in_the_log_and_she_is_told(world: World) -> None:
    actor, clerk = shopper(), world.office()
    Person.objects.filter(pk=actor.person_id).update(language="en")
    decision_id = _decide(world, actor)
    objection_id = _object(world, actor, decision_id)
    _answer(world, objection_id, clerk)
    with market_scope(world.market.pk):
        event = DecisionEvent.objects.get(decision_id=decision_id)
    assert (event.kind, event.by_id, event.data) == (
        "rejected",
        clerk.person_id,
        {"objection": objection_id},
    )
    message = Message.objects.get()
    assert message.template == "objection_answered"
    assert message.body.endswith("/me/privacy#objections")
    assert LOOKED not in message.body
    (view,) = objections_of(actor)
    assert (view.state, view.answer, view.answered_at) == (
        "changed",
        LOOKED,
        NOON + timedelta(days=2),
    )


def test_what_stays_as_it_was_leaves_the_log_alone(world: World) -> None:
    actor = shopper()
    decision_id = _decide(world, actor)
    _answer(world, _object(world, actor, decision_id), state="upheld")
    with market_scope(world.market.pk):
        assert not DecisionEvent.objects.filter(decision_id=decision_id).exists()
    assert objections_of(actor)[0].state == "upheld"


def test_a_browser_is_not_written_to_and_finds_the_answer_on_its_page(world: World) -> None:
    browser = guest()
    _answer(world, _object(world, browser, _decide(world, browser)))
    assert not Message.objects.exists()
    assert objections_of(browser)[0].answer == LOOKED


def test_a_person_must_answer_and_say_why(world: World) -> None:
    actor = shopper()
    objection_id = _object(world, actor, _decide(world, actor))
    for wrong in ({"answer": "네"}, {"answer": "가" * 1001}, {"state": "open"}, {"state": ""}):
        with pytest.raises(InvalidInput):
            _answer(world, objection_id, **wrong)
    with pytest.raises(InvalidInput, match="person"):
        _answer(world, objection_id, Actor.system())
    with market_scope(world.market.pk):
        assert Objection.objects.get().state == "open"
    _answer(world, objection_id)
    with pytest.raises(ObjectionAnswered):
        _answer(world, objection_id, state="upheld")
    with pytest.raises(NotFound):
        _answer(make_world(), objection_id)


def test_the_desk_shows_the_longest_due_first_and_its_own_market_only(world: World) -> None:
    ids = []
    for days in (3, 1, 2):
        actor = shopper()
        ids.append(_object(world, actor, _decide(world, actor), now=NOON + timedelta(days=days)))
    elsewhere, other = make_world(), shopper()
    _object(elsewhere, other, _decide(elsewhere, other))
    with market_scope(world.market.pk):
        assert [view.id for view in objections_to_answer(world.market.pk)] == [
            ids[1],
            ids[2],
            ids[0],
        ]
        assert objections_due(world.market.pk) == 3
    _answer(world, ids[2])
    with market_scope(world.market.pk):
        assert [view.id for view in objections_answered(world.market.pk)] == [ids[2]]
        assert objections_due(world.market.pk) == 2
