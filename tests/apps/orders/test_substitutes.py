"""What replaces goods that ran out: chosen, logged, answered, and never at the shopper's cost."""

from __future__ import annotations

from typing import Any

import pytest

from jangteo.apps.catalog.models import Offer
from jangteo.apps.decisions.capability import ProposalRefused
from jangteo.apps.decisions.models import CapabilitySetting, Decision, DecisionEvent, Subject
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.fulfilment.actions.hub import check_arrival, hand_to_shopper
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.answer_question import answer_question
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.capabilities.substitute import (
    SUBSTITUTE,
    Goods,
    SubstituteProposal,
    SubstituteRequest,
    baseline,
    built_in,
    check,
    explain,
)
from jangteo.apps.orders.models import Order, OrderLine, StallOrder, Substitution
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, four_stalls, shopper

LEEK = Goods(id=1, name="대파", price_krw=2500, net_g=500)


def _request(*candidates: Goods, units: int = 2, rise: int = 10) -> SubstituteRequest:
    return SubstituteRequest(
        missing=LEEK, units=units, candidates=list(candidates), max_rise_pct=rise
    )


def test_enough_comes_before_near_and_taken_before_breaks_even() -> None:
    few = Goods(id=2, name="깐 대파", price_krw=2500, net_g=500, available=1)
    near = Goods(id=3, name="쪽파", price_krw=2600, net_g=450, available=9)
    far = Goods(id=4, name="실파", price_krw=2600, net_g=250)
    unknown = Goods(id=5, name="움파", price_krw=2500)
    request = _request(few, unknown, far, near)
    assert baseline(request).ids == [2, 5, 4, 3]
    assert built_in(request).ids == [3, 5, 4, 2]
    twins = _request(
        Goods(id=6, price_krw=2600, net_g=450), Goods(id=7, price_krw=2600, net_g=450, taken=3)
    )
    assert built_in(twins).ids == [7, 6]


@pytest.mark.parametrize(
    ("ids", "why"),
    [([2, 2], "doubled-id"), ([9], "unknown-id"), ([], "too-few"), ([3], "out-of-bounds")],
)
def test_what_cannot_be_given_is_refused(ids: list[int], why: str) -> None:
    request = _request(Goods(id=2, price_krw=2750), Goods(id=3, price_krw=2751))
    with pytest.raises(ProposalRefused, match=f"^{why}$"):
        check(request, SubstituteProposal(ids=ids))
    check(request, SubstituteProposal(ids=[2]))


def test_the_reason_says_amount_price_and_past() -> None:
    same = Goods(id=2, name="깐 대파", name_en="Peeled", price_krw=2600, net_g=500, taken=4)
    request = _request(same)
    reason = explain(request, built_in(request))
    assert reason.ko == (
        "같은 가게의 같은 갈래에서 깐 대파를 골랐어요. 양이 같아요. 값표는 100원 비싸지만 더 내지 않아요. 전에 4번 대신 나갔어요."
    )
    assert reason.en == (
        "Peeled, from the same stall and kind. The same amount. 100 won dearer on the tag, at no"
        " extra cost. Given instead 4 times before."
    )
    for request in SUBSTITUTE.examples():
        check(request, built_in(request))
        check(request, baseline(request))


@pytest.fixture
def world(db: None) -> World:
    return four_stalls()


def _short(
    world: World, rule: Substitution, buyer: Actor | None = None, left: int = 0
) -> tuple[Actor, int, OrderLine]:
    """Two bundles of leek were bought and only ``left`` are there; the first line as it was."""
    buyer = buyer or shopper()
    wanted = Wanted(
        offer_id=world.offers["대파"].pk, quantity=2, substitution=rule, max_rise_pct=10
    )
    placed = world.place(buyer, wanted)
    world.pay(buyer, placed)
    with every_market():
        line = OrderLine.objects.get(part__order_id=placed.order_id)
        part = StallOrder.objects.get(order_id=placed.order_id)
    answer_part(
        actor=world.owner("vegetable"),
        market_id=world.market.pk,
        stall_id=part.stall_id,
        order_id=placed.order_id,
        part_id=part.pk,
        available={line.pk: left},
        now=NOON,
    )
    return buyer, placed.order_id, line


def _answer(world: World, buyer: Actor, order_id: int, line: OrderLine, name: str | None) -> None:
    answer_question(
        actor=buyer,
        market_id=world.market.pk,
        order_id=order_id,
        line_id=line.pk,
        offer_id=world.offers[name].pk if name else None,
        now=NOON,
    )


def _lines(order_id: int) -> dict[str, OrderLine]:
    with every_market():
        rows = OrderLine.objects.filter(part__order_id=order_id).select_related("part")
        return {line.name: line for line in rows}


def _only_decision() -> Decision:
    with every_market():
        return Decision.objects.get(capability__startswith="substitute")


def _events(decision: Decision) -> list[tuple[str, dict[str, Any], int | None]]:
    with every_market():
        rows = DecisionEvent.objects.filter(decision_id=decision.pk).order_by("id")
        return [(row.kind, row.data, row.by_id) for row in rows]


def test_similar_goods_are_chosen_at_once_and_the_line_knows_by_which_decision(
    world: World,
) -> None:
    buyer, order_id, line = _short(world, Substitution.SIMILAR)
    lines = _lines(order_id)
    made = lines["쪽파"]
    decision = _only_decision()
    assert (made.replaces_id, made.decision_id) == (line.pk, decision.pk)
    assert (made.unit_price_krw, made.quantity) == (2500, 2)
    assert (decision.capability, decision.mode, decision.provider) == (
        "substitute", "auto", "built-in"
    )  # fmt: skip
    assert (decision.about, decision.stall_id) == (f"line:{line.pk}", made.part.stall_id)
    with market_scope(world.market.pk):
        assert Subject.objects.get(key=decision.subject).person_id == buyer.person_id
        assert Order.objects.get(pk=order_id).refunded_krw == 0


def test_what_she_kept_is_the_decisions_outcome(world: World) -> None:
    _, order_id, _line = _short(world, Substitution.SIMILAR)
    office: dict[str, Any] = {
        "actor": world.office(), "market_id": world.market.pk, "order_id": order_id, "now": NOON
    }  # fmt: skip
    check_arrival(part_id=_lines(order_id)["쪽파"].part_id, **office)
    with every_market():
        code = Order.objects.get(pk=order_id).pickup_code
    hand_to_shopper(pickup_code=code, **office)
    assert _events(_only_decision()) == [("outcome", {"given": 2, "kept": 2}, None)]


def test_goods_that_are_too_few_are_not_offered_to_the_decision(world: World) -> None:
    with every_market():
        level = world.level("쪽파")
        level.quantity = 1
        level.save()
    _, order_id, _line = _short(world, Substitution.SIMILAR)
    assert _lines(order_id)["무"].unit_price_krw == 2000
    with every_market():
        assert Order.objects.get(pk=order_id).refunded_krw == 1000
    assert _only_decision().proposal["ids"] == [world.offers["무"].pk]


def test_with_nothing_similar_nothing_is_decided_and_the_money_goes_back(world: World) -> None:
    with every_market():
        Offer.objects.exclude(pk=world.offers["대파"].pk).update(state="sold_out")
    _, order_id, _line = _short(world, Substitution.SIMILAR)
    with every_market():
        assert not Decision.objects.filter(capability="substitute").exists()
        assert Order.objects.get(pk=order_id).refunded_krw == 5000


def test_switched_off_the_shoppers_rule_still_holds_without_ai(world: World) -> None:
    with market_scope(world.market.pk):
        CapabilitySetting.objects.create(
            market=world.market, capability="substitute", is_suspended=True
        )
        touch_setup(world.market.pk)
    _, order_id, _line = _short(world, Substitution.SIMILAR)
    decision = _only_decision()
    assert (decision.mode, decision.fallback) == ("observed", "suspended")
    assert _lines(order_id)["쪽파"].decision_id == decision.pk


@pytest.mark.parametrize(
    ("name", "kind"), [("쪽파", "accepted"), ("무", "edited"), (None, "rejected")]
)
def test_the_shopper_who_is_asked_answers_a_proposal(
    world: World, name: str | None, kind: str
) -> None:
    buyer, order_id, line = _short(world, Substitution.CALL)
    asked = _lines(order_id)["대파"]
    decision = _only_decision()
    assert (decision.capability, decision.mode) == ("substitute-choices", "proposed")
    assert asked.decision_id == decision.pk
    _answer(world, buyer, order_id, line, name)
    offer = world.offers[name].pk if name else None
    assert _events(decision) == [(kind, {"offer": offer}, None)]
    if name:
        assert _lines(order_id)[name].decision_id == decision.pk


def test_the_office_answering_by_phone_is_named_in_the_decisions_history(world: World) -> None:
    _, order_id, line = _short(world, Substitution.CALL)
    office = world.office()
    _answer(world, office, order_id, line, "쪽파")
    assert _events(_only_decision())[0][2] == office.person_id


def test_a_refused_answer_leaves_no_trace_in_the_log(world: World) -> None:
    buyer, order_id, line = _short(world, Substitution.CALL)
    with pytest.raises(NotFound):
        _answer(world, buyer, order_id, line, "고등어")
    assert _events(_only_decision()) == []


def test_units_that_are_there_stay_and_only_the_missing_ones_are_asked_about(world: World) -> None:
    _, order_id, _line = _short(world, Substitution.CALL, left=1)
    decision = _only_decision()
    with every_market():
        asked = OrderLine.objects.get(part__order_id=order_id, state="asking")
    assert (asked.quantity, asked.decision_id) == (1, decision.pk)
    assert decision.about == f"line:{asked.pk}"
