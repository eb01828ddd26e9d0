"""From a messy price list to the first paid order, on a phone (J1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.catalog.models import Offer
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, person_with
from tests.e2e.conftest import LiveSite
from tests.world import NOON, make_world

pytestmark = pytest.mark.e2e
LIST = """순자네 채소 가격표,,,
품목,단위,가격,비고
대파,1단,"2,500",
알배기배추,1포기,3천원,
콩나물,1봉지,시세,
장조림,1팩,6000,직접 조린 것
연락처,,010-1234-5678,
오이,3개,2000,
"""


def test_from_the_file_to_the_first_paid_order(
    live_site: LiveSite, phone_page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_site.expect_console(r"ERR_CONNECTION_REFUSED|/live\?token=")
    monkeypatch.setattr("jangteo.channels.stall.desk.utc_now", lambda: NOON)
    world = make_world(commission_bp=300, card_fee_bp=220)
    world.stall("vegetable", name="순자네 채소")
    market = Market(world)
    live_site.sign_in(phone_page, person_with(market, Role.STALL_OWNER, "vegetable"))
    file = tmp_path / "가격표_최종(2).csv"
    file.write_bytes(LIST.encode("cp949"))

    phone_page.goto(live_site.url + market.path(rest="list"))
    phone_page.set_input_files("input[type=file]", file)
    expect(phone_page.get_by_text("가격표_최종(2).csv")).to_be_visible()
    phone_page.get_by_role("button", name="읽어 보기", exact=True).click()
    expect(phone_page.get_by_role("heading", name=re.compile("확인해 주세요"))).to_be_visible()

    # one row needs a price, one question is about tax; nothing else is typed
    card = phone_page.locator(".pile.is-check .pile-card", has_text="콩나물")
    card.get_by_text("직접 적기").click()
    card.get_by_label("값").fill("1500")
    card.get_by_role("button", name="이렇게 쓰기").click()
    expect(phone_page.get_by_text("다 확인했어요.")).to_be_visible()
    phone_page.get_by_role("button", name="고른 것만 만든 것이에요").click()
    phone_page.get_by_role("button", name="네, 모두 국산이에요").click()
    expect(phone_page.locator("#origin")).to_have_count(0)
    phone_page.get_by_role("button", name=re.compile("5가지 올리기")).click()
    # side dishes wait unseen for allergens and use-by
    expect(phone_page.locator(".toast-text").first).to_have_text(
        "4가지를 올렸어요. 1가지는 표시할 것이 남아 준비 중이에요."
    )
    expect(phone_page.locator("#drafts")).to_contain_text("장조림")

    with every_market():
        made = {o.name: (o.price_krw, o.tax) for o in Offer.objects.all()}
        world.offers = {o.name: o for o in Offer.objects.all()}
    assert made == {
        "대파": (2500, "exempt"),
        "알배기배추": (3000, "exempt"),
        "콩나물": (1500, "exempt"),
        "장조림": (6000, "taxed"),
        "오이": (2000, "exempt"),
    }
    market.sell(알배기배추=2, 콩나물=1)
    phone_page.goto(live_site.url + market.path())
    expect(phone_page.locator("[data-ring-say]")).to_have_attribute(
        "data-ring-say", re.compile("알배기배추 두 포기, 콩나물 한 봉지")
    )
    phone_page.get_by_role("button", name="됩니다").click()
    expect(phone_page.get_by_role("heading", name="담아 주세요")).to_be_visible()

    phone_page.goto(live_site.url + market.path(rest="list"))
    phone_page.get_by_role("link", name=re.compile("가격표_최종")).click()
    phone_page.get_by_role("button", name="모두 되돌리기").click()
    expect(phone_page.get_by_text("되돌린 가격표예요")).to_be_visible()
    with every_market():
        assert not Offer.objects.exclude(state="hidden").exists()
