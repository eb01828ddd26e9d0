"""A photograph touched up in one tap and taken back in another, and what shoppers are told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from jangteo.apps.catalog.models import Offer
from jangteo.platform.config import config
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, person_with
from tests.e2e.conftest import LiveSite
from tests.engines.photos.test_photos import scene
from tests.world import NOON, four_stalls

pytestmark = pytest.mark.e2e
#: no live process runs here: pages fall back to asking
NO_STREAM = r"ERR_CONNECTION_REFUSED|/live\?token="


@pytest.fixture
def market(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Market:
    live_site.expect_console(NO_STREAM)
    monkeypatch.setattr("jangteo.channels.stall.desk.utc_now", lambda: NOON)
    monkeypatch.setattr(config(), "var_dir", tmp_path)
    return Market(four_stalls())


def _offer(market: Market) -> Offer:
    with every_market():
        return Offer.objects.get(pk=market.world.offers["대파"].pk)


@pytest.mark.parametrize(("width", "language"), [(390, "ko"), (1280, "ko"), (390, "en")])
def test_a_photograph_is_touched_up_and_taken_back(
    live_site: LiveSite, market: Market, phone_page: Page, width: int, language: str
) -> None:
    page = phone_page
    page.set_viewport_size({"width": width, "height": 900})
    if language == "en":
        page.set_extra_http_headers({"Accept-Language": "en"})
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    offer = _offer(market)
    out = io.BytesIO()
    Image.fromarray(scene("1f346")[0]).save(out, "JPEG", quality=92)
    page.goto(live_site.url + market.path(rest=f"goods/{offer.pk}/touch-up"))
    expect(page.locator(".touch-pair")).to_have_count(0)
    page.goto(live_site.url + market.path(rest=f"goods/{offer.pk}"))
    page.locator("input[name=picture]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    expect(page.locator("a[href$='/touch-up']")).to_be_visible()
    taken = _offer(market).picture
    page.locator("a[href$='/touch-up']").click()
    expect(page.locator(".touch-pair img")).to_have_count(1)
    page.locator("form:has(input[name=all]) button").click()
    expect(page.locator(".touch-pair img")).to_have_count(2)
    after = _offer(market)
    assert (after.picture_before, after.picture_edits) == (
        taken,
        ["light", "background", "crop", "square"],
    )
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{live_site.url}/m/{market.world.market.slug}/p/{offer.pk}")
    expect(page.locator(".product-pic img")).to_be_visible()
    expect(page.locator(".product-pic .badge")).to_have_count(1)
    page.goto(live_site.url + market.path(rest=f"goods/{offer.pk}/touch-up"))
    page.locator("form[action$='/touch-up/undo'] button").click()
    expect(page.locator(".touch-pair img")).to_have_count(1)
    assert (_offer(market).picture, _offer(market).picture_before) == (taken, "")
    page.goto(f"{live_site.url}/m/{market.world.market.slug}/p/{offer.pk}")
    expect(page.locator(".product-pic img")).to_be_visible()
    expect(page.locator(".product-pic .badge")).to_have_count(0)
