"""A stall's texts over HTTP: read, drafted, changed, published, within a token's scopes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jangteo.apps.accounts.actions.issue_api_token import issue_api_token
from jangteo.apps.accounts.models import Person
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor, Role
from tests.world import World, four_stalls, grant, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return four_stalls()


@pytest.fixture
def seller(world: World) -> Person:
    who = person()
    grant(who, Role.STALL_OWNER, world, "vegetable")
    return who


def token(who: Person, *scopes: str) -> dict[str, str]:
    issued = issue_api_token(
        actor=Actor(person_id=who.pk), label="test", scopes=scopes, days=1, now=utc_now()
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {issued.token}"}


def send(client: Client, method: str, path: str, body: Any, key: dict[str, str]) -> Any:
    return getattr(client, method)(path, body, content_type="application/json", **key)


def test_a_text_is_drafted_changed_and_published(
    client: Client, world: World, seller: Person
) -> None:
    base = f"/api/v1/markets/{world.market.slug}/stalls/vegetable/texts"
    key = token(seller, "catalog:write", "stall:read")
    offer_id = world.offers["대파"].pk
    wanted = {"kind": "product", "offer_id": offer_id, "after_version": 0}
    drafted = send(client, "post", base, wanted, key).json()
    assert send(client, "post", base, wanted, key).json() == drafted
    assert drafted["is_published"] is False
    [waiting] = client.get(base, **key).json()
    assert waiting["id"] == drafted["text_id"]
    assert (waiting["state"], waiting["is_ai"], waiting["version"]) == ("draft", True, 1)
    path = f"{base}/{drafted['text_id']}"
    edited = send(client, "put", path, {"text": "제주에서 온 대파예요."}, key).json()
    assert [one["kind"] for one in edited["problems"]] == ["origin"]
    newest = f"{base}/{edited['text_id']}"
    asked = send(client, "post", f"{newest}/publish", {}, key)
    assert asked.status_code == 409
    published = send(client, "post", f"{newest}/publish", {"sure": True}, key).json()
    assert published["state"] == "live"
    detail = client.get(f"/api/v1/markets/{world.market.slug}/offers/{offer_id}").json()
    assert detail["description"] == "제주에서 온 대파예요."
    assert detail["description_is_ai"] is True
    assert [one["id"] for one in client.get(base, {"which": "shown"}, **key).json()] == [
        edited["text_id"]
    ]
    gone = send(client, "post", f"{newest}/withdraw", {}, key).json()
    assert gone["state"] == "past"


def test_a_token_opens_only_what_it_names(client: Client, world: World, seller: Person) -> None:
    base = f"/api/v1/markets/{world.market.slug}/stalls/vegetable/texts"
    wanted = {"kind": "stall"}
    assert send(client, "post", base, wanted, token(seller, "stall:read")).status_code == 403
    assert client.get(base, **token(seller, "catalog:write")).status_code == 403
    assert client.get(base).status_code == 401
    fish = base.replace("vegetable", "fish")
    key = token(seller, "catalog:write", "stall:read")
    assert send(client, "post", fish, wanted, key).status_code == 403
    assert client.get(fish, **key).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "poem"}, 422),
        ({"kind": "product"}, 422),
        ({"kind": "product", "offer_id": 999_999_999}, 404),
        ({"kind": "review", "review": "가" * 10_000}, 422),
        ({"kind": "stall", "extra": 1}, 422),
        ({"kind": "review", "review": "a\x00b"}, 422),
    ],
)
def test_what_cannot_be_written_is_a_problem_in_one_form(
    client: Client, world: World, seller: Person, body: dict[str, Any], status: int
) -> None:
    base = f"/api/v1/markets/{world.market.slug}/stalls/vegetable/texts"
    answer = send(client, "post", base, body, token(seller, "catalog:write"))
    assert answer.status_code == status
    assert answer.json()["status"] == status
