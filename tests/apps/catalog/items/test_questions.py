"""A market's offers get their products; what is unsure waits for the office, whose answers teach and can be taken back."""

from __future__ import annotations

import pytest

from jangteo.apps.catalog.actions.answer_question import (
    answer_question,
    put_off_question,
    undo_answer,
)
from jangteo.apps.catalog.actions.link_offer import link_offer
from jangteo.apps.catalog.actions.standardise_offers import begin_standardising, run_all
from jangteo.apps.catalog.answers import Asked
from jangteo.apps.catalog.items.errors import (
    AlreadyRunning,
    ItemNotFound,
    NothingAnswered,
    QuestionNotFound,
)
from jangteo.apps.catalog.models import Item, MatchAnswer, MatchQuestion, Offer, StandardiseRun
from jangteo.apps.decisions.models import Decision, DecisionEvent
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.catalog.items.goods import draft, item
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    for stall in ("one", "two"):
        made.stall(stall)
    return made


def standardise(world: World) -> StandardiseRun:
    begun = begin_standardising(
        actor=world.office(), market_id=world.market.pk, in_background=False, now=NOON
    )
    run_all(world.market.pk, begun.run_id, NOON)
    with market_scope(world.market.pk):
        return StandardiseRun.objects.get(pk=begun.run_id)


def hangs_on(offer: Offer) -> int | None:
    with every_market():
        return Offer.objects.get(pk=offer.pk).item_id


def test_stalls_that_sell_the_same_share_a_product(world: World) -> None:
    first = world.offer("부사 사과", 20_000, stall="one", unit="5kg", origin="국산")
    same = world.offer("사과(부사)", 21_000, stall="two", unit="5kg 1박스", origin="국산")
    other = world.offer("부사 사과", 36_000, stall="two", unit="10kg", origin="국산")
    run = standardise(world)
    assert (run.total, run.done, run.linked, run.made, run.asked) == (3, 3, 3, 2, 0)
    assert run.ended_at == NOON
    assert hangs_on(first) == hangs_on(same) is not None
    assert hangs_on(other) not in (None, hangs_on(first))
    with market_scope(world.market.pk):
        abouts = set(Decision.objects.values_list("about", flat=True))
    assert abouts == {f"offer:{o.pk}" for o in (first, same, other)}


def test_the_origin_of_an_ingredient_is_not_taken_for_the_goods(world: World) -> None:
    jelly = world.offer("메밀묵", 4000, stall="one", unit="한 모 400g", origin="국내산 메밀")
    apple = world.offer("부사", 4000, stall="one", unit="1kg", origin="국내산 경북 청송")
    standardise(world)
    fields = [Item.objects.get(pk=hangs_on(one)).fields for one in (jelly, apple)]
    assert (fields[0]["name"], fields[0].get("origin")) == ("메밀묵", None)
    assert (fields[1]["origin"], fields[1]["origin_country"]) == ("국내산 경북 청송", "KR")


def test_another_run_finds_nothing_left_to_do(world: World) -> None:
    world.offer("부사 사과", 20_000, stall="one", unit="5kg")
    standardise(world)
    run = standardise(world)
    assert (run.total, run.done) == (0, 0)
    assert Item.objects.count() == 1


def test_hidden_goods_are_left_alone_and_two_runs_at_once_refused(world: World) -> None:
    hidden = world.offer("부사 사과", 20_000, stall="one", unit="5kg", state="hidden")
    begin_standardising(
        actor=world.office(), market_id=world.market.pk, in_background=False, now=NOON
    )
    with pytest.raises(AlreadyRunning):
        begin_standardising(
            actor=world.office(), market_id=world.market.pk, in_background=False, now=NOON
        )
    assert hangs_on(hidden) is None


def asked(world: World) -> tuple[Offer, MatchQuestion, Item]:
    """An offer of which one thing is not said, and the product it may be."""
    known = item(None, "국산 부사 사과 특 5kg")
    offer = world.offer("부사 사과", 20_000, stall="one", unit="한 상자", origin="국산")
    assert standardise(world).asked == 1
    with market_scope(world.market.pk):
        question = MatchQuestion.objects.get()
    assert (question.offer_id, question.item_id) == (offer.pk, known.pk)
    assert hangs_on(offer) is None
    return offer, question, known


def test_yes_links_and_teaches(world: World) -> None:
    offer, question, known = asked(world)
    answered = answer_question(
        actor=world.office(), market_id=world.market.pk, question_id=question.pk, item_id=known.pk,
        now=NOON,
    )  # fmt: skip
    assert (answered.item_id, answered.is_new) == (known.pk, False)
    assert hangs_on(offer) == known.pk
    with market_scope(world.market.pk):
        said = MatchAnswer.objects.get()
        event = DecisionEvent.objects.get()
    assert (said.is_same, said.source, said.role, said.offer_id) == (
        True, "accepted", "office", offer.pk,
    )  # fmt: skip
    assert (event.kind, event.decision_id, event.data) == (
        "accepted", question.decision, {"item": known.pk},
    )  # fmt: skip
    with pytest.raises(QuestionNotFound):
        answer_question(
            actor=world.office(), market_id=world.market.pk, question_id=question.pk,
            item_id=known.pk, now=NOON,
        )  # fmt: skip


def test_no_makes_a_product_and_teaches_that_it_is_another(world: World) -> None:
    offer, question, known = asked(world)
    answered = answer_question(
        actor=world.office(), market_id=world.market.pk, question_id=question.pk, item_id=None,
        shown=[(known.pk, 0.9)], now=NOON,
    )  # fmt: skip
    assert answered.is_new
    assert hangs_on(offer) == answered.item_id != known.pk
    with market_scope(world.market.pk):
        said = MatchAnswer.objects.get()
        assert DecisionEvent.objects.get().kind == "rejected"
    assert (said.item_id, said.is_same, said.source, said.probability) == (
        known.pk, False, "rejected", 0.9,
    )  # fmt: skip


def test_the_last_answer_is_taken_back_with_all_it_did(world: World) -> None:
    offer, question, known = asked(world)
    made = answer_question(
        actor=world.office(), market_id=world.market.pk, question_id=question.pk, item_id=None,
        shown=[(known.pk, 0.9)], now=NOON,
    )  # fmt: skip
    assert undo_answer(actor=world.office(), market_id=world.market.pk, now=NOON) == question.pk
    assert hangs_on(offer) is None
    assert Item.objects.get(pk=made.item_id).state == "retired"
    with market_scope(world.market.pk):
        question.refresh_from_db()
        sources = list(MatchAnswer.objects.order_by("pk").values_list("source", flat=True))
    assert question.state == "open"
    assert sources == ["rejected", "undone"]
    with pytest.raises(NothingAnswered):
        undo_answer(actor=world.office(), market_id=world.market.pk, now=NOON)


def test_later_is_later_and_still_can_be_answered(world: World) -> None:
    _, question, known = asked(world)
    put_off_question(
        actor=world.office(), market_id=world.market.pk, question_id=question.pk, now=NOON
    )
    with market_scope(world.market.pk):
        question.refresh_from_db()
    assert question.state == "later"
    answer_question(
        actor=world.office(), market_id=world.market.pk, question_id=question.pk, item_id=known.pk,
        now=NOON,
    )  # fmt: skip


def test_another_markets_question_is_not_there(world: World) -> None:
    _, question, known = asked(world)
    other = make_world()
    with pytest.raises(QuestionNotFound):
        answer_question(
            actor=other.office(), market_id=other.market.pk, question_id=question.pk,
            item_id=known.pk, now=NOON,
        )  # fmt: skip
    with market_scope(other.market.pk):
        assert not MatchAnswer.objects.exists()
        assert not MatchQuestion.objects.exists()


def test_the_stalls_own_word_ends_the_question(world: World) -> None:
    offer, question, known = asked(world)
    link_offer(
        actor=world.owner("one"), market_id=world.market.pk, stall_id=world.stalls["one"].pk,
        offer_id=offer.pk, item_id=known.pk,
        asked=Asked(
            line="부사 사과 010-1234-5678", fields=draft("부사 사과").fields, category_slug="",
            shown=[(known.pk, 0.9)], decision_id=question.decision,
        ), now=NOON,
    )  # fmt: skip
    with market_scope(world.market.pk):
        question.refresh_from_db()
        said = MatchAnswer.objects.get()
    assert question.state == "answered"
    assert (said.line, said.role) == ("부사 사과 ", "stall_owner")


def test_an_offer_hangs_on_nothing_that_does_not_exist(world: World) -> None:
    offer = world.offer("부사 사과", 20_000, stall="one")
    with pytest.raises(ItemNotFound):
        link_offer(
            actor=world.owner("one"), market_id=world.market.pk, stall_id=world.stalls["one"].pk,
            offer_id=offer.pk, item_id=10**9, now=NOON,
        )  # fmt: skip
    assert hangs_on(offer) is None
