"""Answers are read out without a trace of who gave them, learned from, checked, and one action goes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jangteo.apps.catalog import learning, matchers
from jangteo.apps.catalog.actions.set_catalog_settings import set_catalog_settings
from jangteo.apps.catalog.actions.train_matcher import activate_matcher, train_matcher
from jangteo.apps.catalog.answers import Answerer, Asked, note_answer, take_back
from jangteo.apps.catalog.items.errors import MatcherNotFound, MatcherUnreadable, TooFewAnswers
from jangteo.apps.catalog.matchers import matcher_in_use
from jangteo.apps.catalog.models import Item, MatcherVersion
from jangteo.engines.sameitem.training import base_examples
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.apps.catalog.items.goods import draft, item
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db

FRUIT = ("사과", "배", "감", "귤", "복숭아", "포도", "자두", "살구", "참외", "수박", "딸기", "매실")


@pytest.fixture
def world() -> World:
    made = make_world()
    made.stall("one", name="순이네")
    return made


def say(world: World, line: str, shown: Item, *, same: bool, offer: int = 0) -> None:
    read = draft(line)
    with market_scope(world.market.pk):
        note_answer(
            Asked(
                line=line, fields=read.fields, category_slug=read.category_slug,
                shown=[(shown.pk, 0.5)],
            ),
            shown if same else None,
            Answerer(market_id=world.market.pk, person_id=None, role="office", now=NOON),
            offer_id=offer or None,
        )  # fmt: skip


def many(world: World) -> None:
    """Some seventy answers: the same goods said otherwise, and others of another maker."""
    for place, name in enumerate(FRUIT):
        known = item(None, f"국산 {name} {place + 1}kg")
        kilos = f"{place + 1}kg"
        ways = (
            f"{name} {kilos}",
            f"{name} 특 {kilos}",
            f"선물용 {name} {kilos}",
            f"{name} 대 {kilos}",
        )
        for way in ways:
            say(world, way, known, same=True)
        for way in (f"가람 {name}즙 {place + 1}kg", f"건조 {name}칩 {place + 1}kg"):
            say(world, way, known, same=False)


def test_the_export_names_nobody_and_is_the_same_bytes_again(world: World) -> None:
    known = item(None, "국산 사과 5kg")
    say(world, "순이네 사과 5키로 010-1234-5678", known, same=True)
    lines = list(learning.export_lines(learning.taught()))
    head, first = (json.loads(line) for line in lines)
    assert (head["kind"], head["answers"]) == ("jangteo-match-answers", 1)
    assert (first["same"], first["source"], first["item"]["name"]) == (True, "accepted", "사과")
    assert first["line"]["net_g"] == 5000
    text = "\n".join(lines)
    assert "순이네" not in text
    assert "1234" not in text
    assert str(world.market.pk) not in first
    assert set(first) == {"digest", "line", "item", "same", "source"}
    assert list(learning.export_lines(learning.taught())) == lines


def test_an_answer_that_was_taken_back_teaches_nothing(world: World) -> None:
    known = item(None, "국산 사과 5kg")
    say(world, "사과 5키로", known, same=True, offer=7)
    with market_scope(world.market.pk):
        take_back(7, Answerer(market_id=world.market.pk, person_id=None, role="office", now=NOON))
    assert learning.taught() == []


def test_people_who_disagree_teach_nothing_and_most_win(world: World) -> None:
    known = item(None, "국산 사과 5kg")
    say(world, "사과 5키로", known, same=True, offer=1)
    say(world, "사과 5키로", known, same=False, offer=2)
    assert learning.taught() == []
    say(world, "사과 5키로", known, same=True, offer=3)
    assert [one.answer.same for one in learning.taught()] == [True]


def test_a_market_that_does_not_share_teaches_nobody(world: World) -> None:
    say(world, "사과 5키로", item(None, "국산 사과 5kg"), same=True)
    assert len(learning.taught()) == 1
    set_catalog_settings(
        actor=world.office(), market_id=world.market.pk, match_auto_bp=9700, units={},
        shares_items=False, now=NOON,
    )  # fmt: skip
    assert learning.taught() == []


def test_too_few_answers_are_said_so(world: World) -> None:
    say(world, "사과 5키로", item(None, "국산 사과 5kg"), same=True)
    with pytest.raises(TooFewAnswers) as told:
        train_matcher(actor=Actor.system(), now=NOON)
    assert told.value.details["answers"] == 1
    assert not MatcherVersion.objects.exists()


@pytest.fixture
def fewer_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of the families that ship instead of all: minutes become seconds."""
    every = base_examples()
    some = sorted({one.family for one in every})[:20]
    kept = [one for one in every if one.family in some]
    monkeypatch.setattr(learning, "base_examples", lambda: kept)


@pytest.mark.usefixtures("fewer_families")
def test_a_matcher_is_learned_used_and_one_action_goes_back(world: World) -> None:
    many(world)
    trained = train_matcher(actor=Actor.system(), now=NOON)
    row = MatcherVersion.objects.get()
    assert (trained.version, row.answers) == (1, trained.answers)
    assert trained.answers >= 50
    assert trained.metrics["held_out"] >= 5
    assert row.is_active == (not row.held_back)
    activate_matcher(actor=Actor.system(), version=1, now=NOON)
    matchers.forget_matcher()
    assert (matcher_in_use().version, matcher_in_use().name) == (1, "sameitem-1")
    activate_matcher(actor=Actor.system(), version=0, now=NOON)
    assert matcher_in_use().name == "sameitem-0"

    activate_matcher(actor=Actor.system(), version=1, now=NOON)
    folder = matchers.matcher_folder(row.file_name)
    spoil(folder)
    matchers.forget_matcher()
    assert matcher_in_use().name == "sameitem-0"
    with pytest.raises(MatcherUnreadable):
        activate_matcher(actor=Actor.system(), version=1, now=NOON)


def spoil(folder: Path) -> None:
    """Change one file a little."""
    path = next(folder.iterdir())
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")


@pytest.mark.usefixtures("fewer_families")
def test_a_matcher_that_got_worse_is_kept_but_held_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(world)
    # the one in use judges these pairs without fault, the new one learns nothing of use here
    perfect = learning.Quality(pairs=9, f1=1.0, precision=1.0, recall=1.0, unsure=0.0)
    real = learning.quality
    in_use = matcher_in_use().matcher
    monkeypatch.setattr(
        learning,
        "quality",
        lambda matcher, examples: perfect if matcher is in_use else lower(real(matcher, examples)),
    )
    trained = train_matcher(actor=Actor.system(), now=NOON)
    assert trained.held_back.startswith("answers: F1 0.")
    assert not MatcherVersion.objects.get().is_active
    matchers.forget_matcher()
    assert matcher_in_use().version == 0


def lower(found: learning.Quality) -> learning.Quality:
    """The same figures with an F1 below one."""
    return learning.Quality(
        pairs=found.pairs, f1=min(found.f1, 0.9), precision=found.precision, recall=found.recall,
        unsure=found.unsure,
    )  # fmt: skip


def test_an_unknown_version_cannot_be_used() -> None:
    with pytest.raises(MatcherNotFound):
        activate_matcher(actor=Actor.system(), version=9, now=NOON)
