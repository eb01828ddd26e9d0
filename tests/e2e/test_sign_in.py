"""Coming in with a real browser: a stall owner's one tap, a shopper's code, a page's keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.accounts.actions.request_sign_in import request_sign_in
from jangteo.apps.accounts.links import sent_link
from jangteo.apps.messaging.models import Message
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Role
from tests.apps.accounts.helpers import code_in
from tests.e2e.conftest import LiveSite
from tests.world import grant, guest, make_world, person

pytestmark = pytest.mark.e2e


def test_a_stall_owner_comes_in_with_one_tap_and_stays(
    live_site: LiveSite, phone_page: Page
) -> None:
    world = make_world()
    world.stall("soonja", name="순자네 채소")
    who = person(name="박순자")
    grant(who, Role.STALL_OWNER, world, "soonja")
    link = sent_link(phone=str(who.phone), next_path="/me", now=utc_now())
    phone_page.goto(live_site.url + "/in/link/" + link.split("/in/link/")[1])
    button = phone_page.get_by_role("button", name="내 가게로 들어가기")
    box = button.bounding_box()
    assert box
    assert (round(box["height"]) >= 88, round(box["width"]) >= 350) == (True, True)
    button.tap()
    expect(phone_page.get_by_text("순자네 채소")).to_be_visible()
    kept = next(c for c in phone_page.context.cookies() if c["name"] == "sessionid")
    assert (kept["httpOnly"], kept["sameSite"]) == (True, "Lax")
    days = (kept["expires"] - utc_now().timestamp()) / 86_400
    assert round(days) == 180


def test_a_shopper_types_the_code_and_fixes_a_typo(live_site: LiveSite, phone_page: Page) -> None:
    live_site.expect_console("status of 422")
    make_world("moon")
    make_world("sun")
    phone_page.goto(live_site.url + "/in?next=/me")
    field = phone_page.get_by_label("휴대전화 번호")
    field.fill("010-12")
    field.press("Enter")
    expect(phone_page.get_by_text("휴대전화 번호가 아니에요")).to_be_visible()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("010 1234 5678")
    field.press("Enter")
    digits = phone_page.get_by_label("여섯 자리 숫자")
    expect(digits).to_be_focused()
    assert digits.get_attribute("autocomplete") == "one-time-code"
    digits.fill(code_in(Message.objects.get()))
    digits.press("Enter")
    expect(phone_page.get_by_role("heading", name="내 정보", exact=True)).to_be_visible()


def test_the_sandbox_inbox_fills_by_itself(live_site: LiveSite, desk_page: Page) -> None:
    desk_page.goto(live_site.url + "/sandbox/messages")
    expect(desk_page.get_by_text("아직 보낸 문자가 없어요")).to_be_visible()
    request_sign_in(actor=guest(), phone="010-1234-5678", now=utc_now())
    code = code_in(Message.objects.get())
    expect(desk_page.locator(".message-code")).to_have_text(code)


def test_a_device_is_sent_out_by_keyboard(live_site: LiveSite, desk_page: Page) -> None:
    who = person(name="김하늘")
    live_site.sign_in(desk_page, who)
    here = live_site.sign_in(desk_page, who)
    desk_page.goto(live_site.url + "/me")
    expect(desk_page.locator("#devices li")).to_have_count(2)
    desk_page.get_by_role("button", name="Test 내보내기").focus()
    desk_page.keyboard.press("Enter")
    expect(desk_page.locator("#devices li")).to_have_count(1)
    assert who.devices.get().session_key == here


def test_english_is_one_press_away(live_site: LiveSite, phone_page: Page) -> None:
    phone_page.goto(live_site.url + "/in/staff")
    phone_page.get_by_role("button", name="English").click()
    expect(phone_page.locator("html")).to_have_attribute("lang", "en")
    assert phone_page.url.endswith("/in/staff")


def test_every_page_of_coming_in_is_readable_for_everybody(
    live_site: LiveSite, phone_page: Page
) -> None:
    live_site.expect_console("status of (404|410)")
    make_world("moon")
    world = make_world("sun")
    world.stall("soonja", name="순자네 채소")
    owner, staff = person(name="박순자"), person(name="이정호")
    grant(owner, Role.STALL_OWNER, world, "soonja")
    grant(staff, Role.OFFICE, world)
    link = sent_link(phone=str(owner.phone), next_path="", now=utc_now()).split("/in/link/")[1]

    def audit(path: str) -> None:
        phone_page.goto(live_site.url + path)
        assert live_site.audit(phone_page) == [], path
        wide = phone_page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, path

    for path in ("/", "/in", "/in/staff", f"/in/link/{link}", "/in/link/nobody", "/nowhere"):
        audit(path)
    live_site.sign_in(phone_page, owner)
    audit("/me")
    audit("/sandbox/messages")
    live_site.sign_in(phone_page, staff)
    audit("/in/factors")
    audit("/me")
