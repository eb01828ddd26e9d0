"""Texts in a browser: from goods to a published AI text in two taps, marked for shoppers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.catalog.models import Offer
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, person_with
from tests.e2e.conftest import LiveSite
from tests.world import NOON, four_stalls

pytestmark = pytest.mark.e2e
#: no live process runs here: pages fall back to asking
NO_STREAM = r"ERR_CONNECTION_REFUSED|/live\?token="


@pytest.fixture
def market(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> Market:
    live_site.expect_console(NO_STREAM)
    monkeypatch.setattr("jangteo.channels.stall.desk.utc_now", lambda: NOON)
    return Market(four_stalls())


@pytest.fixture
def phone(live_site: LiveSite, market: Market, phone_page: Page) -> Page:
    live_site.sign_in(phone_page, person_with(market, Role.STALL_OWNER, "vegetable"))
    return phone_page


def _offer(market: Market) -> Offer:
    with every_market():
        return Offer.objects.get(pk=market.world.offers["대파"].pk)


def _fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_from_goods_to_a_published_text_in_two_taps(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    phone.goto(live_site.url + market.path(rest=f"goods/{_offer(market).pk}"))
    phone.get_by_role("button", name="글 써 주기", exact=True).click()
    expect(phone.get_by_text("이것만 가지고 썼어요")).to_be_visible()
    expect(phone.locator(".text-card .ai-mark")).to_have_text("AI")
    assert _offer(market).description == ""
    phone.get_by_role("button", name="올리기", exact=True).click()
    expect(phone.get_by_text("손님께 보이고 있어요")).to_be_visible()
    said = _offer(market).description
    assert "대파" in said
    phone.goto(f"{live_site.url}/m/{market.world.market.slug}/p/{_offer(market).pk}")
    expect(phone.get_by_text(said)).to_be_visible()
    expect(phone.locator(".written .ai").get_by_text("AI가 쓴 글")).to_be_visible()
    assert phone.locator("[data-ai-generated=true]").count() == 1
    assert _fits(phone)


def test_a_false_origin_is_marked_and_asked(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    live_site.expect_console("status of 409")
    phone.goto(live_site.url + market.path(rest=f"goods/{_offer(market).pk}"))
    phone.get_by_role("button", name="글 써 주기", exact=True).click()
    phone.get_by_role("link", name="고치기", exact=True).click()
    phone.get_by_label("글", exact=True).fill("제주에서 온 대파예요.")
    phone.get_by_role("button", name="저장").click()
    expect(phone.locator("mark").first).to_contain_text("제주")
    phone.get_by_role("button", name="다 맞아요, 올리기").click()
    expect(phone.get_by_text("손님께 보이고 있어요")).to_be_visible()
    assert _offer(market).description == "제주에서 온 대파예요."


@pytest.mark.parametrize("rest", ["texts", "texts/review", "business"])
def test_pages_of_texts_fit_a_phone_and_can_be_read_by_all(
    live_site: LiveSite, market: Market, phone: Page, rest: str
) -> None:
    phone.goto(live_site.url + market.path(rest=f"goods/{_offer(market).pk}"))
    phone.get_by_role("button", name="글 써 주기", exact=True).click()
    expect(phone.get_by_text("이것만 가지고 썼어요")).to_be_visible()
    assert live_site.audit(phone) == []
    assert _fits(phone)
    phone.goto(live_site.url + market.path(rest=rest))
    assert live_site.audit(phone) == []
    assert _fits(phone)
