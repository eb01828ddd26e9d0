"""Every page of the shop: no serious finding of axe-core, nothing wider than the phone, light, within reach of a thumb."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from jangteo.apps.orders.models import Order
from jangteo.channels.ui import assets
from jangteo.platform.clock import seoul_day
from jangteo.platform.tenancy import every_market
from tests.e2e.conftest import LiveSite
from tests.world import NOON, World, four_stalls

pytestmark = pytest.mark.e2e
AXE = assets.BUILT.parents[5] / "node_modules/axe-core/axe.min.js"
PAGES = (
    "/", "/categories", "/c/vegetable", "/stalls", "/s/fish", "/p/{offer}", "/search?q=파",
    "/search?q=없는것", "/about", "/ai", "/cart", "/checkout", "/orders", "/orders/{number}",
    "/orders/{number}/receipt", "/pay/fail?order={number}",
)  # fmt: skip


@pytest.fixture
def shop(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> World:
    """A market whose fish seller has a face, a fresh leek and tofu that must go."""
    live_site.expect_console(r"ERR_CONNECTION_REFUSED|/live\?token=")
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON)
    world = four_stalls()
    with every_market():
        stall = world.stalls["fish"]
        stall.known_for, stall.since_year, stall.place = "새벽 생선", 1981, "아랫길 2호"
        stall.save()
        for name, field in (("대파", "arrived_on"), ("두부", "today_only_on")):
            setattr(world.offers[name], field, seoul_day(NOON))
            world.offers[name].save()
    return world


def _buy(live_site: LiveSite, world: World, page: Page) -> Order:
    base = f"{live_site.url}/m/{world.market.slug}"
    for name in ("대파", "고등어"):
        page.goto(f"{base}/p/{world.offers[name].pk}")
        page.get_by_role("button", name="담기").last.click()
        page.locator(".toast").wait_for()
    page.goto(f"{base}/cart")
    page.locator("select[name=rule]").first.select_option("call")
    page.wait_for_timeout(300)
    page.goto(f"{base}/checkout")
    page.get_by_label("이름").fill("김하늘")
    page.get_by_label("휴대전화").fill("010-0000-0042")
    page.get_by_role("button", name="결제하기").click()
    page.get_by_role("button", name="승인", exact=True).click()
    page.locator("#order").wait_for()
    page.goto(f"{base}/p/{world.offers['무'].pk}")
    page.get_by_role("button", name="담기").last.click()
    page.locator(".toast").wait_for()
    with every_market():
        return Order.objects.get()


def _paths(world: World, order: Order) -> list[str]:
    base = f"/m/{world.market.slug}"
    values = {"offer": world.offers["두부"].pk, "number": order.number}
    return [base + path.format(**values) for path in PAGES]


def _serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'],"
        " runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def test_on_a_phone(live_site: LiveSite, shop: World, phone_page: Page) -> None:
    order = _buy(live_site, shop, phone_page)
    problems = []
    for path in _paths(shop, order):
        phone_page.goto(live_site.url + path)
        width = phone_page.evaluate("document.documentElement.scrollWidth")
        problems += [f"{path}: {finding}" for finding in _serious(phone_page)]
        problems += [f"{path}: {width} px wide"] if width > 390 else []
        problems += [f"{path}: {small}" for small in phone_page.evaluate(SMALL)]
    assert problems == []


#: what a thumb has to hit: buttons and links that are not part of a sentence
SMALL = """() => [...document.querySelectorAll('main button, main .btn, main .chip, nav a, header a, main select')]
  .filter((e) => e.offsetParent && !e.closest('.visually-hidden'))
  .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
  .filter(([, r]) => r.height < 47.5 && r.height > 1)
  .map(([t, r]) => `${t}: ${r.height} px high`)"""


def test_on_a_desk_and_in_the_dark(live_site: LiveSite, shop: World, desk_page: Page) -> None:
    order = _buy(live_site, shop, desk_page)
    problems = []
    for scheme in ("light", "dark"):
        desk_page.emulate_media(color_scheme=scheme)
        for path in _paths(shop, order):
            desk_page.goto(live_site.url + path)
            problems += [f"{scheme} {path}: {finding}" for finding in _serious(desk_page)]
    assert problems == []


def test_a_first_visit_to_the_first_page_is_light(
    live_site: LiveSite, shop: World, phone_page: Page
) -> None:
    """Everything but pictures, as sent: under 150 KB."""
    sent: dict[str, int] = {}

    def count(response: Any) -> None:
        kind = response.request.resource_type
        if kind != "image" or response.url.endswith(".svg"):
            sent[response.url] = response.request.sizes()["responseBodySize"]

    phone_page.on("requestfinished", lambda request: count(request.response()))
    phone_page.goto(f"{live_site.url}/m/{shop.market.slug}/", wait_until="networkidle")
    assert 40_000 < sum(sent.values()) < 150_000, sent
