"""A person adds a passkey and signs in with it, with Chromium's own virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from jangteo.apps.accounts.models import Passkey, Person
from jangteo.platform.permissions import Role
from tests.e2e.conftest import LiveSite
from tests.world import grant, make_world, person

pytestmark = pytest.mark.e2e


def _authenticator(page: Page) -> CDPSession:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return cdp


def _add_passkey(site: LiveSite, page: Page, who: Person) -> None:
    site.sign_in(page, who)
    page.goto(site.url + "/me")
    page.get_by_role("button", name="이 기기에 패스키 만들기").click()
    expect(page.locator("#passkeys li")).to_have_count(1)
    page.get_by_role("button", name="나가기").click()
    page.wait_for_url(lambda url: not url.endswith("/me"))


def test_add_a_passkey_and_sign_in_with_it(live_site: LiveSite, phone_page: Page) -> None:
    who = person(name="박순자")
    _authenticator(phone_page)
    _add_passkey(live_site, phone_page, who)
    key = Passkey.objects.get(person=who)
    assert key.last_used_at is None
    phone_page.goto(live_site.url + "/in?next=/me")
    phone_page.get_by_role("button", name="지문·얼굴로 들어가기").click()
    expect(phone_page.get_by_role("heading", name="박순자 님")).to_be_visible()
    used = Passkey.objects.get(person=who)
    assert used.last_used_at is not None
    assert used.sign_count > key.sign_count
    device = who.devices.get()
    assert (device.is_strong, device.is_trusted) == (True, True)


def test_a_staff_passkey_opens_the_office_role(live_site: LiveSite, desk_page: Page) -> None:
    who = person(name="이정호")
    make_world()
    grant(who, Role.OFFICE, make_world())
    _authenticator(desk_page)
    _add_passkey(live_site, desk_page, who)
    desk_page.goto(live_site.url + "/in/staff?next=/me")
    desk_page.get_by_role("button", name="패스키로 들어가기").click()
    expect(desk_page.get_by_role("heading", name="일하는 곳")).to_be_visible()
    expect(desk_page.get_by_text("직원 일은 아직 잠겨 있어요")).to_have_count(0)
    device = who.devices.get()
    # staff are never remembered past the working day
    assert (device.is_strong, device.is_trusted) == (True, False)


def test_a_passkey_of_nobody_is_refused_in_words(live_site: LiveSite, phone_page: Page) -> None:
    live_site.expect_console("status of 422")
    who = person(name="김하늘")
    _authenticator(phone_page)
    _add_passkey(live_site, phone_page, who)
    Passkey.objects.all().delete()
    phone_page.goto(live_site.url + "/in")
    phone_page.get_by_role("button", name="지문·얼굴로 들어가기").click()
    expect(phone_page.get_by_role("alert")).to_contain_text("패스키를 확인하지 못했어요")
