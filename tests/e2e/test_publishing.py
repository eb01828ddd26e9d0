"""Labels and publishing in a browser: questions on a phone, the product page under its policy, the office's page."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.catalog.models import Offer
from jangteo.apps.catalog.publishing.dataset import export
from jangteo.channels.web import dataset as dataset_pages
from jangteo.platform import signing
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.apps.catalog.publishing.shelf import GTIN, small_market
from tests.e2e.conftest import LiveSite
from tests.world import World, grant, person

pytestmark = pytest.mark.e2e
#: no live process runs here: pages fall back to asking
NO_STREAM = r"ERR_CONNECTION_REFUSED|/live\?token="
#: pictures of the goods are made-up addresses
NO_PICTURE = r"status of 404.*media|/media/"


@pytest.fixture
def world(live_site: LiveSite) -> World:
    live_site.expect_console(NO_STREAM)
    live_site.expect_console(NO_PICTURE)
    world = small_market()
    world.offer("멸치볶음", 5000, stall="veg", category="banchan", tax="taxed", state="draft",
                allergens="", use_by_days=None, origin="", unit="한 팩", net_g=200)  # fmt: skip
    world.offer("생강", 4500, stall="veg", category="aromatics", state="draft", origin="")
    return world


def path(world: World, rest: str = "") -> str:
    return f"/desk/{world.market.slug}/veg/goods{rest}"


def fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def look(live_site: LiveSite, page: Page, name: str) -> None:
    """It fits, in both languages and both widths, and axe has nothing to say."""
    for language in ("en", "ko"):
        page.context.add_cookies([{"name": "jt_language", "value": language, "url": live_site.url}])
        page.reload()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            folder = os.environ.get("JANGTEO_SHOTS")
            if folder:
                page.screenshot(
                    path=str(Path(folder) / f"{name}-{language}-{width}.png"), full_page=True
                )
            assert fits(page), (name, language, width)
    assert live_site.audit(page) == []


def test_questions_on_a_phone_until_it_is_on_sale(
    live_site: LiveSite, world: World, phone_page: Page
) -> None:
    page = phone_page
    owner = person()
    grant(owner, Role.STALL_OWNER, world, "veg")
    live_site.sign_in(page, owner)
    goods = world.offers["멸치볶음"]
    page.goto(live_site.url + path(world))
    page.get_by_role("link", name="멸치볶음").click()
    expect(page.get_by_text("3가지만 답하면 팔 수 있어요.")).to_be_visible()
    look(live_site, page, "label-origin")
    page.get_by_role("button", name="국산이에요", exact=True).click()
    look(live_site, page, "label-allergens")
    page.locator("label.box", has_text="대두").click()
    page.get_by_role("button", name="이것들이 들었어요").click()
    look(live_site, page, "label-days")
    page.get_by_role("button", name="7일").click()
    expect(page.get_by_text("법이 묻는 것을 다 적었어요.")).to_be_visible()
    with every_market():
        saved = Offer.objects.get(pk=goods.pk)
    assert (saved.state, saved.allergens, saved.use_by_days) == ("on_sale", "대두", 7)
    look(live_site, page, "label-done")
    page.get_by_role("link", name="가격표 출력").click()
    expect(page.get_by_role("checkbox", name="멸치볶음")).to_be_checked()
    look(live_site, page, "cards")
    page.goto(live_site.url + path(world))
    look(live_site, page, "goods")


def test_the_product_page_keeps_its_policy_and_says_who_sells(
    live_site: LiveSite, world: World, phone_page: Page
) -> None:
    page = phone_page
    offer = world.offers["순창 고추장 500g"]
    answer = page.goto(f"{live_site.url}/m/{world.market.slug}/p/{offer.pk}")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    data = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert data["gtin13"] == GTIN[1:]
    page.get_by_text("누가 팔아요?").click()
    expect(page.get_by_text("최말순")).to_be_visible()
    look(live_site, page, "product")


def test_the_office_and_the_open_dataset(
    live_site: LiveSite,
    world: World,
    desk_page: Page,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    page = desk_page
    office = person()
    grant(office, Role.OFFICE, world)
    live_site.sign_in(page, office, strong=True)
    page.goto(f"{live_site.url}/office/{world.market.slug}/publish/")
    expect(page.get_by_text("2가지가 답을 기다려요.")).to_be_visible()
    look(live_site, page, "office")
    monkeypatch.setattr(signing, "_path", lambda: tmp_path / "key.pem")
    monkeypatch.setattr(dataset_pages, "published_folder", lambda: tmp_path / "out")
    page.goto(f"{live_site.url}/dataset")
    look(live_site, page, "dataset-empty")
    export(tmp_path / "out")
    page.goto(f"{live_site.url}/dataset")
    expect(page.get_by_text("표준 상품 1개")).to_be_visible()
    look(live_site, page, "dataset")
    other = world.offer("고추장", 9000, stall="veg", item=world.offers["순창 고추장 500g"].item)
    assert other.item_id
    page.goto(f"{live_site.url}/01/{GTIN}")
    look(live_site, page, "barcode")
