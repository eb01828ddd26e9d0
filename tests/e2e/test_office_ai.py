"""The office gives a company a try in the browser: register, check, let work, look, remove."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.decisions.decide import decide
from jangteo.apps.decisions.models import Provider
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import market_scope
from tests.e2e.conftest import LiveSite
from tests.vendor_service import KEY, ROW, hire, row, serving
from tests.world import World, grant, make_world, person


@pytest.fixture
def world(live_site: LiveSite) -> World:
    return make_world("amsa", name="달빛시장")


def _office(live_site: LiveSite, page: Page, world: World) -> None:
    who = person(name="정은숙")
    grant(who, Role.OFFICE, world)
    live_site.sign_in(page, who, strong=True)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_company_is_tried_and_removed(live_site: LiveSite, desk_page: Page, world: World) -> None:
    page = desk_page
    _office(live_site, page, world)
    with serving() as (url, vendor):
        page.goto(f"{live_site.url}/office/amsa/settings")
        page.get_by_role("link", name="AI", exact=True).click()
        page.get_by_role("link", name="업체 더하기").click()
        page.get_by_role("link", name="줄 세우기: 이 일").click()
        page.get_by_label("업체 이름").fill("새벽 AI")
        page.get_by_label("서비스 주소").fill(url)
        assert live_site.audit(page) == []
        page.get_by_role("button", name="등록").click()
        secret = page.locator("code.ai-secret").first.inner_text()
        vendor.secret = secret
        page.get_by_role("link", name="전했어요").click()
        assert secret not in page.content()
        page.get_by_role("button", name="계약 검사하기").click()
        expect(page.get_by_role("status").or_(page.locator(".notice")).first).to_contain_text(
            "검사를 통과했어요"
        )
        page.get_by_role("button", name="일 시작").click()
        page.get_by_role("link", name="맡기러 가기").click()
        card = page.locator(f"#c-{KEY}")
        card.get_by_label("누가 정할까요").select_option(label="새벽 AI")
        card.get_by_role("button", name=re.compile("바꾸기")).click()
        expect(page.locator(f"#c-{KEY}").get_by_role("link", name="새벽 AI")).to_be_visible()
        with market_scope(world.market.pk):
            made = decide(ROW, row(), subject=None, market_id=world.market.pk, now=utc_now())
        assert made.provider == "saebyeok-ai"
        page.locator(f"#c-{KEY}").get_by_role("link", name="새벽 AI").click()
        assert live_site.audit(page) == []
        page.get_by_role("link", name="내보내기").click()
        expect(page.get_by_text("되돌릴 수 없어요")).to_be_visible()
        page.get_by_label("까닭").fill("시범이 끝났어요")
        page.get_by_role("button", name="내보내기").click()
        expect(page.get_by_text("비밀과 자료 범위를 없앴고")).to_be_visible()
    with market_scope(world.market.pk):
        assert Provider.objects.get().state == Provider.State.REMOVED


def test_the_pages_fit_a_telephone(live_site: LiveSite, phone_page: Page, world: World) -> None:
    page = phone_page
    _office(live_site, page, world)
    with serving("foreign") as (url, vendor):
        made = hire(world, url)
        hire(
            world,
            "http://127.0.0.1:9",
            slug="other",
            name="달빛추천",
            state="sandbox",
            is_chosen=False,
        )
        with market_scope(world.market.pk):
            for fault in ("", "", "foreign", "error", ""):
                vendor.fault = fault
                decide(ROW, row(), subject=None, market_id=world.market.pk, now=utc_now())
        vendor.fault = "foreign"
        one = f"/office/amsa/ai/providers/{made.pk}/"
        page.goto(f"{live_site.url}{one}")
        page.get_by_role("button", name="계약 검사하기").click()
        expect(page.get_by_text("어긋난 것이 있어요")).to_be_visible()
        for path in (
            "/office/amsa/ai/",
            "/office/amsa/ai/providers/new",
            f"/office/amsa/ai/providers/new?capability={KEY}",
            one,
            f"{one}remove",
        ):
            page.goto(f"{live_site.url}{path}")
            assert _fits(page), path
            assert live_site.audit(page) == [], path
