"""The stall owner's console in a browser: two taps to accept, two taps to a new price, usable with wet hands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from jangteo.apps.catalog.models import Offer
from jangteo.apps.orders.models import Substitution
from jangteo.channels.ui import assets
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, person_with
from tests.e2e.conftest import LiveSite
from tests.world import NOON, four_stalls

pytestmark = pytest.mark.e2e
AXE = assets.BUILT.parents[5] / "node_modules/axe-core/axe.min.js"
#: no live process runs here: pages fall back to asking
NO_STREAM = r"ERR_CONNECTION_REFUSED|/live\?token="
PAGES = ("", "orders", "goods", "goods/new", "money", "stall", "list")


@pytest.fixture
def market(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> Market:
    live_site.expect_console(NO_STREAM)
    monkeypatch.setattr("jangteo.channels.stall.desk.utc_now", lambda: NOON)
    return Market(four_stalls())


@pytest.fixture
def phone(live_site: LiveSite, market: Market, phone_page: Page) -> Page:
    live_site.sign_in(phone_page, person_with(market, Role.STALL_OWNER, "vegetable"))
    return phone_page


def _price(market: Market, name: str) -> int:
    with every_market():
        return Offer.objects.get(pk=market.world.offers[name].pk).price_krw


def test_an_order_is_accepted_with_one_tap_after_the_sound_is_on(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    part = market.sell(대파=2, 무=1)
    phone.goto(live_site.url + market.path())
    phone.get_by_role("button", name="소리 켜기").click()
    expect(phone.locator("html")).to_have_attribute("data-ring-state", "ringing")
    phone.get_by_role("button", name="됩니다").click()
    expect(phone.locator(".toast-text").first).to_have_text("담아 주세요: 대파 2개, 무 1개")
    expect(phone.get_by_role("heading", name="담아 주세요")).to_be_visible()
    expect(phone.locator("html")).to_have_attribute("data-ring-state", "ready")
    assert market.part(part).state == "accepted"


def test_the_sound_stays_on_over_pages_and_rings_on_each(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    phone.goto(live_site.url + market.path())
    phone.get_by_role("button", name="소리 켜기").click()
    expect(phone.locator("html")).to_have_attribute("data-ring-state", "ready")
    market.sell(대파=2)
    phone.get_by_role("link", name="물건", exact=True).click()
    expect(phone.get_by_text("새 주문이 왔어요")).to_be_visible()
    phone.get_by_text("새 주문이 왔어요").click()
    expect(phone.locator("html")).to_have_attribute("data-ring-state", "ringing")


def test_a_new_order_appears_by_itself(live_site: LiveSite, market: Market, phone: Page) -> None:
    phone.goto(live_site.url + market.path())
    expect(phone.get_by_text("다 했어요")).to_be_visible()
    market.sell(대파=2)
    expect(phone.get_by_role("button", name="됩니다")).to_be_visible(timeout=30_000)


def test_an_answer_waits_for_the_line_and_is_sent_by_itself(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    part = market.sell(대파=2)
    live_site.expect_console(r"ERR_FAILED|ERR_INTERNET_DISCONNECTED")
    phone.goto(live_site.url + market.path())
    tries: list[int] = []

    def broken(route: Route) -> None:
        tries.append(1)
        if len(tries) < 3:
            route.abort()
        else:
            route.continue_()

    phone.route("**/answer", broken)
    phone.get_by_role("button", name="됩니다").click()
    expect(phone.get_by_text("아직 보내지 못했어요")).to_be_visible()
    phone.get_by_role("button", name="지금 다시 보내기").click()
    expect(phone.get_by_role("heading", name="담아 주세요")).to_be_visible(timeout=15_000)
    expect(phone.get_by_text("아직 보내지 못했어요")).to_be_hidden()
    assert market.part(part).state == "accepted"


def test_less_of_one_thing(live_site: LiveSite, market: Market, phone: Page) -> None:
    part = market.sell(대파=3, 무=1)
    phone.goto(live_site.url + market.path())
    phone.get_by_role("button", name="양 적어요").click()
    expect(phone.get_by_role("heading", name="얼마나 있어요?")).to_be_visible()
    phone.get_by_role("button", name="대파 줄이기").click()
    phone.get_by_role("button", name="이만큼 됩니다").click()
    expect(phone.locator(".toast-text").first).to_have_text("담아 주세요: 대파 2개, 무 1개")
    assert market.part(part).remaining_krw == 2 * 2500 + 2000


def test_sold_out_of_several_and_what_stands_in(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    part = market.sell(대파=2, 무=1, rule=Substitution.SIMILAR)
    phone.goto(live_site.url + market.path())
    phone.get_by_role("button", name="품절").click()
    phone.get_by_role("checkbox", name="대파").check()
    phone.get_by_role("button", name="고른 것 품절").click()
    expect(phone.get_by_text("대파 대신")).to_be_visible()
    expect(phone.get_by_role("button", name="이것도 없어요")).to_be_visible()
    assert market.part(part).state == "accepted"


def test_a_price_changes_in_two_taps_and_paid_orders_keep_theirs(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    part = market.sell(대파=2)
    phone.goto(live_site.url + market.path(rest="goods"))
    phone.get_by_role("link", name=re.compile("대파 값 바꾸기")).click()
    phone.get_by_role("button", name=re.compile(r"\+500\s*3,000원")).click()
    expect(phone.locator(".toast-text").first).to_contain_text(
        "이미 받은 주문은 예전 값 그대로예요"
    )
    assert _price(market, "대파") == 3000
    assert market.lines(part)["대파"].unit_price_krw == 2500
    phone.locator(".toast").get_by_role("button", name="되돌리기").click()
    expect(phone.locator(".toast-text").first).to_contain_text("2,500원으로 되돌렸어요")
    assert _price(market, "대파") == 2500


def test_any_price_by_the_big_keys_and_a_slip_is_asked_kindly(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    live_site.expect_console("status of 409")
    phone.goto(live_site.url + market.path(rest="goods"))
    phone.get_by_role("link", name=re.compile("무 값 바꾸기")).click()
    for key in ("2", "3", "00", "0"):
        phone.locator(f'[data-key="{key}"]').click()
    expect(phone.locator(".keypad-input")).to_have_value("23,000")
    phone.get_by_role("button", name="이 값으로 바꾸기").click()
    expect(phone.get_by_role("heading", name="값이 많이 달라요. 맞나요?")).to_be_visible()
    phone.get_by_role("link", name="아니요, 다시 적을게요").click()
    for key in ("2", "3", "00"):
        phone.locator(f'[data-key="{key}"]').click()
    phone.get_by_role("button", name="이 값으로 바꾸기").click()
    expect(phone.locator(".toast-text").first).to_contain_text("무 2,300원")
    assert _price(market, "무") == 2300


def test_sold_out_and_back_without_leaving_the_list(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    phone.goto(live_site.url + market.path(rest="goods"))
    phone.get_by_role("button", name="무 품절").click()
    expect(phone.get_by_role("button", name="무 다시 팔기")).to_be_visible()
    phone.get_by_role("button", name="무 다시 팔기").click()
    expect(phone.get_by_role("button", name="무 품절")).to_be_visible()


def _problems(page: Page) -> list[str]:
    """Serious findings of axe-core."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


SMALL = """(least) => [...document.querySelectorAll('main a, main button, main summary, main label.check, nav a, header a')]
  .filter((e) => e.offsetParent && !e.closest('.visually-hidden'))
  .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
  .filter(([, r]) => r.height < least - 0.5 && r.height > 1)
  .map(([t, r]) => `${t}: ${r.height}`)"""


def _check(page: Page) -> None:
    assert _problems(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide}"
    assert page.evaluate(SMALL, 48) == []


@pytest.mark.parametrize("kind", ["phone_page", "desk_page"])
def test_every_page_is_readable_and_large(
    live_site: LiveSite, market: Market, kind: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(kind)
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    part = market.sell(대파=2, 무=1)
    offer = market.world.offers["대파"].pk
    more = (
        f"orders/{part.pk}",
        f"orders/{part.pk}/slip?paper=80",
        f"goods/{offer}",
        f"goods/{offer}/price",
        f"goods/{offer}/edit",
        f"answer/{part.pk}/less",
        f"answer/{part.pk}/out",
    )
    for rest in (*PAGES, *more):
        page.goto(live_site.url + market.path(rest=rest))
        _check(page)


def test_decisions_are_a_thumb_high_and_on_the_screen(
    live_site: LiveSite, market: Market, phone: Page
) -> None:
    market.sell(대파=2, 무=1)
    phone.goto(live_site.url + market.path())
    for name in ("됩니다", "양 적어요", "품절"):
        box = phone.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= 88
        assert box["y"] + box["height"] <= 844
