"""The office's day in a real browser: late first, silent stalls, check-off and hand-over, keys only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.orders.actions.sweep import sweep
from jangteo.apps.orders.models import StallOrder
from jangteo.platform.clock import utc_now
from jangteo.platform.tenancy import every_market
from tests.channels.office.busy import Busy, busy_day, small_market
from tests.e2e.conftest import LiveSite

pytestmark = pytest.mark.e2e


def open_board(site: LiveSite, page: Page, busy: Busy) -> None:
    # no live process runs beside the tests: the page falls back to asking
    site.expect_console(r"ERR_CONNECTION_REFUSED")
    site.sign_in(page, busy.office, strong=True)
    page.goto(f"{site.url}/office/{busy.slug}/")


def ticket(page: Page, busy: Busy, name: str) -> str:
    return f"#ticket-{busy.orders[name]}"


def test_the_late_order_stands_first_and_says_how_late(
    live_site: LiveSite, desk_page: Page
) -> None:
    busy = busy_day(utc_now())
    open_board(live_site, desk_page, busy)
    first = desk_page.locator("#lane-preparing .ticket").first
    expect(first).to_have_id(f"ticket-{busy.orders['late']}")
    expect(first).to_contain_text("8분 늦었어요")
    expect(desk_page.locator("#lane-preparing")).to_contain_text("1건 늦음")
    boxes = [
        desk_page.locator(f"#lane-{lane}").bounding_box()
        for lane in ("new", "preparing", "hub", "out", "ended")
    ]
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(lefts)
    assert len(set(lefts)) == 5


def test_a_silent_stall_appears_without_reloading_and_the_office_answers(
    live_site: LiveSite, desk_page: Page
) -> None:
    busy = small_market(utc_now())
    busy.place("one", {"대파": 2, "고등어": 1}, ago=1, due=40)
    open_board(live_site, desk_page, busy)
    expect(desk_page.locator(".silent")).to_have_count(0)
    with every_market():
        StallOrder.objects.update(rang_at=utc_now() - timedelta(minutes=7))
    sweep(utc_now())
    strip = desk_page.locator(".silent")
    expect(strip).to_contain_text("2곳이 답하지 않아요", timeout=40_000)
    card = strip.locator("li.silent-card", has_text="동해수산")
    expect(card).to_contain_text("7분째 답이 없어요")
    expect(card.get_by_role("link", name="동해수산에 전화 02-555-0107")).to_have_attribute(
        "href", "tel:02-555-0107"
    )
    card.get_by_text("전화로 이렇게").click()
    expect(card).to_contain_text("안녕하세요, 동해수산 사장님")
    card.get_by_role("button", name="동해수산 대신 받기").click()
    expect(strip).to_contain_text("1곳이 답하지 않아요")
    green = strip.locator("li.silent-card", has_text="푸른채소")
    green.get_by_text("일부만 받기").click()
    green.get_by_label("대파, 줄 수 있는 수량").fill("1")
    green.get_by_role("button", name="이만큼만 받기").click()
    expect(strip).to_have_count(0)
    expect(desk_page.locator("#lane-preparing .ticket")).to_have_count(1)
    assert busy.order("one").refunded_krw == 2500


def test_three_of_three_arrive_and_are_handed_over(live_site: LiveSite, desk_page: Page) -> None:
    busy = busy_day(utc_now())
    open_board(live_site, desk_page, busy)
    card = desk_page.locator(ticket(desk_page, busy, "hub3"))
    expect(card).to_contain_text("3곳 가운데 2곳 도착")
    card.get_by_role("button", name="할매손두부 도착").click()
    expect(desk_page.locator("#lane-out").locator(ticket(desk_page, busy, "hub3"))).to_be_visible()
    desk_page.get_by_role("button", name="되돌리기").click()
    expect(desk_page.locator("#lane-hub").locator(ticket(desk_page, busy, "hub3"))).to_be_visible()
    card.get_by_role("button", name="할매손두부 도착").click()
    expect(desk_page.locator("#lane-out").locator(ticket(desk_page, busy, "hub3"))).to_be_visible()

    scan = desk_page.get_by_role("searchbox", name="주문 번호 찍기 · 적기")
    scan.fill(busy.numbers["hub3"])
    scan.press("Enter")
    expect(desk_page).to_have_url(
        f"{live_site.url}/office/{busy.slug}/orders/{busy.numbers['hub3']}/"
    )
    expect(desk_page.locator("#order")).to_contain_text("3곳 가운데 3곳 도착")
    live_site.expect_console(r"status of 409")
    code = desk_page.get_by_label("손님이 말한 네 자리 번호")
    right = busy.order("hub3").pickup_code
    code.fill("0000" if right != "0000" else "1111")
    desk_page.get_by_role("button", name="손님께 드렸어요").click()
    expect(desk_page.locator("#toasts")).to_contain_text("찾는 번호가 이 주문과 달라요")
    code.fill(right)
    desk_page.get_by_role("button", name="손님께 드렸어요").click()
    expect(desk_page.locator(".order-state")).to_have_text("전해 드렸어요")
    assert busy.order("hub3").state == "done"


def test_everything_goes_with_keys_alone(live_site: LiveSite, desk_page: Page) -> None:
    busy = busy_day(utc_now())
    open_board(live_site, desk_page, busy)
    desk_page.wait_for_selector("html.js")
    # the first look for news, and the refresh after it, are over
    desk_page.wait_for_load_state("networkidle")
    desk_page.wait_for_timeout(600)
    keys = desk_page.keyboard

    def expect_focus(order: str) -> None:
        desk_page.wait_for_function(
            "id => document.activeElement.closest('.ticket')?.id === id",
            arg=f"ticket-{busy.orders[order]}",
        )

    keys.press("?")
    expect(desk_page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    expect(desk_page.locator("#keys")).to_be_hidden()
    keys.press("1")
    expect_focus("silent")
    keys.press("ArrowDown")
    expect_focus("new")
    keys.press("ArrowRight")
    expect_focus("short")
    keys.press("ArrowUp")
    keys.press("ArrowRight")
    expect_focus("hub-late")
    keys.press("Tab")
    keys.press("Enter")
    expect(
        desk_page.locator("#lane-out").locator(ticket(desk_page, busy, "hub-late"))
    ).to_be_visible()
    keys.press("/")
    expect(desk_page.locator("#scan")).to_be_focused()
    keys.type("3")
    keys.press("Enter")
    expect(desk_page.locator("h1")).to_contain_text("-0003")
    desk_page.go_back()
    keys.press("4")
    keys.press("Enter")
    expect(desk_page.locator("h1")).to_contain_text(busy.numbers["hub-late"])


def test_a_refresh_leaves_the_focus_and_what_is_open(live_site: LiveSite, desk_page: Page) -> None:
    busy = busy_day(utc_now())
    open_board(live_site, desk_page, busy)
    desk_page.wait_for_selector("html.js")
    desk_page.locator(".silent-card summary").first.click()
    desk_page.keyboard.press("2")
    desk_page.keyboard.press("ArrowDown")
    busy.arrive("hub3", "bean")
    with desk_page.expect_response(lambda answer: answer.url.endswith("/board")):
        desk_page.evaluate("document.body.dispatchEvent(new CustomEvent('live:order-changed'))")
    expect(desk_page.locator("#lane-out").locator(ticket(desk_page, busy, "hub3"))).to_be_visible()
    here = desk_page.evaluate("document.activeElement.closest('.ticket')?.id")
    assert here == f"ticket-{busy.orders['short']}"
    expect(desk_page.locator(".silent-card details[open]")).to_have_count(1)
