"""My page, the language, the sandbox's phones, and what is shown when something is wrong."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from jangteo.apps.accounts.actions.request_sign_in import request_sign_in
from jangteo.apps.accounts.errors import SignInNeeded
from jangteo.apps.accounts.links import sent_link
from jangteo.apps.accounts.models import Device, Person
from jangteo.channels.web import people, views
from jangteo.channels.web.middleware import friendly_errors
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError, NotFound, TooManyRequests
from tests.apps.accounts.helpers import code_in, newest
from tests.world import guest, make_world, person

pytestmark = pytest.mark.django_db
PHONE = "+821012345678"


def _text(response: HttpResponse) -> str:
    return response.content.decode()


def _signed_in(who: Person) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 13) Chrome/120 KAKAOTALK"})
    client.post(sent_link(phone=str(who.phone), next_path="", now=utc_now()))
    return client


def test_my_page_shows_devices_by_their_names_and_ends_them() -> None:
    who = person(name="김하늘")
    here, there = _signed_in(who), _signed_in(who)
    page = _text(here.get("/me"))
    assert page.count("Android · KakaoTalk") >= 2
    other = Device.objects.exclude(session_key=here.session.session_key).get()
    assert here.post(f"/me/device/{other.pk}/end").status_code == 302
    assert there.get("/me")["Location"] == "/in?next=%2Fme"
    assert here.get("/me").status_code == 200


def test_everybody_else_is_signed_out_at_once() -> None:
    who = person()
    here, there = _signed_in(who), _signed_in(who)
    here.post("/me/devices/end-others")
    assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 302)


def test_signing_out_ends_session_and_device() -> None:
    client = _signed_in(person())
    assert client.get("/out").status_code == 405
    client.post("/out")
    assert client.get("/me").status_code == 302
    assert not Device.objects.exists()


def test_a_name_is_changed() -> None:
    who = person()
    client = _signed_in(who)
    assert client.post("/me", {"name": "김하늘"})["Location"] == "/me?saved=1"
    assert "김하늘 님" in _text(client.get("/me"))
    assert client.post("/me", {"name": "가" * 41}).status_code == 422


def test_a_day_later_the_device_is_seen_and_the_session_lasts_from_then() -> None:
    who = person()
    client = _signed_in(who)
    Device.objects.update(last_seen_at="2026-01-01T00:00:00Z")
    client.get("/me")
    assert Device.objects.get().last_seen_at.year == 2026
    assert Device.objects.get().last_seen_at.month == 1
    session = client.session
    session["seen"] = "2026-01-01"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    client.get("/me")
    assert (utc_now() - Device.objects.get().last_seen_at).total_seconds() < 60


def test_the_language_stays_in_the_browser_and_with_the_person() -> None:
    who = person()
    client = _signed_in(who)
    answer = client.post("/language", {"language": "en", "next": "/me"})
    assert answer["Location"] == "/me"
    assert client.cookies["jt_language"].value == "en"
    who.refresh_from_db()
    assert who.language == "en"
    assert 'lang="en"' in _text(client.get("/in/staff"))
    client.post("/language", {"language": "xx", "next": "//evil"})
    assert client.cookies["jt_language"].value == "en"


def test_one_market_opens_at_once_and_several_are_listed(client: Client) -> None:
    assert "아직 문을 연 시장이 없어요" in _text(client.get("/"))
    make_world("moon", name="달빛시장")
    assert client.get("/")["Location"] == "/m/moon/"
    make_world("sun", name="햇살시장")
    page = _text(client.get("/"))
    assert ("달빛시장" in page, "햇살시장" in page, 'href="/m/sun/"' in page) == (True,) * 3


def test_the_sandbox_shows_the_code_large_and_the_link_ready(client: Client) -> None:
    request_sign_in(actor=guest(), phone=PHONE, now=utc_now())
    page = _text(client.get("/sandbox/messages"))
    assert f'<strong class="message-code">{code_in(newest(PHONE))}</strong>' in page
    assert '<a href="/in/link/' in page
    assert "진짜 문자는 가지 않아요" in page
    assert "010-1234-5678" in page
    part = _text(client.get("/sandbox/messages?part=1"))
    assert "<html" not in part
    assert "message-code" in part


def test_without_sandbox_pages_there_is_no_sandbox(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "config", lambda: SimpleNamespace(sandbox_pages=False))
    assert client.get("/sandbox/messages").status_code == 404


def test_an_uploaded_picture_is_kept_by_browsers(client: Client) -> None:
    name = f"{'0' * 32}-320.webp"
    config().media_dir.mkdir(parents=True, exist_ok=True)
    (config().media_dir / name).write_bytes(b"RIFF")
    answer = client.get(f"/media/{name}")
    assert b"".join(answer.streaming_content) == b"RIFF"
    assert "immutable" in answer["Cache-Control"]
    assert client.get("/media/../secret_key").status_code == 404
    assert client.get(f"/media/{'1' * 32}-320.webp").status_code == 404


def _answer(problem: JangteoError, path: str = "/x", **headers: str) -> HttpResponse | None:
    middleware = friendly_errors(lambda _request: HttpResponse())
    return middleware.process_exception(RequestFactory(headers=headers).get(path), problem)


def test_an_error_on_purpose_becomes_a_page_with_its_words_and_status() -> None:
    answer = _answer(TooManyRequests(wait_seconds=42))
    assert answer is not None
    assert answer.status_code == 429
    assert "42초 뒤에" in _text(answer)


def test_htmx_gets_a_toast_and_fetch_gets_json() -> None:
    toast = _answer(NotFound(), HX_Request="true")
    assert toast is not None
    assert json.loads(toast["HX-Trigger"]) == {"toast": {"text": NotFound.ko}}
    assert (toast["HX-Reswap"], toast.content) == ("none", b"")
    fetched = _answer(NotFound(), Accept="application/json")
    assert fetched is not None
    assert json.loads(fetched.content) == {"code": "not-found", "message": NotFound.ko}


def test_a_visitor_who_must_sign_in_is_sent_there_and_back() -> None:
    answer = _answer(SignInNeeded(), "/stall/money?day=1")
    assert answer is not None
    assert answer["Location"] == "/in?next=%2Fstall%2Fmoney%3Fday%3D1"


def test_the_api_and_unknown_errors_are_left_alone() -> None:
    assert _answer(NotFound(), "/api/v1/x") is None
    middleware = friendly_errors(lambda _request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), KeyError("x")) is None


def test_unknown_addresses_and_broken_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = client.get("/nowhere")
    assert (missing.status_code, "찾는 것이 없어요" in _text(missing)) == (404, True)
    api = client.get("/api/nowhere")
    assert (api.status_code, api["Content-Type"]) == (404, "application/problem+json")

    def breaks(_request: HttpRequest) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(views, "market_list", lambda: breaks(HttpRequest()))
    client.raise_request_exception = False
    broken = client.get("/")
    assert (broken.status_code, "문의할 때 이 번호를" in _text(broken)) == (500, True)


def test_a_guest_key_is_signed_and_made_once() -> None:
    request = RequestFactory().get("/")
    request.user = SimpleNamespace()
    actor = people.request_actor(request)
    assert people.request_actor(request) is actor
    assert len(actor.guest_key) == 32
    response = HttpResponse()
    people.put_guest_cookie(request, response)
    again = RequestFactory().get("/")
    again.user = SimpleNamespace()
    again.COOKIES["jt_guest"] = response.cookies["jt_guest"].value
    assert people.request_actor(again).guest_key == actor.guest_key
    forged = RequestFactory().get("/")
    forged.user = SimpleNamespace()
    forged.COOKIES["jt_guest"] = "x" + response.cookies["jt_guest"].value
    assert people.request_actor(forged).guest_key != "x" + actor.guest_key


@pytest.mark.parametrize(
    ("https", "forwarded", "seen"),
    [(False, "203.0.113.9", "127.0.0.1"), (True, "198.51.100.1, 203.0.113.9", "203.0.113.9")],
)
def test_the_address_a_proxy_saw_is_believed_only_behind_one(
    https: bool, forwarded: str, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "config", lambda: SimpleNamespace(https=https))
    request = RequestFactory(headers={"X-Forwarded-For": forwarded}).get("/")
    assert people.client_address(request) == seen
