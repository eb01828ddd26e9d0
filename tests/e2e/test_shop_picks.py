"""On a phone: a recommendation, why it is there, switched off, and home again; and what a substitute says."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jangteo.apps.decisions.models import Decision
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.place_order import Wanted
from jangteo.apps.orders.models import OrderLine, StallOrder, Substitution
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market
from tests.e2e.conftest import LiveSite
from tests.world import NOON, World, four_stalls, guest, person

pytestmark = pytest.mark.e2e
#: where to leave pictures of the pages for somebody to look at; nothing by default
PICTURES = os.environ.get("JANGTEO_TEST_PICTURES", "")


@pytest.fixture
def world(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> World:
    """A market where tofu sells best, leek came in today and anchovies must go."""
    live_site.expect_console(r"ERR_CONNECTION_REFUSED|/live\?token=")
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON)
    made = four_stalls()
    for _ in range(3):
        _buy(made, guest(), "두부")
    with every_market():
        names = {"vegetable": "푸른들", "fish": "바다집", "tofu": "콩마을", "side": "손맛"}
        for slug, name in names.items():
            made.stalls[slug].name = name
            made.stalls[slug].save()
        for name, field in (("대파", "arrived_on"), ("멸치볶음", "today_only_on")):
            setattr(made.offers[name], field, seoul_day(NOON))
            made.offers[name].save()
    return made


def _buy(
    world: World, who: Actor, name: str, rule: Substitution = Substitution.NONE
) -> tuple[int, StallOrder]:
    wanted = Wanted(offer_id=world.offers[name].pk, quantity=1, substitution=rule, max_rise_pct=10)
    placed = world.place(who, wanted, now=NOON - timedelta(hours=1))
    world.pay(who, placed, now=NOON - timedelta(hours=1))
    with every_market():
        return placed.order_id, StallOrder.objects.select_related("order").get(
            order_id=placed.order_id
        )


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def _fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_from_the_recommendation_to_why_to_off_and_home_again(
    live_site: LiveSite, phone_page: Page, world: World
) -> None:
    page, buyer = phone_page, person(name="손님")
    _buy(world, Actor(person_id=buyer.pk), "고등어")
    live_site.sign_in(page, buyer)
    base = f"{live_site.url}/m/{world.market.slug}"

    page.goto(f"{base}/ai")
    page.get_by_role("button", name="맞춘 추천 켜기").click()
    page.get_by_text("켰어요").wait_for()
    page.goto(f"{base}/")
    shelf = page.locator("section", has=page.get_by_role("heading", name="오늘의 추천"))
    assert shelf.get_by_text("지난번에 사신 고등어예요").is_visible()
    assert shelf.get_by_text("이번 주에 3번 팔렸어요").count() == 1
    assert live_site.audit(page) == []
    assert _fits(page)
    _picture(page, "home")

    shelf.get_by_role("link", name="왜?").click()
    page.get_by_role("heading", name="왜 이렇게 정했나요?").wait_for()
    assert page.get_by_text("전에 산 것을 보고 맞춘 결과예요.").is_visible()
    assert live_site.audit(page) == []
    assert _fits(page)
    _picture(page, "why")

    page.get_by_role("button", name="맞춘 추천 끄기").click()
    page.get_by_text("껐어요").wait_for()
    assert live_site.audit(page) == []
    assert _fits(page)
    _picture(page, "ai")

    page.get_by_role("link", name="시장 첫 화면으로").click()
    shelf.wait_for()
    assert page.get_by_text("지난번에 사신").count() == 0
    assert shelf.get_by_text("이번 주에 3번 팔렸어요").count() == 1
    with every_market():
        opted_out = Decision.objects.filter(capability="shelf-order", subject=None)
        assert [row.is_personal for row in opted_out] == [False]


def test_a_guest_switches_off_with_the_keyboard_alone(
    live_site: LiveSite, desk_page: Page, world: World
) -> None:
    page = desk_page
    page.goto(f"{live_site.url}/m/{world.market.slug}/")
    _picture(page, "home")
    page.get_by_role("link", name="왜?").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="왜 이렇게 정했나요?").wait_for()
    _picture(page, "why")
    page.get_by_role("button", name="맞춘 추천 끄기").focus()
    page.keyboard.press("Enter")
    page.get_by_text("껐어요").wait_for()
    _picture(page, "ai")
    page.goto(f"{live_site.url}/m/{world.market.slug}/s/vegetable")
    assert live_site.audit(page) == []
    _picture(page, "stall")


def test_a_chosen_substitute_says_why_and_takes_an_objection(
    live_site: LiveSite, phone_page: Page, world: World
) -> None:
    page, buyer = phone_page, person(name="손님")
    order_id, part = _buy(world, Actor(person_id=buyer.pk), "대파", Substitution.SIMILAR)
    with every_market():
        line = OrderLine.objects.get(part=part)
    answer_part(
        actor=world.owner("vegetable"), market_id=world.market.pk, stall_id=part.stall_id,
        order_id=order_id, part_id=part.pk, available={line.pk: 0}, now=NOON,
    )  # fmt: skip
    live_site.sign_in(page, buyer)
    page.goto(f"{live_site.url}/m/{world.market.slug}/orders/{part.order.number}")
    assert page.get_by_text("AI가 고른 대체품").is_visible()
    assert live_site.audit(page) == []
    assert _fits(page)
    _picture(page, "order")
    page.get_by_role("link", name="이의 있어요 쪽파").click()
    page.get_by_label("무엇이 잘못됐나요?").fill("쪽파는 못 먹어요")
    page.get_by_role("button", name="보내기").click()
    page.get_by_text("잘 받았어요").wait_for()
    assert live_site.audit(page) == []
    _picture(page, "objection")
