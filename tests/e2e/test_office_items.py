"""The office's pages of standard products in a browser: narrow, wide, in two languages, and by keyboard alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from jangteo.apps.accounts.models import Person
from jangteo.apps.catalog.actions.standardise_offers import begin_standardising, run_all
from jangteo.apps.catalog.models import Offer
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.apps.catalog.items.goods import item
from tests.e2e.conftest import LiveSite
from tests.world import World, grant, make_world, person

pytestmark = pytest.mark.e2e


def market() -> tuple[World, Person]:
    """Two stalls with the same apple, one crate nobody knows the weight of, and the office."""
    world = make_world("items-e2e")
    world.stall("fruit", name="새벽과일")
    world.stall("green", name="푸른채소")
    item(None, "국산 홍로 사과 특 5kg")
    item(None, "국산 부사 사과 10kg")
    world.offer("부사 사과 특", 20_000, stall="fruit", unit="5kg", origin="국산", net_g=5000)
    world.offer("사과(부사) 특", 21_000, stall="green", unit="5kg", origin="국산", net_g=5000)
    world.offer("부사 사과 특", 19_000, stall="green", unit="한 상자", origin="국산")
    begun = begin_standardising(
        actor=world.office(), market_id=world.market.pk, in_background=False, now=utc_now()
    )
    run_all(world.market.pk, begun.run_id, utc_now())
    office = person()
    grant(office, Role.OFFICE, world)
    return world, office


def paths() -> list[str]:
    with every_market():
        shared = Offer.objects.filter(name="부사 사과 특", unit="5kg").get().item
    assert shared is not None
    other = item(None, "국산 홍로 사과 특 5kg")
    return [
        "", f"{shared.code}/?merge=사과", f"{shared.code}/merge/{other.code}", "questions", "settings",
    ]  # fmt: skip


def look(site: LiveSite, page: Page, width: str) -> None:
    site.expect_console(r"ERR_CONNECTION_REFUSED")
    _, office = market()
    site.sign_in(page, office, strong=True)
    for language in ("ko", "en"):
        page.context.add_cookies([{"name": "jt_language", "value": language, "url": site.url}])
        for place, path in enumerate(paths()):
            page.goto(f"{site.url}/office/items-e2e/items/{path}")
            for summary in page.locator("main summary").all():
                summary.click()
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, language, wide)
            assert site.audit(page) == [], path
            folder = os.environ.get("JANGTEO_SHOTS")
            if folder:
                page.screenshot(
                    path=Path(folder) / f"{width}-{language}-{place}.png", full_page=True
                )


def test_no_page_is_wider_than_a_phone_or_faulty(live_site: LiveSite, phone_page: Page) -> None:
    look(live_site, phone_page, "390")


def test_no_page_is_faulty_on_a_desk(live_site: LiveSite, desk_page: Page) -> None:
    look(live_site, desk_page, "1280")


def test_a_question_is_answered_with_one_key(live_site: LiveSite, desk_page: Page) -> None:
    live_site.expect_console(r"ERR_CONNECTION_REFUSED")
    _, office = market()
    live_site.sign_in(desk_page, office, strong=True)
    desk_page.goto(f"{live_site.url}/office/items-e2e/items/questions")
    desk_page.keyboard.press("1")
    desk_page.wait_for_url("**/questions?done=answered")
    with every_market():
        crate = Offer.objects.get(unit="한 상자")
        assert crate.item_id is not None
