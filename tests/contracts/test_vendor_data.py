"""What leaves for a vendor, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jangteo.apps.accounts.models import Consent
from jangteo.apps.decisions.decide import Decided, decide
from jangteo.apps.decisions.models import Decision
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import market_scope
from tests.vendor_service import (
    ROW,
    Placed,
    Row,
    hire,
    row,
    serving,
)
from tests.world import NOON, World, make_world, person, shopper

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def decided(
    world: World, subject: Actor | None = None, **more: Any
) -> tuple[Decided[Placed], Decision]:
    with market_scope(world.market.pk):
        made = decide(
            ROW,
            more.pop("request", row()),
            subject=subject,
            market_id=world.market.pk,
            now=NOON,
            **more,
        )
        return made, Decision.objects.get(pk=made.id)


def _bodies(vendor: Any) -> list[dict[str, Any]]:
    return [json.loads(body) for path, body in vendor.received if path == "/v1/decide"]


def _consent(who: Actor, *purposes: str) -> None:
    for purpose in purposes:
        Consent.objects.create(person_id=who.person_id, purpose=purpose, is_given=True, at=NOON)


def _like(request: Row) -> Row:
    return request.model_copy(update={"liked": [2, 4]})


def test_what_leaves_byte_for_byte(world: World) -> None:
    who = Actor(person_id=person(name="김하늘", phone="+821055557777").pk)
    _consent(who, "personal", "vendors")
    with serving() as (url, vendor):
        hire(world, url, scope=("things", "liked"))
        made, logged = decided(
            world, who, request=row(note="우리만 아는 것"), personalise=_like, about="home"
        )
        ((path, body),) = vendor.received
    sent = json.loads(body)
    subject = sent["subject"]
    within_ms = sent["deadline_ms"]
    assert path == "/v1/decide"
    assert (
        body
        == (
            f'{{"contract":"1","decision_id":"{made.id}","capability":"test-row","capability_version":1,'
            f'"subject":"{subject}","sandbox":false,"deadline_ms":{within_ms},"request":{{"things":['
            '{"id":1,"popularity":0.0,"is_sold_out":false},{"id":2,"popularity":1.0,"is_sold_out":false},'
            '{"id":3,"popularity":0.0,"is_sold_out":true},{"id":4,"popularity":9.0,"is_sold_out":false}],'
            '"liked":[2,4]}}'
        ).encode()
    )
    assert 0 < within_ms <= 300
    assert len(subject) == 32
    for secret in ("5555", "7777", "하늘", str(logged.subject), logged.subject.hex):
        assert secret not in body.decode()
    assert (logged.is_personal, logged.saw) == (True, ["liked", "things"])


@pytest.mark.parametrize("purposes", [(), ("personal",), ("vendors",)])
def test_without_her_yes_nothing_of_her_leaves(world: World, purposes: tuple[str, ...]) -> None:
    who = shopper()
    _consent(who, *purposes)
    with serving() as (url, vendor):
        hire(world, url)
        _, logged = decided(world, who, personalise=_like)
        (sent,) = _bodies(vendor)
    assert sent["subject"] is None
    assert set(sent["request"]) == {"things", "note"}
    assert logged.is_personal is False


def test_her_no_means_no_vendor_at_all(world: World) -> None:
    who = shopper()
    Consent.objects.create(person_id=who.person_id, purpose="personal", is_given=False, at=NOON)
    with serving() as (url, vendor):
        hire(world, url)
        _, logged = decided(world, who, personalise=_like)
        assert vendor.received == []
    assert (logged.provider, logged.subject) == ("built-in", None)


def test_two_vendors_know_the_same_person_under_different_keys(world: World) -> None:
    who = shopper()
    _consent(who, "personal", "vendors")
    seen = []
    for slug in ("vendor-one", "vendor-two"):
        with serving() as (url, vendor):
            hire(world, url, slug=slug)
            decided(world, who)
            decided(world, who)
            first, second = (sent["subject"] for sent in _bodies(vendor))
        assert first == second
        seen.append(first)
    assert seen[0] != seen[1]
