"""Texts written in the background: by a model or by the writer that ships with us, with progress, stopped when told to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from jangteo.apps.catalog.actions.draft_all_texts import draft_all_texts, stop_text_run
from jangteo.apps.catalog.actions.draft_text import draft_text
from jangteo.apps.catalog.actions.publish_text import publish_text
from jangteo.apps.catalog.actions.set_publishes_unseen import set_publishes_unseen
from jangteo.apps.catalog.actions.write_run_text import end_stuck_runs, write_run_text
from jangteo.apps.catalog.adapters.imitation import NAME, Fault, Imitation
from jangteo.apps.catalog.adapters.model import ChatModel, ImitationCarrier
from jangteo.apps.catalog.errors import TextRunNotFound
from jangteo.apps.catalog.jobs import recheck_every_hour, write_texts
from jangteo.apps.catalog.models import Offer, TextRun, WrittenText
from jangteo.apps.catalog.ports import ModelAnswer
from jangteo.apps.catalog.texts.queries import pieces, waiting_texts
from jangteo.apps.decisions.models import Decision
from jangteo.apps.markets.models import Stall
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.stall("vegetable", name="우리채소", since_year=1998)
    world.offer("흙대파", 2500, stall="vegetable", origin="국내산(진도)", unit="1단")
    world.offer("쪽파", 2600, stall="vegetable", origin="국내산", unit="1단")
    world.offer("무", 2000, stall="vegetable", description="단단해요")
    world.offer("배추", 4000, stall="vegetable", state="hidden")
    return world


def keys(world: World) -> dict[str, Any]:
    return {
        "actor": world.owner("vegetable"),
        "market_id": world.market.pk,
        "stall_id": world.stalls["vegetable"].pk,
        "now": NOON,
    }


def with_model(monkeypatch: pytest.MonkeyPatch, *faults: Fault) -> Imitation:
    """Configure the imitated model, going wrong in these ways."""
    imitation = Imitation(*faults)
    model = ChatModel(ImitationCarrier(imitation), pause=lambda seconds: None)
    for module in ("actions.draft_text", "texts.runs"):
        monkeypatch.setattr(f"jangteo.apps.catalog.{module}.model_or_none", lambda: model)
    return imitation


def the_run(world: World, run_id: int | None) -> TextRun:
    with every_market():
        return TextRun.objects.get(pk=run_id)


def texts(world: World) -> list[WrittenText]:
    with every_market():
        return list(WrittenText.objects.order_by("id"))


def drafted(world: World, **more: Any) -> int:
    more.setdefault("kind", "product")
    if more["kind"] == "product":
        more["offer_id"] = world.offers["흙대파"].pk
    made = draft_text(**keys(world), **more)
    assert made.text_id is None
    assert made.run_id is not None
    return made.run_id


def test_a_models_text_is_a_decision_of_the_model(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_model(monkeypatch)
    run_id = drafted(world)
    assert the_run(world, run_id).state == "waiting"
    assert texts(world) == []
    write_texts(world.market.pk, run_id)
    [text] = texts(world)
    assert (text.provider, text.state, text.is_ai) == ("model", "draft", True)
    with every_market():
        decision = Decision.objects.get(pk=text.decision)
    assert (decision.provider, decision.provider_version) == ("model", NAME)
    assert decision.mode == "proposed"
    assert the_run(world, run_id).state == "done"


def test_a_refused_text_is_kept_with_why_and_the_second_one_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    imitation = with_model(monkeypatch, Fault.NUMBER)
    write_texts(world.market.pk, drafted(world))
    refused, text = texts(world)
    assert refused.state == "refused"
    assert "37" in refused.text
    assert {one["kind"] for one in refused.problems} == {"number"}
    assert (text.provider, text.version) == ("model", 2)
    # the second try was told what was wrong
    assert "37" in imitation.seen[1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "faults",
    [(Fault.ORIGIN,) * 2, (Fault.SLOW,), (Fault.BUSY,) * 3, (Fault.HUGE,), (Fault.CUT_JSON,)],
)
def test_where_the_model_fails_the_grammar_writes(
    world: World, monkeypatch: pytest.MonkeyPatch, faults: tuple[Fault, ...]
) -> None:
    with_model(monkeypatch, *faults)
    write_texts(world.market.pk, drafted(world))
    text = texts(world)[-1]
    assert (text.provider, text.state, text.problems) == ("built-in", "draft", [])
    assert "대파" in text.text


def test_a_form_sent_twice_is_one_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_model(monkeypatch)
    assert drafted(world) == drafted(world)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs where task_name = 'catalog.write_texts'"
        )
        assert cursor.fetchone() == (1,)


def test_a_run_that_ended_without_a_text_can_be_begun_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_model(monkeypatch)
    first = drafted(world)
    stop_text_run(**keys(world), run_id=first)
    second = drafted(world)
    assert second != first
    write_texts(world.market.pk, second)
    assert len(texts(world)) == 1


def test_a_job_that_runs_twice_writes_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_model(monkeypatch)
    run_id = drafted(world)
    write_texts(world.market.pk, run_id)
    write_texts(world.market.pk, run_id)
    assert len(texts(world)) == 1


def test_a_review_waits_sealed_and_is_gone_when_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    imitation = with_model(monkeypatch)
    run_id = drafted(world, kind="review", review="싱싱해요 김별님", rating=5)
    waiting = the_run(world, run_id).left
    assert "김별님" not in str(waiting)
    write_texts(world.market.pk, run_id)
    assert "김별님" in str(imitation.seen[0])
    assert the_run(world, run_id).left == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where args::text like '%김별님%'")
        assert cursor.fetchone() == (0,)


def test_a_text_for_each_of_the_goods_that_say_nothing(world: World) -> None:
    begun = draft_all_texts(**keys(world))
    assert begun.total == 2
    again = draft_all_texts(**keys(world))
    assert again == begun
    system = Actor.system()
    more = write_run_text(
        actor=system, market_id=world.market.pk, run_id=begun.run_id or 0, now=NOON
    )
    assert more
    assert the_run(world, begun.run_id).done == 1
    write_texts(world.market.pk, begun.run_id or 0)
    assert {text.offer_id for text in texts(world)} == {
        world.offers["흙대파"].pk,
        world.offers["쪽파"].pk,
    }
    with market_scope(world.market.pk):
        assert len(waiting_texts(world.market.pk, world.stalls["vegetable"].pk)) == 2
    assert draft_all_texts(**keys(world)).run_id is None


def test_stopped_it_writes_no_more(world: World) -> None:
    begun = draft_all_texts(**keys(world))
    write_run_text(
        actor=Actor.system(), market_id=world.market.pk, run_id=begun.run_id or 0, now=NOON
    )
    stop_text_run(**keys(world), run_id=begun.run_id or 0)
    write_texts(world.market.pk, begun.run_id or 0)
    assert len(texts(world)) == 1
    run = the_run(world, begun.run_id)
    assert (run.state, run.left) == ("cancelled", [])
    with pytest.raises(TextRunNotFound):
        stop_text_run(**keys(world), run_id=999_999)


def test_goods_that_went_meanwhile_are_left_out(world: World) -> None:
    begun = draft_all_texts(**keys(world))
    with every_market():
        TextRun.objects.filter(pk=begun.run_id).update(left=[999_999, world.offers["쪽파"].pk])
    write_texts(world.market.pk, begun.run_id or 0)
    run = the_run(world, begun.run_id)
    assert (run.done, run.skipped, run.state) == (2, 1, "done")


def test_a_run_whose_worker_is_gone_is_given_up(world: World) -> None:
    begun = draft_all_texts(**keys(world))
    system, market = Actor.system(), world.market.pk
    assert write_run_text(actor=system, market_id=market, run_id=begun.run_id or 0, now=NOON)
    assert end_stuck_runs(actor=system, now=NOON + timedelta(minutes=29)) == 0
    assert end_stuck_runs(actor=system, now=NOON + timedelta(minutes=31)) == 1
    assert the_run(world, begun.run_id).state == "failed"


def test_a_long_run_that_moves_and_one_that_waits_behind_it_are_not_given_up(world: World) -> None:
    begun = draft_all_texts(**keys(world))
    system, market = Actor.system(), world.market.pk
    later = NOON + timedelta(hours=3)
    assert end_stuck_runs(actor=system, now=later) == 0
    assert write_run_text(actor=system, market_id=market, run_id=begun.run_id or 0, now=later)
    assert end_stuck_runs(actor=system, now=later + timedelta(minutes=20)) == 0
    assert end_stuck_runs(actor=system, now=NOON + timedelta(days=2)) == 1


def test_two_reviews_at_once_are_two_replies_and_one_sent_twice_is_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_model(monkeypatch)
    first = drafted(world, kind="review", review="싱싱해요", rating=5)
    assert drafted(world, kind="review", review="싱싱해요", rating=5) == first
    second = drafted(world, kind="review", review="무르고 상했어요", rating=1)
    assert second != first
    write_texts(world.market.pk, first)
    write_texts(world.market.pk, second)
    assert [text.kind for text in texts(world)] == ["review", "review"]
    assert "싱싱" not in the_run(world, first).key


def test_a_model_cannot_write_what_the_database_cannot_keep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Spelt:
        def answer(self, messages: Any, **more: Any) -> ModelAnswer:
            return ModelAnswer(
                text='{"text": "최고의 \\u0000대파\\ud800예요", "used": []}', model="m"
            )

    for module in ("actions.draft_text", "texts.runs"):
        monkeypatch.setattr(f"jangteo.apps.catalog.{module}.model_or_none", Spelt)
    run = drafted(world)
    write_texts(world.market.pk, run)
    assert the_run(world, run).state == "done"
    assert [text.state for text in texts(world)] == ["refused", "refused", "draft"]


def test_only_clean_texts_go_out_unseen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_publishes_unseen(**keys(world), is_on=True)
    with_model(monkeypatch, Fault.MEDICAL, Fault.MEDICAL)
    write_texts(world.market.pk, drafted(world))
    with every_market():
        shown = Offer.objects.get(pk=world.offers["흙대파"].pk)
    assert shown.is_ai_text
    assert "혈압" not in shown.description
    assert [text.state for text in texts(world)] == ["refused", "refused", "live"]


def test_a_stalls_field_that_changed_is_found_within_the_hour(world: World) -> None:
    made = draft_text(**keys(world), kind="stall")
    publish_text(**keys(world), text_id=made.text_id or 0)
    with every_market():
        text = WrittenText.objects.get(pk=made.text_id)
        text.text = "1998년부터 우리채소가 있었어요."
        text.save(update_fields=["text"])
        Stall.objects.filter(pk=world.stalls["vegetable"].pk).update(since_year=2005)
    assert recheck_every_hour(0) == 1
    with every_market():
        assert WrittenText.objects.get(pk=made.text_id).state == "past"


def test_a_text_in_pieces_loses_nothing() -> None:
    problems = [
        {"start": 3, "end": 5, "ko": "가", "en": "a"},
        {"start": 4, "end": 6, "ko": "나", "en": "b"},
        {"start": 90, "end": 99, "ko": "다", "en": "c"},
    ]
    made = pieces("<b>가나다라", problems)
    assert "".join(one.text for one in made) == "<b>가나다라"
    assert [one.text for one in made if one.why_ko] == ["가나"]
