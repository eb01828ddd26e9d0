"""Why something is shown: in plain words, true, for one pair of eyes; and the way to say no."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from jangteo.apps.accounts.models import Consent
from jangteo.apps.decisions.ids import new_id
from jangteo.apps.decisions.models import (
    CapabilitySetting,
    Decision,
    Experiment,
    Objection,
    Subject,
)
from jangteo.apps.decisions.setup import forget_setups, touch_setup
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.models import OrderLine, StallOrder
from jangteo.channels.web.people import GUEST_COOKIE
from jangteo.platform.tenancy import every_market, market_scope
from tests.channels.shop.shopping import Shopping, words
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_setups() -> None:
    forget_setups()


def _why(shopping: Shopping, path: str = "/") -> str:
    """The address of the first "why" of a page, below the market's."""
    page = shopping.get(path).content.decode()
    found = re.search(r'href="(/m/[^"]+/why/[^"#]+)"', page)
    assert found
    return found[1].removeprefix(shopping.base)


def _choose(shopping: Shopping, word: str) -> str:
    answer = shopping.post("/ai/choose", {"personal": word})
    assert answer.status_code == 303
    return words(shopping.client.get(answer["Location"]))


def _decision(why: str) -> Decision:
    with every_market():
        return Decision.objects.get(pk=why.rpartition("/")[2])


def test_home_recommends_says_so_and_explains_each_product(shopping: Shopping) -> None:
    for _ in range(2):
        shopping.buy("두부")
    said = shopping.text("/")
    assert "오늘의 추천 AI" in said
    assert "이번 주에 2번 팔렸어요" in said
    said = shopping.text(_why(shopping))
    for expected in (
        "왜 이렇게 정했나요?", "두부 tofu 이번 주에 2번 팔렸어요",
        "장터에 들어 있는 추천 프로그램이 정했어요.", "맞춘 결과가 아니에요",
        "보지 않은 것 본인이 전에 산 물건과 갈래", "마음에 들지 않아요",
    ):  # fmt: skip
        assert expected in said, expected


def test_the_number_said_later_is_the_number_of_then(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        shopping.buy("두부")
    why = _why(shopping)
    later = NOON + timedelta(minutes=5)
    for clock in ("channels.shop.page", "channels.shop.views.pay"):
        monkeypatch.setattr(f"jangteo.{clock}.utc_now", lambda: later, raising=False)
    shopping.buy("두부")
    assert "이번 주에 3번 팔렸어요" in shopping.text("/")
    assert "이번 주에 2번 팔렸어요" in shopping.text(why)


def test_yes_no_and_yes_again_count_at_once(shopping: Shopping) -> None:
    shopping.buy("멸치볶음")
    assert "지난번에 사신" not in shopping.text("/")
    assert "켰어요" in _choose(shopping, "yes")
    assert "지난번에 사신 멸치볶음이에요" in shopping.text("/")
    assert "전에 산 것을 보고 맞춘 결과예요." in shopping.text(_why(shopping))
    assert "껐어요" in _choose(shopping, "no")
    said = shopping.text("/")
    assert "오늘의 추천" in said
    assert "지난번에 사신" not in said
    row = _decision(_why(shopping))
    assert (row.subject, row.is_personal) == (None, False)
    with every_market():
        assert Consent.objects.get(purpose="personal").is_given is False


def test_an_unclear_choice_changes_nothing(shopping: Shopping) -> None:
    assert shopping.post("/ai/choose", {"personal": "maybe"}).status_code == 422
    assert shopping.client.get(shopping.base + "/ai/choose").status_code == 405
    assert not Consent.objects.exists()


def test_somebody_elses_decision_is_not_found(shopping: Shopping, world: World) -> None:
    shopping.add("대파")
    why = _why(shopping)
    assert shopping.get(why).status_code == 200
    other = Shopping(world=world, client=Client())
    assert other.get(why).status_code == 404
    other.add("대파")
    assert other.get(why).status_code == 404
    assert other.post(f"{why}/object", {"text": "x"}).status_code == 404


def test_a_decision_for_nobody_opens_by_its_id_and_offers_no_objection(
    shopping: Shopping, world: World
) -> None:
    why = _why(shopping)
    assert _decision(why).subject is None
    other = Shopping(world=world, client=Client())
    answer = other.get(why)
    assert answer.status_code == 200
    assert "보내기" not in words(answer)
    assert "no-store" in answer["Cache-Control"]
    unknown = new_id(NOON)
    assert other.get(f"/why/{unknown}").status_code == 404
    assert other.get(f"/why/{UUID(int=5)}").status_code == 404


def test_a_complaint_reaches_a_person_and_an_empty_one_says_how(shopping: Shopping) -> None:
    shopping.add("대파")
    why = _why(shopping)
    refused = shopping.post(f"{why}/object", {"text": "  ", "kind": "complaint"})
    assert refused.status_code == 422
    assert "무엇이 잘못됐는지" in words(refused)
    answer = shopping.post(f"{why}/object", {"text": "왜 늘 두부인가요", "kind": "complaint"})
    assert answer.status_code == 303
    assert "잘 받았어요" in words(shopping.client.get(answer["Location"]))
    with every_market():
        row = Objection.objects.get()
    assert (row.kind, row.text, row.state) == ("complaint", "왜 늘 두부인가요", "open")


def test_a_market_that_switched_it_off_shows_no_ai_mark(shopping: Shopping, world: World) -> None:
    with market_scope(world.market.pk):
        CapabilitySetting.objects.create(
            market=world.market, capability="shelf-order", is_suspended=True
        )
        touch_setup(world.market.pk)
    page = shopping.get("/").content.decode()
    assert "추천 없이, 가게들이 정한 차례대로" in page
    assert "ai-mark" not in page
    assert "시장이 AI를 꺼 두어서" in shopping.text(_why(shopping))
    assert "지금은 꺼져 있어요" in shopping.text("/ai")


def test_a_trial_gives_a_key_says_one_quiet_line_and_lets_her_out(
    shopping: Shopping, world: World
) -> None:
    with market_scope(world.market.pk):
        Experiment.objects.create(
            market=world.market, slug="trial", title="시험", capability="shelf-order",
            unit="shopper", primary_metric="paid", guardrails=[], salt="s", state="running",
            arms=[
                {"name": "control", "provider": "built-in", "share_bp": 5000},
                {"name": "other", "provider": "built-in", "share_bp": 5000},
            ],
            starts_at=NOON - timedelta(days=1), ends_at=NOON + timedelta(days=1),
        )  # fmt: skip
        touch_setup(world.market.pk)
    shopping.get("/")
    assert GUEST_COOKIE not in shopping.client.cookies
    said = shopping.text("/")
    assert GUEST_COOKIE in shopping.client.cookies
    assert "이 시장은 지금 추천을 시험하고 있어요." in said
    why = _why(shopping)
    assert _decision(why).arm in ("control", "other")
    assert "추천 방법을 시험하고 있고" in shopping.text(why)
    assert "11월 22일(일)까지 방법을 시험하고" in shopping.text("/ai")
    _choose(shopping, "no")
    assert "시험하고 있어요" not in shopping.text("/")
    row = _decision(_why(shopping))
    assert (row.arm, row.subject) == ("", None)


def test_every_automated_decision_of_the_market_is_told_and_linked_from_every_page(
    shopping: Shopping,
) -> None:
    assert f'href="{shopping.base}/ai"' in shopping.get("/about").content.decode()
    said = shopping.text("/ai")
    for expected in (
        "앞에 놓을 물건 고르기", "떨어진 물건 대신 고르기", "대신 받을 것 보여 드리기",
        "개인정보, 동의한 사람만", "사람이 보고 고른 다음에 쓰여요", "10일 안에 답해요",
        "제44조의4",
    ):  # fmt: skip
        assert expected in said, expected


def test_a_substitute_on_the_order_page_says_who_chose_it_why_and_takes_an_objection(
    shopping: Shopping, world: World
) -> None:
    leek = world.offers["대파"].pk
    order = shopping.buy("대파")
    with every_market():
        OrderLine.objects.filter(part__order=order, offer_id=leek).update(
            substitution="similar", max_rise_pct=10
        )
        line = OrderLine.objects.get(part__order=order, offer_id=leek)
        part = StallOrder.objects.get(pk=line.part_id)
    answer_part(
        actor=world.owner("vegetable"), market_id=world.market.pk, stall_id=part.stall_id,
        order_id=order.pk, part_id=part.pk, available={line.pk: 0}, now=NOON,
    )  # fmt: skip
    path = f"/orders/{order.number}"
    assert "AI가 고른 대체품" in shopping.text(path)
    why = _why(shopping, path)
    assert "같은 가게의 같은 갈래에서 쪽파를 골랐어요." in shopping.text(why)
    answer = shopping.post(f"{why}/object", {"text": "쪽파는 못 먹어요", "kind": "objection"})
    assert answer.status_code == 303
    with every_market():
        assert Objection.objects.get().kind == "objection"
        assert Subject.objects.count() == 1
    stranger = Shopping(world=world, client=Client())
    said = words(stranger.get(f"{path}?k={order.access_token}"))
    assert "쪽파" in said
    assert "왜?" not in said


def test_a_stall_page_is_ordered_too_and_an_empty_one_says_so(
    shopping: Shopping, world: World
) -> None:
    shopping.buy("무")
    shopping.buy("무")
    said = shopping.text("/s/vegetable")
    assert said.index("무") < said.index("쪽파")
    assert "앞쪽에 이번 주에 많이 나간 것 1가지를 놓았어요." in said
    world.stall("empty")
    assert "아직 올린 물건이 없어요" in shopping.text("/s/empty")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)"},
        {"User-Agent": "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com"},
    ],
)
def test_nothing_is_decided_for_pages_that_nobody_looks_at(
    shopping: Shopping, headers: dict[str, str]
) -> None:
    slug = shopping.world.offers["두부"].stall.slug
    for path in ("/", f"/s/{slug}"):
        page = shopping.get(path, **headers).content.decode()
        assert "두부" in page
        assert "/why/" not in page
        assert shopping.client.head(shopping.base + path).status_code == 200
    with every_market():
        assert not Decision.objects.exists()
        assert not Subject.objects.exists()


def test_a_phone_of_the_make_cubot_is_a_shopper(shopping: Shopping) -> None:
    agent = "Mozilla/5.0 (Linux; Android 11; CUBOT P50) AppleWebKit/537.36 KAKAOTALK 10.4"
    assert shopping.get("/", **{"User-Agent": agent}).status_code == 200
    with every_market():
        assert Decision.objects.count() == 1


def test_objections_are_for_people_to_read_and_do_not_pour_in(shopping: Shopping) -> None:
    shopping.add("두부")
    address = f"{_why(shopping)}/object"
    fields = {"kind": "complaint", "text": "마음에 들지 않아요"}
    assert shopping.post(address, fields | {"text": "a\x00b"}).status_code == 422
    sent = [shopping.post(address, fields).status_code for _ in range(30)]
    assert sent == [303] * 29 + [429]
    with every_market():
        assert Objection.objects.count() == 1
