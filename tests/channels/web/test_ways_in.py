"""The pages to come in, as a browser without scripts meets them."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from jangteo.apps.accounts.links import sent_link
from jangteo.apps.accounts.models import Person
from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.models import Cart, CartLine
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.apps.accounts.helpers import code_in, newest, token_in
from tests.world import four_stalls, grant, make_world, person

pytestmark = pytest.mark.django_db
PHONE = "+821012345678"
PASSWORD = "감나무 아래 세 사람"


@pytest.fixture(autouse=True)
def _two_markets() -> None:
    make_world("moon")
    make_world("sun")


def _text(response: HttpResponse) -> str:
    return response.content.decode()


def _ask(client: Client, next_path: str = "") -> Message:
    answer = client.post("/in", {"phone": "010-1234-5678", "next": next_path})
    assert (answer.status_code, answer["Location"]) == (302, "/in/code")
    return newest(PHONE)


def _link(phone: str, next_path: str = "") -> str:
    address = sent_link(phone=phone, next_path=next_path, now=utc_now())
    return "/in/link/" + address.split("/in/link/")[1]


def _lasts(client: Client) -> timedelta:
    expiry = client.session.get_expiry_date() - timezone.now()
    return timedelta(seconds=round(expiry.total_seconds() / 60) * 60)


def test_phone_then_code_then_back_to_where_one_was(client: Client) -> None:
    message = _ask(client, "/me?x=1")
    page = client.get("/in/code")
    assert "010-****-5678" in _text(page)
    wrong = client.post("/in/code", {"code": "1"})
    assert (wrong.status_code, "4번 더 할 수 있어요" in _text(wrong)) == (422, True)
    done = client.post("/in/code", {"code": code_in(message)})
    assert (done.status_code, done["Location"]) == (302, "/me?x=1")
    assert _lasts(client) == timedelta(hours=12)
    assert client.get("/me").status_code == 200


def test_a_remembered_phone_stays_for_half_a_year(client: Client) -> None:
    message = _ask(client)
    client.post("/in/code", {"code": code_in(message), "remember": "on"})
    assert _lasts(client) == timedelta(days=180)
    who = Person.objects.get(phone=PHONE)
    assert who.devices.get().is_trusted


def test_the_session_key_changes_at_sign_in(client: Client) -> None:
    message = _ask(client)
    before = client.session.session_key
    client.post("/in/code", {"code": code_in(message)})
    assert client.session.session_key != before
    assert Person.objects.get().devices.get().session_key == client.session.session_key


def test_a_wrong_number_says_how_to_write_it(client: Client) -> None:
    answer = client.post("/in", {"phone": "02-123-4567"})
    assert answer.status_code == 422
    assert "010-1234-5678처럼" in _text(answer)
    assert 'value="02-123-4567"' in _text(answer)


def test_a_preview_of_a_link_burns_nothing_and_one_press_opens_the_stall(client: Client) -> None:
    world = make_world()
    world.stall("soonja")
    who = person(name="박순자")
    grant(who, Role.STALL_OWNER, world, "soonja")
    link = _link(str(who.phone))
    for _ in range(3):
        page = Client().get(link)
        assert page.status_code == 200
        assert "박순자 님" in _text(page)
        assert 'name="remember" value="on" checked' in _text(page)
    done = client.post(link, {"remember": "on"})
    assert (done.status_code, done["Location"]) == (302, "/desk/")
    assert _lasts(client) == timedelta(days=180)
    again = Client().get(link)
    assert (again.status_code, "쓸 수 없어요" in _text(again)) == (410, True)
    assert "이미 들어와 계세요" in _text(client.get(link))
    assert Client().post(link).status_code == 410


def test_a_post_from_another_site_opens_nothing() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(_link(str(person().phone)), {})
    assert answer.status_code == 403
    assert "새로 고친 다음" in _text(answer)


def test_a_link_does_not_open_the_office_but_leads_to_the_two_factors(client: Client) -> None:
    world = make_world()
    who = person()
    grant(who, Role.OFFICE, world)
    done = client.post(_link(str(who.phone)))
    assert done["Location"] == "/in/factors"
    assert client.session["strong"] is False
    assert "직원 일은 아직 잠겨 있어요" in _text(client.get("/me"))


def test_setting_up_two_factors_and_coming_back_with_them(client: Client) -> None:
    world = make_world()
    who = person(phone=PHONE)
    grant(who, Role.OFFICE, world)
    client.post(_link(PHONE))
    assert client.post("/in/factors", {"step": "password", "password": "짧다"}).status_code == 422
    done = client.post("/in/factors", {"step": "password", "password": PASSWORD})
    assert done.status_code == 302
    page = client.get("/in/factors")  # the session lives on although the password changed
    assert page.status_code == 200
    assert "data:image/svg+xml" in _text(page)
    secret = client.session["totp_offer"]
    assert secret in _text(page)
    app = pyotp.TOTP(secret)
    used = app.now()
    assert client.post("/in/factors", {"step": "code", "code": used}).status_code == 302
    assert client.session["strong"] is True
    other = Client()
    form = {"phone": "010-1234-5678", "password": PASSWORD, "next": "/me"}
    assert other.post("/in/staff", form | {"code": used}).status_code == 422
    later = app.at(utc_now() + timedelta(seconds=30))
    answer = other.post("/in/staff", form | {"code": later, "remember": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/me")
    assert other.session["strong"] is True
    assert _lasts(other) == timedelta(hours=12)


def test_factors_that_stand_are_not_shown_to_a_link(client: Client) -> None:
    who = person(totp_secret=pyotp.random_base32())
    who.set_password(PASSWORD)
    who.save()
    grant(who, Role.OFFICE, make_world())
    client.post(_link(str(who.phone)))
    assert client.get("/in/factors").status_code == 403


def test_what_a_guest_had_in_the_cart_comes_along(client: Client) -> None:
    world = four_stalls()
    client.get("/in")  # a page without an actor sets no cookie
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    message = _ask(client)
    assert client.cookies["jt_guest"]["httponly"]
    key = client.cookies["jt_guest"].value.split(":")[0]
    with every_market():
        cart = Cart.objects.create(market=world.market, guest_key=key)
        CartLine.objects.create(
            market=world.market,
            cart=cart,
            offer=world.offers["무"],
            quantity=2,
            seen_price_krw=2000,
        )
    client.post("/in/code", {"code": code_in(message)})
    with every_market():
        line = CartLine.objects.get()
        assert line.cart.person == Person.objects.get(phone=PHONE)


def test_a_link_in_the_message_works_as_sent(client: Client) -> None:
    done = client.post("/in/link/" + token_in(_ask(client)))
    assert (done.status_code, done["Location"]) == (302, "/")


def test_an_outside_address_is_not_followed(client: Client) -> None:
    message = _ask(client, "//evil.example/x")
    assert client.post("/in/code", {"code": code_in(message)})["Location"] == "/"
