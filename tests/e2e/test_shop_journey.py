"""A shopper's evening: four stalls, one cart, paid once; one stall runs out and only that comes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.payments.actions.pay_refund import pay_refund
from jangteo.apps.payments.models import Refund
from jangteo.apps.payments.providers import sandbox
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market
from tests.e2e.conftest import LiveSite
from tests.e2e.live_process import live_process
from tests.world import NOON, World, four_stalls

pytestmark = pytest.mark.e2e


@pytest.fixture
def world(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON)
    return four_stalls()


def _answer(world: World, order: Order, stall: str, **available: int) -> None:
    with every_market():
        part = StallOrder.objects.get(order=order, stall=world.stalls[stall])
        lines = {
            OrderLine.objects.get(part=part, name=name).pk: units
            for name, units in available.items()
        }
    answer_part(
        actor=world.owner(stall),
        market_id=world.market.pk,
        stall_id=world.stalls[stall].pk,
        order_id=order.pk,
        part_id=part.pk,
        available=lines,
        now=NOON,
    )


def test_four_stalls_paid_once_one_runs_out_and_the_page_tells_it(
    live_site: LiveSite, world: World, phone_page: Page
) -> None:
    page = phone_page
    with live_process(live_site.url):
        page.goto(f"{live_site.url}/m/{world.market.slug}/")
        for name in ("대파", "고등어", "두부", "멸치볶음"):
            page.get_by_role("button", name=f"{name} 담기").first.click()
            expect(page.locator(".toast-text").last).to_have_text(f"{name} 1개를 담았어요")
        expect(page.locator("#basket .count")).to_have_text(re.compile("4"))
        page.get_by_role("link", name="장바구니 보기").click()
        page.get_by_role("spinbutton", name="두부 수량").fill("2")
        page.get_by_role("spinbutton", name="두부 수량").blur()
        expect(page.locator(".sum-total")).to_contain_text("17,100원")
        page.get_by_role("radio", name="배달해 주세요").check()
        page.get_by_label("어느 동네인가요?").select_option("달빛동")
        expect(page.locator(".sum-total")).to_contain_text("20,100원")
        expect(page.locator(".sum-when")).to_contain_text("오늘 오후 12:30까지")
        page.get_by_role("link", name="주문하기").click()
        page.get_by_label("이름").fill("김하늘")
        page.get_by_label("휴대전화").fill("010-0000-0042")
        page.get_by_label("주소").fill("달빛아파트 1동 2호")
        page.get_by_role("button", name="20,100원 결제하기").click()
        expect(page.get_by_text("실제 돈은 나가지 않아요.")).to_be_visible()
        page.get_by_role("button", name="승인", exact=True).click()
        heading = page.locator("#order h1")
        expect(heading).to_have_text("가게 4곳에 알렸어요")
        expect(page.locator("[data-live]")).to_have_attribute("data-live-state", "stream")
        page.evaluate("window.sameDocument = true")

        with every_market():
            order = Order.objects.get()
        for stall in ("vegetable", "tofu", "side"):
            _answer(world, order, stall)
        expect(heading).to_have_text("4곳 가운데 3곳이 준비하고 있어요")
        _answer(world, order, "fish", 고등어=0)
        expect(heading).to_have_text("3곳 모두 준비하고 있어요")
        told = page.get_by_text(
            "fish의 고등어가 떨어져서 그만큼 돌려드려요. 다른 상품은 그대로예요."
        )
        expect(told).to_be_visible()
        expect(page.locator(".till-total")).to_contain_text("14,100원")
        with every_market():
            refund = Refund.objects.get()
        pay_refund(
            actor=Actor.system(), market_id=world.market.pk, refund_id=refund.pk, now=NOON
        )  # fmt: skip
        expect(page.locator(".till-minus")).to_contain_text("돌려드린 돈")
        assert page.evaluate("window.sameDocument")
        page.goto("about:blank")
    charge = sandbox().find(order_no=order.payment_order_no)
    assert charge is not None
    assert (charge.canceled_krw, charge.balance_krw) == (6000, 14100)
    with every_market():
        states = StallOrder.objects.order_by("id").values_list("state", flat=True)
        assert list(states) == ["accepted", "cancelled", "accepted", "accepted"]


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until something that says ``words`` has the focus."""
    for _ in range(90):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(e => [e.getAttribute('aria-label'), e.innerText, e.labels?.[0]?.innerText].join(' '))"
            "(document.activeElement)"
        )
        if words in said:
            return
    raise AssertionError(f"Tab never came to {words!r}")


def test_an_order_needs_a_keyboard_only(live_site: LiveSite, world: World, desk_page: Page) -> None:
    live_site.expect_console(r"ERR_CONNECTION_REFUSED|/live\?token=")
    page = desk_page
    page.goto(f"{live_site.url}/m/{world.market.slug}/p/{world.offers['두부'].pk}")
    _tab_to(page, "담기")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-text")).to_have_text("두부 1개를 담았어요")
    page.goto(f"{live_site.url}/m/{world.market.slug}/cart")
    _tab_to(page, "주문하기")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout")
    _tab_to(page, "이름")
    page.keyboard.type("김하늘")
    _tab_to(page, "휴대전화")
    page.keyboard.type("01000000042")
    _tab_to(page, "1,800원 결제하기")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sandbox/pay**")
    _tab_to(page, "승인")
    page.keyboard.press("Enter")
    expect(page.locator("#order h1")).to_have_text("가게에 알렸어요")


def test_the_shop_works_without_scripts(live_site: LiveSite, world: World, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False, locale="ko-KR")
    page: Page = context.new_page()
    base = f"{live_site.url}/m/{world.market.slug}"
    page.goto(f"{base}/p/{world.offers['대파'].pk}")
    page.get_by_role("spinbutton").fill("3")
    page.get_by_role("button", name="담기").click()
    expect(page.locator(".sum-total")).to_contain_text("7,500원")
    page.get_by_role("button", name="대파 빼기").click()
    expect(page.get_by_text("아직 담은 것이 없어요")).to_be_visible()
    page.get_by_role("button", name="되돌리기").click()
    expect(page.locator(".sum-total")).to_contain_text("7,500원")
    page.get_by_role("link", name="주문하기").click()
    page.get_by_label("이름").fill("김하늘")
    page.get_by_label("휴대전화").fill("010-0000-0042")
    page.get_by_role("button", name="결제하기").click()
    page.get_by_role("button", name="승인", exact=True).click()
    expect(page.locator("#order h1")).to_have_text("가게에 알렸어요")
    context.close()
