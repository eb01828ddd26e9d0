"""Adding a capability touches only its own files: one is defined here, and everything else works on it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from jangteo.apps.accounts.models import Consent
from jangteo.apps.decisions.capability import (
    Capability,
    ProposalRefused,
    Reason,
    Work,
    capabilities,
    register,
)
from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.models import CapabilitySetting, Decision, Mode, Subject
from jangteo.apps.decisions.setup import touch_setup
from jangteo.platform.tenancy import market_scope
from tests.world import NOON, World, guest, make_world, shopper

pytestmark = pytest.mark.django_db


class Ripe(BaseModel):
    """Which of these fruits to put in front."""

    fruits: list[str]
    liked: list[str] = []


class Front(BaseModel):
    """One of them."""

    fruit: str


def _check(request: Ripe, proposal: Front) -> None:
    if proposal.fruit not in request.fruits:
        raise ProposalRefused("unknown-id")


def _built_in(request: Ripe) -> Front:
    return Front(fruit=request.liked[0] if request.liked else max(request.fruits))


RIPEST = register(
    Capability(
        key="test-ripest",
        version=1,
        name_ko="앞에 둘 과일",
        name_en="Fruit in front",
        about_ko="앞에 둘 과일을 고릅니다.",
        about_en="Chooses the fruit to put in front.",
        request_type=Ripe,
        proposal_type=Front,
        baseline=lambda request: Front(fruit=request.fruits[0]),
        built_in=_built_in,
        built_in_version="1.0",
        check=_check,
        baseline_reason=Reason(ko="맨 앞 과일이에요.", en="The first one."),
        explain=lambda request, proposal: Reason(ko=f"{proposal.fruit}", en=f"{proposal.fruit}!"),
        outcome="sold",
        work=Work(of="stall", ko="과일 고르기", en="choosing fruit", minutes=1, source="test"),
        fields={"fruits": ("과일", "fruits"), "liked": ("좋아한 것", "liked before")},
        personal_fields=frozenset({"liked"}),
        is_consequential=True,
    )
)


@pytest.fixture
def world() -> World:
    return make_world()


def _like(request: Ripe) -> Ripe:
    return request.model_copy(update={"liked": ["apple"]})


def _run(world: World, **more: object) -> tuple[object, Decision]:
    with market_scope(world.market.pk):
        made = decide(
            RIPEST,
            Ripe(fruits=["apple", "pear"]),
            market_id=world.market.pk,
            now=NOON,
            **more,
        )
        return made, Decision.objects.get(pk=made.id)


def test_it_is_found_decided_and_logged(world: World) -> None:
    assert capabilities()["test-ripest"] is RIPEST
    made, row = _run(world, subject=guest(), about="shelf", stall_id=3)
    assert (row.provider, row.mode, row.proposal) == ("built-in", Mode.AUTO, {"fruit": "pear"})
    assert (row.reason_ko, row.reason_en, row.about, row.stall_id) == ("pear", "pear!", "shelf", 3)
    assert row.saw == ["fruits"]
    assert row.at == NOON
    assert row.is_personal is False
    assert made.is_ai


def test_nobody_asked_means_nothing_personal(world: World) -> None:
    _, row = _run(world, subject=shopper(), personalise=_like)
    assert row.proposal == {"fruit": "pear"}
    assert row.subject is not None


def test_personal_with_consent_only_and_off_at_once(world: World) -> None:
    who = shopper()
    consent = Consent.objects.create(
        person_id=who.person_id, purpose="personal", is_given=True, at=NOON
    )
    _, row = _run(world, subject=who, personalise=_like)
    assert (row.proposal, row.is_personal) == ({"fruit": "apple"}, True)
    consent.is_given = False
    consent.save()
    _, row = _run(world, subject=who, personalise=_like)
    assert (row.proposal, row.is_personal, row.subject) == ({"fruit": "pear"}, False, None)


def test_the_log_knows_a_key_and_no_person(world: World) -> None:
    who = shopper()
    _, first = _run(world, subject=who)
    _, second = _run(world, subject=who)
    assert first.subject == second.subject
    with market_scope(world.market.pk):
        assert Subject.objects.get(key=first.subject).person_id == who.person_id


def test_a_switched_off_capability_is_the_baseline_and_says_so(world: World) -> None:
    _run(world, subject=None)
    with market_scope(world.market.pk):
        CapabilitySetting.objects.create(
            market=world.market, capability="test-ripest", is_suspended=True
        )
        touch_setup(world.market.pk)
    made, row = _run(world, subject=None)
    assert (row.provider, row.mode, row.fallback) == ("baseline", Mode.OBSERVED, "suspended")
    assert row.proposal == {"fruit": "apple"}
    assert not made.is_ai
