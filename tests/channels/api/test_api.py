"""The API sells over HTTP: read, place, pay, answer, refund; problems in one form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jangteo.apps.accounts.actions.issue_api_token import issue_api_token
from jangteo.apps.accounts.models import Person
from jangteo.apps.catalog.models import Offer
from jangteo.apps.decisions.models import Decision
from jangteo.apps.payments.providers import sandbox
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market
from tests.world import World, four_stalls, grant, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return four_stalls()


def token(who: Person, *scopes: str) -> dict[str, str]:
    issued = issue_api_token(
        actor=Actor(person_id=who.pk), label="test", scopes=scopes, days=1, now=utc_now()
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {issued.token}"}


def _order(world: World, **fields: Any) -> dict[str, Any]:
    lines = [
        {"offer_id": world.offers["대파"].pk, "quantity": 2},
        {"offer_id": world.offers["두부"].pk, "quantity": 1},
    ]
    body = {
        "lines": lines,
        "way": "pickup",
        "contact_name": "김하늘",
        "contact_phone": "010-1234-5678",
        "seen_total_krw": 6800,
    }
    return body | fields


def test_search_answers_in_the_agreed_shape(client: Client, world: World) -> None:
    found = client.get(f"/api/v1/markets/{world.market.slug}/search", {"q": "대파"}).json()
    assert found == {
        "results": [
            {
                "offer_id": world.offers["대파"].pk,
                "name": "대파",
                "stall": "vegetable",
                "price_krw": 2500,
                "unit": "1개",
                "origin": "국내산",
                "storage": "room",
            }
        ]
    }


def test_picks_are_on_sale_limited_explained_and_for_nobody(client: Client, world: World) -> None:
    base = f"/api/v1/markets/{world.market.slug}"
    with every_market():
        Offer.objects.filter(pk=world.offers["두부"].pk).update(state="sold_out")
        Offer.objects.filter(pk=world.offers["무"].pk).update(
            arrived_on=seoul_day(utc_now()), stall=world.stalls["side"]
        )
    found = client.get(f"{base}/picks", {"limit": 2}).json()
    assert found["picks"][0]["name"] == "무"
    assert len(found["picks"]) == 2
    assert found["picks"][0]["reason_ko"] == "오늘 아침에 들어왔어요"
    assert found["picks"][0]["price_krw"] == 2000
    assert (found["is_ai"], found["reason_en"]) == (
        True, "An even choice from 2 stalls, with 1 that came in today."
    )  # fmt: skip
    with every_market():
        assert Decision.objects.get(pk=found["decision_id"]).subject is None
    assert client.get(found["why_path"]).status_code == 200
    everything = client.get(f"{base}/picks").json()["picks"]
    assert "두부" not in [pick["name"] for pick in everything]
    assert client.get(f"{base}/picks", {"limit": 0}).status_code == 422
    assert client.get("/api/v1/markets/no-such/picks").status_code == 404


def test_an_order_is_placed_once_paid_and_answered(client: Client, world: World) -> None:
    buyer, owner = person(), person()
    grant(owner, Role.STALL_OWNER, world, "vegetable")
    mine = token(buyer, "orders:read", "orders:write")
    base = f"/api/v1/markets/{world.market.slug}"
    post = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "order-0001", **mine}
    first = client.post(f"{base}/orders", _order(world), **post)
    again = client.post(f"{base}/orders", _order(world), **post)
    assert (first.status_code, again.json()["repeated"]) == (200, True)
    placed = first.json()
    assert (placed["number"], placed["tax_free_krw"]) == (again.json()["number"], 5000)
    pages = {"success_url": "/ok", "fail_url": "/no"}
    number = placed["number"]
    client.post(f"{base}/orders/{number}/pay", pages, content_type="application/json", **mine)
    key = sandbox().authorize(placed["payment_order_no"], 6800, 5000)
    paid = client.post(
        f"{base}/orders/{number}/confirm",
        {"payment_key": key, "amount_krw": 6800},
        content_type="application/json",
        **mine,
    )
    assert paid.json() == {"number": number, "amount_krw": 6800}
    theirs = token(owner, "stall:read", "stall:write")
    waiting = client.get(f"{base}/stalls/vegetable/orders", **theirs).json()
    assert [(w["number"], w["part"]["state"]) for w in waiting] == [(number, "ringing")]
    line = waiting[0]["part"]["lines"][0]["line_id"]
    answered = client.post(
        f"{base}/stalls/vegetable/orders/{waiting[0]['order_id']}"
        f"/parts/{waiting[0]['part']['part_id']}/answer",
        {"available": [{"line_id": line, "units": 1}]},
        content_type="application/json",
        **theirs,
    )
    assert answered.json()["remaining_krw"] == 2500
    order = client.get(f"{base}/orders/{number}", **mine).json()
    assert (order["state"], order["refunded_krw"]) == ("paid", 2500)


def test_problems_have_one_form_and_the_clients_language(client: Client, world: World) -> None:
    base = f"/api/v1/markets/{world.market.slug}"
    missing = client.get(f"{base}/offers/999999", HTTP_ACCEPT_LANGUAGE="en")
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"
    assert set(missing.json()) == {"type", "title", "status", "detail", "fields"}
    nobody = client.get(f"{base}/orders")
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, "Bearer")
    wrong = client.post(
        f"{base}/orders",
        _order(world, contact_phone="12"),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="order-0002",
        **token(person(), "orders:write"),
    )
    assert (wrong.status_code, wrong.json()["fields"][0]["field"]) == (422, "contact_phone")
    assert client.get("/api/v1/nothing").status_code == 404


def test_a_token_does_only_what_its_scopes_say(client: Client, world: World) -> None:
    buyer = person()
    reader = token(buyer, "orders:read")
    url = f"/api/v1/markets/{world.market.slug}/orders"
    refused = client.post(
        url,
        _order(world),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="order-0003",
        **reader,
    )
    assert refused.status_code == 403
    assert client.get(url, **reader).json() == []


def test_a_token_that_ran_out_is_nobody(client: Client, world: World) -> None:
    buyer = person()
    mine = token(buyer, "orders:read")
    buyer.tokens.update(expires_at=utc_now() - timedelta(seconds=1))
    url = f"/api/v1/markets/{world.market.slug}/orders"
    assert client.get(url, **mine).status_code == 401
