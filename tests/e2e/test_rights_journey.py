"""A shopper on her phone says no, asks why, objects, takes her data and goes; nothing is made hard for her."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jangteo.apps.accounts.actions.finish_erasures import finish_erasures
from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.models import Consent, Person, Purpose
from jangteo.apps.decisions.models import Decision, Objection
from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.actions.place_order import PlacedOrder, Wanted
from jangteo.apps.orders.models import Order, OrderLine, StallOrder, Substitution
from jangteo.apps.payments.models import Refund
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market
from tests.apps.planted import close
from tests.e2e.conftest import LiveSite
from tests.traces import in_database
from tests.world import NOON, World, four_stalls, grant, person

pytestmark = pytest.mark.e2e
PHONE = "+821066667777"
SHOTS = os.environ.get("JANGTEO_SHOTS", "")


@pytest.fixture
def world(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON)
    monkeypatch.setattr(config(), "var_dir", tmp_path / "var")
    return four_stalls()


def _look(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def _buy(world: World, who: Actor, name: str, **fields: object) -> PlacedOrder:
    wanted = Wanted(offer_id=world.offers[name].pk, quantity=1, **fields)
    placed = world.place(who, wanted)
    world.pay(who, placed)
    return placed


def _regular(world: World) -> Person:
    """Somebody who bought here before and said yes to picks made for her."""
    her = person(phone=PHONE, name="봉선화")
    who = Actor(person_id=her.pk)
    for name in ("멸치볶음", "멸치볶음", "두부"):
        placed = _buy(world, who, name)
        with every_market():
            Order.objects.filter(pk=placed.order_id).update(
                placed_at=NOON - timedelta(days=8), paid_at=NOON - timedelta(days=8)
            )
        close(world, placed, NOON - timedelta(days=8))
    set_consent(
        actor=who, purpose=Purpose.PERSONAL, is_given=True, wording="t", channel="me", now=NOON
    )
    return her


def _sold_out(world: World, placed: PlacedOrder, stall: str) -> None:
    """The stall has none left, and something similar is given by the rule she chose."""
    with every_market():
        part = StallOrder.objects.get(order_id=placed.order_id, stall=world.stalls[stall])
        lines = {line.pk: 0 for line in OrderLine.objects.filter(part=part)}
    answer_part(
        actor=world.owner(stall),
        market_id=world.market.pk,
        stall_id=world.stalls[stall].pk,
        order_id=placed.order_id,
        part_id=part.pk,
        available=lines,
        now=NOON,
    )


def _new_shelf(known: list[Decision]) -> Decision:
    """The one shelf decided since, which is added to the ``known`` ones."""
    with every_market():
        shelves = Decision.objects.filter(capability="shelf-order", about="home")
        (new,) = shelves.exclude(pk__in=[one.pk for one in known])
    known.append(new)
    return new


def test_no_in_three_taps_why_objection_data_and_deletion(
    live_site: LiveSite, world: World, phone_page: Page, desk_page: Page, tmp_path: Path
) -> None:
    page, home = phone_page, f"{live_site.url}/m/{world.market.slug}/"
    her = _regular(world)
    who = Actor(person_id=her.pk)
    live_site.sign_in(page, her)

    # her shelf is made for her; three taps away it is not any more
    page.goto(home)
    shelves: list[Decision] = []
    before = _new_shelf(shelves)
    assert before.is_personal
    assert before.subject is not None
    taps = 0
    page.get_by_role("link", name="추천 끄기·내 정보").tap()
    taps += 1
    expect(page.get_by_role("heading", level=1)).to_have_text("추천과 개인정보 설정")
    assert page.locator("input[type=checkbox]:checked, input[type=radio]:checked").count() == 0
    assert live_site.audit(page) == []
    personal = page.get_by_role("form", name="나에게 맞춘 추천")
    expect(personal.get_by_role("button", name="켜기")).to_have_attribute("aria-pressed", "true")
    on, off = (
        personal.get_by_role("button", name=name).bounding_box() for name in ("켜기", "끄기")
    )
    assert on
    assert off
    assert (on["width"], on["height"]) == (off["width"], off["height"])
    personal.get_by_role("button", name="끄기").tap()
    taps += 1
    expect(page.get_by_text("껐어요. 다음 화면부터 내 자료를 쓰지 않아요.")).to_be_visible()
    assert taps <= 3
    _look(page, "privacy-off-390")
    page.goto(home)
    after = _new_shelf(shelves)
    assert (after.is_personal, after.subject) == (False, None)

    # a mistake is undone at once, without being asked whether she is sure
    page.goto(f"{live_site.url}/me/privacy?changed=personal-off#personal")
    page.get_by_role("button", name="되돌리기").tap()
    expect(personal.get_by_role("button", name="켜기")).to_have_attribute("aria-pressed", "true")
    personal.get_by_role("button", name="끄기").tap()
    expect(personal.get_by_role("button", name="끄기")).to_have_attribute("aria-pressed", "true")

    # switched off or not, what was done with her order can be asked about and objected to
    placed = _buy(world, who, "대파", substitution=Substitution.SIMILAR, max_rise_pct=10)
    _sold_out(world, placed, "vegetable")
    with every_market():
        decision = Decision.objects.filter(capability="substitute").latest("id")
    assert decision.subject is None
    page.goto(f"{home}why/{decision.id}")
    expect(page.get_by_role("heading", name="이의 있어요")).to_be_visible()
    page.get_by_label("무엇이 잘못됐나요?").fill("쪽파 말고 돈으로 돌려주세요")
    page.get_by_role("button", name="보내기").tap()
    expect(page.get_by_text("잘 받았어요")).to_be_visible()
    with every_market():
        objection = Objection.objects.get()
    assert objection.kind == "objection"
    page.goto(f"{live_site.url}/me/privacy#objections")
    expect(page.get_by_text("쪽파 말고 돈으로 돌려주세요")).to_be_visible()
    expect(page.locator("#objections .badge")).to_contain_text("일 남음")
    _look(page, "privacy-objection-390")

    # a person of the office answers
    clerk = person(name="상인회")
    grant(clerk, Role.OFFICE, world)
    live_site.sign_in(desk_page, clerk, strong=True)
    desk_page.goto(f"{live_site.url}/office/{world.market.slug}/")
    desk_page.get_by_role("link", name="이의", exact=True).click()
    expect(desk_page.get_by_text("쪽파 말고 돈으로 돌려주세요")).to_be_visible()
    assert live_site.audit(desk_page) == []
    _look(desk_page, "office-objections-1280")
    live_site.expect_console(r"status of 422")
    live_site.expect_console(r"/live\?token=")  # no live process here
    desk_page.get_by_role("radio", name="바로잡았어요").check()
    desk_page.get_by_label("손님에게 보낼 답").fill("네")
    desk_page.get_by_role("button", name="답 보내기").click()
    expect(desk_page.get_by_text("무엇을 보고 왜 그렇게 정했는지 10자 이상")).to_be_visible()
    expect(desk_page.get_by_role("radio", name="바로잡았어요")).to_be_checked()
    desk_page.get_by_label("손님에게 보낼 답").fill("쪽파를 빼고 대파 값을 돌려 드렸어요.")
    desk_page.get_by_role("button", name="답 보내기").click()
    expect(desk_page.get_by_text("답을 보냈어요")).to_be_visible()
    assert Message.objects.filter(to_phone=PHONE, template="objection_answered").count() == 1
    page.reload()
    expect(page.get_by_text("쪽파를 빼고 대파 값을 돌려 드렸어요.")).to_be_visible()

    # her data: to read and as a file
    page.get_by_role("link", name="내 자료 보기").tap()
    expect(page.get_by_text("쪽파를 빼고 대파 값을 돌려 드렸어요.")).to_be_visible()
    assert live_site.audit(page) == []
    _look(page, "my-data-390")
    with page.expect_download() as started:
        page.get_by_role("link", name="파일로 받기").tap()
    started.value.save_as(tmp_path / "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    rows = {section["key"]: section["rows"] for section in mine["sections"]}
    assert rows["account"][0]["phone"] == PHONE
    assert rows["orders"][0]["number"] == placed.number
    assert rows["objections"][0]["answer"] == "쪽파를 빼고 대파 값을 돌려 드렸어요."

    desk_page.goto(f"{live_site.url}/me/privacy")
    assert live_site.audit(desk_page) == []
    _look(desk_page, "privacy-1280")

    # she goes while an order is open
    page.goto(f"{live_site.url}/me/privacy")
    page.get_by_role("link", name="내 자료 모두 지우기").tap()
    expect(page.get_by_text(f"주문 {placed.number}번이 아직 끝나지 않았어요.")).to_be_visible()
    expect(page.get_by_text("5년 동안 따로 보관")).to_be_visible()
    assert live_site.audit(page) == []
    _look(page, "delete-390")
    page.get_by_role("button", name="지워 주세요").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("지우기를 기다리고 있어요")
    expect(page.get_by_text("일 남았어요.")).to_be_visible()
    _look(page, "erasure-waiting-390")
    receipt = page.url
    assert not Consent.objects.filter(person=her, is_given=True).exists()
    page.get_by_role("button", name="지우지 않을래요").tap()
    expect(page.get_by_role("link", name="내 자료 모두 지우기")).to_be_visible()
    page.get_by_role("link", name="내 자료 모두 지우기").tap()
    page.get_by_role("button", name="지워 주세요").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("지우기를 기다리고 있어요")
    assert page.url != receipt
    receipt = page.url

    # the order ends, and she is gone; the receipt opens without an account
    close(world, placed, utc_now())
    with every_market():
        Refund.objects.exclude(state="done").update(state="done")
    assert finish_erasures(actor=Actor.system(), now=utc_now()) == 1
    assert in_database({PHONE, "봉선화", "김하늘", "+821000000001"}) == {"orders_keptcontact"}
    page.goto(receipt)
    expect(page.get_by_text("모두 지웠어요")).to_be_visible()
    expect(page.get_by_text("따로 보관")).to_be_visible()
    assert live_site.audit(page) == []
    assert PHONE[-4:] not in page.content()
    _look(page, "erasure-done-390")
    page.goto(f"{live_site.url}/me")
    expect(page).to_have_url(f"{live_site.url}/in?next=%2Fme")
    desk_page.goto(f"{live_site.url}/office/{world.market.slug}/orders/{placed.number}/")
    expect(desk_page.get_by_text("(삭제된 손님)")).to_be_visible()


def test_somebody_who_never_signed_in_says_no_and_is_forgotten(
    live_site: LiveSite, world: World, phone_page: Page
) -> None:
    page, home = phone_page, f"{live_site.url}/m/{world.market.slug}/"
    page.goto(f"{live_site.url}/me/privacy")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["jt_csrf"] or not any(
        cookie["name"] == "jt_guest" for cookie in page.context.cookies()
    )
    expect(page.get_by_text("이 브라우저에 대해 가지고 있는 자료가 없어요.")).to_be_visible()
    personal = page.get_by_role("form", name="나에게 맞춘 추천")
    personal.get_by_role("button", name="끄기").tap()
    expect(page.get_by_text("껐어요. 다음 화면부터 내 자료를 쓰지 않아요.")).to_be_visible()
    assert Consent.objects.get().is_given is False
    page.goto(home)
    assert _new_shelf([]).subject is None
    page.get_by_role("button", name="두부 담기").first.tap()
    expect(page.locator(".toast-text").last).to_have_text("두부 1개를 담았어요")
    page.goto(f"{live_site.url}/me/privacy/delete")
    assert live_site.audit(page) == []
    page.get_by_role("button", name="지워 주세요").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("모두 지웠어요")
    _look(page, "browser-forgotten-390")
    # a new browser to us, and still a no
    said = Consent.objects.get()
    assert (said.person_id, said.is_given) == (None, False)
    page.goto(home)
    expect(page.locator("#basket .count")).to_have_count(0)
