"""A messy sheet of 60 rows, a photograph of a board and a spoken price, on a phone (J1, J5)."""

from __future__ import annotations

import io
import os
import re
from datetime import timedelta
from pathlib import Path
from time import monotonic

import openpyxl
import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect

from jangteo.apps.catalog.import_queries import import_piles
from jangteo.apps.catalog.models import Offer, PriceChange, PriceImport
from jangteo.apps.catalog.price_lists.jobs import read_list
from jangteo.apps.orders.models import OrderLine
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market, market_scope
from tests.desk import Market, person_with
from tests.e2e.conftest import LiveSite
from tests.world import NOON, make_world

pytestmark = pytest.mark.e2e
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")

#: (name, unit, price as it was typed, note); the heading stands in row 7, prices under 비고
ROWS: list[tuple[str, str, object, str]] = [
    ("대파", "1단", "3,500원", ""), ("쪽파", "1단", 2600, ""), ("실파", "한 단", "2천5백", ""),
    ("알배기배추", "1통", "3천원", ""), ("배추", "1포기", 4500, ""), ("양배추", "1통", "4500", ""),
    ("무", "1개", "2,000", ""), ("열무", "1단", 3500, ""), ("얼갈이", "1단", "삼천원", ""),
    ("시금치", "1단", 3000, ""), ("미나리", "1단", "3500원", ""), ("부추", "1단", 2500, ""),
    ("상추", "100g", 1500, ""), ("깻잎", "1봉지", "1,500원", ""), ("쑥갓", "1봉", 2000, ""),
    ("청경채", "1봉지", 2000, ""), ("브로콜리", "1송이", "2500", ""), ("콩나물", "1봉지", "1500", ""),
    ("숙주", "1봉지", 1500, ""), ("애호박", "1개", "1,500", ""), ("단호박", "1통", 4000, ""),
    ("오이", "3개", 2000, "다다기"), ("가지", "3개", "2,500", ""), ("청양고추", "1봉지", 2000, ""),
    ("오이고추", "1봉지", "2500원", ""), ("꽈리고추", "1봉지", 2500, ""), ("파프리카", "2개", 3000, ""),
    ("토마토", "1kg", "6,000", ""), ("방울토마토", "500g", 4500, ""), ("감자", "1kg", "4천", ""),
    ("고구마", "1kg", 5000, ""), ("밤고구마", "3kg", "14,000원", ""), ("당근", "1kg", 3500, ""),
    ("양파", "1망", "5000", ""), ("깐마늘", "500g", 6500, ""), ("통마늘", "1접", "3만5천원", ""),
    ("생강", "300g", 4000, ""), ("우엉", "1봉지", 4500, ""), ("연근", "1봉지", "5,000", ""),
    ("도라지", "300g", 6000, ""), ("더덕", "500g", 15000, ""), ("표고버섯", "300g", "6,000", ""),
    ("새송이버섯", "1봉지", 2500, ""), ("팽이버섯", "3봉지", 2000, ""), ("느타리버섯", "1팩", 2500, ""),
    ("사과", "5개", 10000, "부사"), ("배", "1개", "3500", "신고"), ("딸기", "500g", "9,900", "설향"),
    ("귤", "3kg", "12000", "제주산"), ("바나나", "1송이", 4500, "필리핀산"),
    ("참외", "5개", "1만원", ""), ("포도", "2kg", 15000, ""), ("단감", "5개", 6000, ""),
    ("대추", "500g", "8천원", ""), ("밤", "1kg", 7000, ""), ("고사리", "300g", 5000, "중국산"),
    ("두릅", "1팩", "시세", ""), ("달래", "1봉지", "010-1234-5678", ""), ("냉이", "1봉지", 0.5, ""),
    ("봄동", "1봉지", "2~3천원", ""),
]  # fmt: skip


def _sheet(path: Path) -> None:
    """Title, phone, date and blank rows above; a cost column; a wrong heading; a total below."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "순자네 채소 🥬 오늘의 가격"
    sheet.merge_cells("A1:E1")
    sheet["A2"] = "주문 010-9876-5432"
    sheet["A4"] = "2026년 11월 21일"
    for column, head in enumerate(("번호", "품명", "규격", "메모", "비고"), start=1):
        sheet.cell(7, column, head)
    for place, (name, unit, price, note) in enumerate(ROWS):
        for column, value in enumerate((place + 1, name, unit, note, price), start=1):
            sheet.cell(8 + place, column, value)
    sheet.cell(8 + len(ROWS), 2, "합계")
    sheet.cell(8 + len(ROWS), 5, 300000)
    book.save(path)


def _shot(page: Page, name: str) -> None:
    folder = os.environ.get("JANGTEO_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def market(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> Market:
    """One stall without goods; its console's clock stands at noon."""
    live_site.expect_console(r"ERR_CONNECTION_REFUSED|/live\?token=")
    monkeypatch.setattr("jangteo.channels.stall.desk.utc_now", lambda: NOON)
    world = make_world(commission_bp=300, card_fee_bp=220)
    world.stall("vegetable", name="순자네 채소")
    return Market(world)


def _offers(market: Market) -> dict[str, Offer]:
    with every_market():
        market.world.offers = {o.name: o for o in Offer.objects.all()}
    return market.world.offers


def test_sixty_messy_rows_are_on_sale_with_taps_only_and_the_first_order_rings(
    live_site: LiveSite, phone_page: Page, market: Market, tmp_path: Path
) -> None:
    started = monotonic()
    page = phone_page
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    file = tmp_path / "가격표_최종(2).xlsx"
    _sheet(file)
    page.goto(live_site.url + market.path(rest="list"))
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="읽어 보기", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("모두 국산인가요"))).to_be_visible()
    _shot(page, "list")
    with every_market():
        import_id = PriceImport.objects.get().pk
    with market_scope(market.world.market.pk):
        piles = import_piles(market.world.market.pk, market.world.stalls["vegetable"].pk, import_id)
    rows = len(piles.sure) + len(piles.check) + len(piles.cannot)
    assert rows == len(ROWS) == 60
    # what needs no typing: certain, or a proposal to tap
    assert piles.usable_without_typing / rows >= 0.9, [
        (r.name, r.cells, r.reason_ko) for r in (*piles.check, *piles.cannot) if not r.proposals
    ]

    page.get_by_text("네, 모두 국산이에요").click()
    expect(page.get_by_text("적어 두었어요.")).to_be_visible()
    for _ in range(len(piles.check)):
        card = page.locator(".pile.is-check .pile-card").first
        if not card.is_visible():
            break
        waiting = page.locator(".pile.is-check .pile-card").count()
        proposal = card.locator("button.proposal")
        (proposal if proposal.count() else card.get_by_text("이 줄은 빼기")).first.click()
        expect(page.locator(".pile.is-check .pile-card")).to_have_count(waiting - 1)
    if page.get_by_role("button", name="고른 것만 만든 것이에요").count():
        page.get_by_role("button", name="고른 것만 만든 것이에요").click()
        expect(page.locator("#tax")).to_have_count(0)
    page.get_by_role("button", name=re.compile(r"\d+가지 올리기")).click()
    expect(page.locator(".toast-text").first).to_have_text(re.compile("올렸어요"))
    _shot(page, "done")
    offers = _offers(market)
    on_sale = [o for o in offers.values() if o.state == "on_sale"]
    assert len(on_sale) >= 54
    assert (offers["대파"].price_krw, offers["실파"].price_krw, offers["통마늘"].price_krw) == (
        3500,
        2500,
        35000,
    )
    assert (offers["고사리"].origin, offers["대파"].origin) == ("중국산", "국산")
    assert all(o.item_id for o in (offers["대파"], offers["사과"]))

    market.sell(대파=2, 알배기배추=1)
    page.goto(live_site.url + market.path())
    expect(page.locator("[data-ring-say]")).to_have_attribute(
        "data-ring-say", re.compile("대파 두 단, 알배기배추 한 통")
    )
    assert monotonic() - started < timedelta(minutes=20).total_seconds()

    # the next morning a few prices only: nobody is frightened
    second = tmp_path / "오늘.csv"
    second.write_text("품명,규격,가격,원산지\n대파,1단,3800,국산\n무,1개,1800,국산\n", "utf-8")
    page.goto(live_site.url + market.path(rest="list"))
    page.set_input_files("input[name=file]", second)
    page.get_by_role("button", name="읽어 보기", exact=True).click()
    expect(
        page.get_by_text(re.compile(r"오늘 목록에 없는 \d+가지는 그대로 둘게요"))
    ).to_be_visible()
    expect(page.get_by_text("3,500원 → 3,800원")).to_be_visible()
    page.get_by_text("품절로 하거나 내리기").click()
    page.locator(".gone-one", has_text="쪽파").get_by_label("품절로").check()
    page.get_by_role("button", name="고른 대로 적어 두기").click()
    expect(page.get_by_text("적어 두었어요.")).to_be_visible()
    _shot(page, "second")
    page.get_by_role("button", name="2가지 올리기").click()
    expect(page.locator(".toast-text").first).to_have_text(re.compile("올렸어요"))
    offers = _offers(market)
    assert (offers["대파"].price_krw, offers["쪽파"].state, offers["오이"].state) == (
        3800,
        "sold_out",
        "on_sale",
    )
    page.get_by_role("button", name="모두 되돌리기").click()
    expect(page.get_by_text("되돌린 가격표예요")).to_be_visible()
    offers = _offers(market)
    assert (offers["대파"].price_krw, offers["쪽파"].state) == (3500, "on_sale")


def _board() -> bytes:
    image = Image.new("RGB", (1400, 1000), (250, 248, 240))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 84, index=1)
    for place, (name, unit, price) in enumerate(
        (
            ("대파", "1단", "3,500원"),
            ("시금치", "1단", "3,000원"),
            ("애호박", "1개", "1,500원"),
            ("콩나물", "1봉지", "2,000원"),
        )
    ):
        top = 90 + place * 210
        draw.text((90, top), name, fill=(20, 20, 20), font=font)
        draw.text((600, top), unit, fill=(20, 20, 20), font=font)
        draw.text((950, top), price, fill=(20, 20, 20), font=font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _cat() -> bytes:
    """A picture with shapes and no writing."""
    image = Image.new("RGB", (900, 700), (210, 190, 160))
    draw = ImageDraw.Draw(image)
    draw.ellipse((250, 150, 650, 550), fill=(120, 90, 60))
    draw.polygon([(270, 230), (330, 60), (420, 190)], fill=(120, 90, 60))
    draw.polygon([(630, 230), (570, 60), (480, 190)], fill=(120, 90, 60))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _send_photo(page: Page, live_site: LiveSite, market: Market, data: bytes) -> int:
    page.goto(live_site.url + market.path(rest="list"))
    photo = {"name": "board.jpg", "mimeType": "image/jpeg", "buffer": data}
    page.set_input_files("input[name=photo]", [photo])  # type: ignore[list-item]
    page.get_by_role("button", name="사진 읽어 보기").click()
    page.wait_for_url(re.compile(r"/list/\d+$"))
    expect(page.get_by_text("읽는 중이에요. 조금만 기다려 주세요")).to_be_visible()
    with every_market():
        return int(PriceImport.objects.order_by("-pk")[0].pk)


def test_a_photographed_board_becomes_rows_with_their_part_of_the_picture(
    live_site: LiveSite, phone_page: Page, market: Market
) -> None:
    page = phone_page
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    import_id = _send_photo(page, live_site, market, _board())
    _shot(page, "wait")
    assert read_list(market.world.market.pk, import_id) == "read"
    expect(page.get_by_role("heading", name="확실해요")).to_be_visible()
    with every_market():
        rows = {
            row.name or (row.proposals[0]["name"] if row.proposals else ""): row
            for row in PriceImport.objects.get(pk=import_id).rows.all()
        }
    assert {"대파", "시금치", "애호박", "콩나물"} <= set(rows)
    prices = {
        name: row.price_krw or [p["price_krw"] for p in row.proposals][:1]
        for name, row in rows.items()
        if name
    }
    assert (prices["대파"], prices["애호박"]) in ((3500, 1500), ([3500], [1500])), prices
    crop = page.locator("img.crop").first
    crop.scroll_into_view_if_needed()
    expect(crop).to_be_visible()
    expect(crop).to_have_js_property("complete", value=True)
    assert crop.evaluate("image => image.naturalWidth") > 100
    _shot(page, "photo")


def test_a_cat_is_no_price_list_and_the_page_says_so(
    live_site: LiveSite, phone_page: Page, market: Market
) -> None:
    page = phone_page
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    import_id = _send_photo(page, live_site, market, _cat())
    assert read_list(market.world.market.pk, import_id) == "failed"
    expect(
        page.get_by_text(re.compile("글자를 찾지 못했어요|가격표로 보이는 글자가"))
    ).to_be_visible()
    _shot(page, "cat")


_FAKE_EARS = """
window.SpeechRecognition = class {
  start() {
    setTimeout(() => {
      this.onresult({ results: [[{ transcript: window.__said }]] });
      this.onend();
    }, 50);
  }
  stop() { this.onend(); }
};
"""


def test_a_price_is_said_agreed_to_and_undone_and_a_paid_order_keeps_its_own(
    live_site: LiveSite, phone_page: Page, market: Market
) -> None:
    live_site.expect_console(r"status of 409")
    page = phone_page
    world = market.world
    world.offer("대파", 3000, stall="vegetable", unit="한 단 약 1kg", origin="국산")
    world.offer("딸기", 8000, stall="vegetable", unit="1팩", origin="국산")
    world.offer("사과", 10000, stall="vegetable", unit="5개", origin="국산")
    world.offer("사과 ", 45000, stall="vegetable", unit="1상자", origin="국산")
    part = market.sell(대파=2)
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    page.add_init_script(_FAKE_EARS)
    page.goto(live_site.url + market.path(rest="say"))
    _shot(page, "say")
    page.evaluate("window.__said = '오늘 대파 한 단 삼천오백 원'")
    page.get_by_role("button", name="말하기").click()
    expect(page.get_by_text("3,500원")).to_be_visible()
    _shot(page, "said")
    with every_market():
        assert Offer.objects.get(name="대파").price_krw == 3000
    page.get_by_role("button", name="맞아요", exact=True).click()
    expect(page.get_by_role("heading", name="바꿨어요")).to_be_visible()
    with every_market():
        assert Offer.objects.get(name="대파").price_krw == 3500
        assert PriceChange.objects.get().channel == "voice"
        assert OrderLine.objects.get(part=part).unit_price_krw == 3000
    _shot(page, "said-done")
    page.get_by_role("button", name="대파 되돌리기").click()
    expect(page.locator(".toast-text").first).to_have_text("3,000원으로 되돌렸어요.")

    # typed: several in one breath, one of them two goods, one a jump, and one new
    page.goto(live_site.url + market.path(rest="say"))
    page.get_by_label("적어도 돼요").fill("대파 만 원 사과 만이천원 딸기 품절 두릅 한 단 오천원")
    page.get_by_role("button", name="알아들었는지 보기").click()
    expect(page.get_by_text("이름이 같은 물건이 여럿이에요. 어느 것인가요?")).to_be_visible()
    page.locator("label.said-choice", has_text="5개").click()
    page.locator("label.said-choice", has_text="두릅").click()
    _shot(page, "said-choices")
    page.get_by_role("button", name="맞아요", exact=True).click()
    expect(page.get_by_role("heading", name="값이 많이 달라요. 맞나요?")).to_be_visible()
    _shot(page, "said-jump")
    with every_market():
        assert Offer.objects.get(name="딸기").state == "on_sale"
    page.get_by_role("button", name="네, 맞아요").click()
    expect(page.get_by_role("heading", name="바꿨어요")).to_be_visible()
    with every_market():
        assert Offer.objects.get(name="대파").price_krw == 10000
        assert Offer.objects.get(unit="5개").price_krw == 12000
        assert Offer.objects.get(unit="1상자").price_krw == 45000
        assert Offer.objects.get(name="딸기").state == "sold_out"
    page.get_by_role("link", name="새 물건 확인하고 올리기").click()
    expect(page.get_by_text("두릅").first).to_be_visible()
    assert live_site.audit(page) == []


def test_without_speech_recognition_the_text_field_is_there(
    live_site: LiveSite, phone_page: Page, market: Market
) -> None:
    page = phone_page
    live_site.sign_in(page, person_with(market, Role.STALL_OWNER, "vegetable"))
    page.add_init_script("delete window.SpeechRecognition; delete window.webkitSpeechRecognition;")
    page.goto(live_site.url + market.path(rest="say"))
    expect(
        page.get_by_text("이 브라우저는 말을 알아듣지 못해요. 아래에 적어 주세요.")
    ).to_be_visible()
    expect(page.get_by_role("button", name="말하기")).to_be_hidden()
    page.get_by_label("적어도 돼요").fill("아무 말")
    page.get_by_role("button", name="알아들었는지 보기").click()
    expect(page.get_by_text("무슨 물건의 값인지 알 수 없었어요")).to_be_visible()
    assert live_site.audit(page) == []
