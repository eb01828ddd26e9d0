"""The owner's pages of texts, and what shoppers see of them."""

from __future__ import annotations

import pytest
from django.test import Client

from jangteo.apps.catalog.models import Offer, StallDesk, WrittenText
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, client_of, person_with

pytestmark = pytest.mark.django_db


def _latest() -> WrittenText:
    with every_market():
        return WrittenText.objects.order_by("-id")[0]


def _offer(market: Market, name: str = "대파") -> Offer:
    with every_market():
        return Offer.objects.get(pk=market.world.offers[name].pk)


def _draft(market: Market, owner: Client, **fields: str) -> WrittenText:
    posted = {"kind": "product", "offer": str(_offer(market).pk), "after": "0"} | fields
    answer = owner.post(market.path(rest="texts/new"), posted)
    assert answer.status_code == 302
    return _latest()


def test_from_goods_to_a_published_text_in_two_taps(
    market: Market, owner: Client, client: Client
) -> None:
    page = owner.get(market.path(rest=f"goods/{_offer(market).pk}")).content.decode()
    assert "글 써 주기" in page
    text = _draft(market, owner)
    page = owner.get(market.path(rest=f"texts/{text.pk}")).content.decode()
    assert "AI가 쓴 글" in page
    assert "이것만 가지고 썼어요" in page
    assert "올리기" in page
    answer = owner.post(market.path(rest=f"texts/{text.pk}/publish"))
    assert answer.status_code == 302
    seen = client.get(f"/m/{market.world.market.slug}/p/{_offer(market).pk}").content.decode()
    assert _offer(market).description in seen
    assert "AI가 쓴 글" in seen
    assert 'data-ai-generated="true"' in seen


def test_the_list_says_how_many_wait(market: Market, owner: Client) -> None:
    empty = owner.get(market.path(rest="texts")).content.decode()
    assert "글 없는 물건 3가지 한꺼번에 쓰기" in empty
    _draft(market, owner)
    _draft(market, owner, offer=str(_offer(market, "무").pk))
    page = owner.get(market.path(rest="texts")).content.decode()
    assert "2개를 봐 주세요" in page
    assert "2개를 봐 주세요" in owner.get(market.path(rest="goods")).content.decode()


def test_each_waiting_text_leads_to_the_next(market: Market, owner: Client) -> None:
    first = _draft(market, owner)
    second = _draft(market, owner, offer=str(_offer(market, "무").pk))
    answer = owner.post(market.path(rest=f"texts/{first.pk}/publish"))
    assert answer.headers["Location"] == market.path(rest=f"texts/{second.pk}")


def test_words_of_hers_are_asked_and_shown_marked(market: Market, owner: Client) -> None:
    text = _draft(market, owner)
    owner.post(market.path(rest=f"texts/{text.pk}/edit"), {"text": "제주에서 온 대파예요. 3,000원"})
    mine = _latest()
    page = owner.get(market.path(rest=f"texts/{mine.pk}")).content.decode()
    assert "<mark" in page
    assert "다 맞아요, 올리기" in page
    refused = owner.post(market.path(rest=f"texts/{mine.pk}/publish"))
    assert refused.status_code == 409
    assert "칸에 없는 말이 있어요" in refused.content.decode()
    owner.post(market.path(rest=f"texts/{mine.pk}/publish"), {"sure": "yes"})
    assert _offer(market).description == "제주에서 온 대파예요. 3,000원"


def test_an_origin_she_wrote_is_offered_as_a_field(market: Market, owner: Client) -> None:
    with every_market():
        Offer.objects.filter(pk=_offer(market).pk).update(origin="")
    text = _draft(market, owner)
    owner.post(market.path(rest=f"texts/{text.pk}/edit"), {"text": "제주에서 온 대파예요."})
    mine = _latest()
    page = owner.get(market.path(rest=f"texts/{mine.pk}")).content.decode()
    assert "원산지 칸이 비어 있어요" in page
    owner.post(market.path(rest=f"texts/{mine.pk}/origin"), {"origin": "국내산(제주)"})
    assert _offer(market).origin == "국내산(제주)"
    assert _offer(market).description == "제주에서 온 대파예요."


def test_barred_words_are_refused_and_nothing_typed_is_lost(market: Market, owner: Client) -> None:
    text = _draft(market, owner)
    words = "암을 예방하는 대파예요."
    answer = owner.post(market.path(rest=f"texts/{text.pk}/edit"), {"text": words})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert _latest().pk == text.pk


def test_markup_in_a_text_is_words(market: Market, owner: Client, client: Client) -> None:
    text = _draft(market, owner)
    words = "대파 <script>alert(1)</script><img src=x onerror=alert(2)>"
    owner.post(market.path(rest=f"texts/{text.pk}/edit"), {"text": words})
    mine = _latest()
    page = owner.get(market.path(rest=f"texts/{mine.pk}")).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_a_review_is_answered_and_a_long_one_refused_kindly(market: Market, owner: Client) -> None:
    page = owner.post(market.path(rest="texts/review"), {"review": "대파가 좋아요", "rating": "5"})
    assert page.status_code == 302
    reply = owner.get(page.headers["Location"]).content.decode()
    assert "복사" in reply
    long = owner.post(market.path(rest="texts/review"), {"review": "가" * 10_000})
    assert long.status_code == 422
    assert "4000자보다 길어요" in long.content.decode()


def test_the_switch_is_the_owners(market: Market, owner: Client) -> None:
    assert "틀린 데가 없으면 바로 올리기" in owner.get(market.path(rest="texts")).content.decode()
    owner.post(market.path(rest="texts/unseen"), {"on": "yes"})
    with every_market():
        assert StallDesk.objects.get(stall=market.world.stalls["vegetable"]).publishes_unseen
    proxy = client_of(person_with(market, Role.PROXY, "vegetable"))
    page = proxy.get(market.path(rest="texts")).content.decode()
    assert "켜는 것은 주인만" in page or "끄는 것은 주인만" in page
    assert proxy.post(market.path(rest="texts/unseen"), {"on": "no"}).status_code == 403


def test_another_stalls_texts_are_not_found(market: Market, owner: Client) -> None:
    text = _draft(market, owner)
    fish = client_of(person_with(market, Role.STALL_OWNER, "fish"))
    assert fish.get(market.path("fish", f"texts/{text.pk}")).status_code == 404
    assert fish.get(market.path(rest=f"texts/{text.pk}")).status_code == 403
    assert fish.post(market.path("fish", f"texts/{text.pk}/publish")).status_code == 404


def test_business_details_are_checked_and_shown(
    market: Market, owner: Client, client: Client
) -> None:
    path = market.path(rest="business")
    wrong = owner.post(path, {"business_number": "220-81-62518", "trade_name": "우리채소"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "다시" in page
    assert "220-81-62518" in page
    right = {
        "trade_name": "우리채소",
        "representative": "박순자",
        "business_number": "2208162517",
        "mail_order_number": "제2024-서울강동-0123호",
        "phone": "02-123-4567",
        "address": "서울 강동구 1",
    }
    assert owner.post(path, right).status_code == 302
    with every_market():
        kept = StallDesk.objects.get(stall=market.world.stalls["vegetable"]).business
    assert kept["business_number"] == "220-81-62517"
    assert kept["mail_order_number"] == "2024-서울강동-0123"
    stall = client.get(f"/m/{market.world.market.slug}/s/vegetable").content.decode()
    assert "220-81-62517" in stall


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("business_number", "123"),
        ("business_number", "220-81-6251a"),
        ("mail_order_number", "2024"),
        ("phone", "없음"),
    ],
)
def test_a_wrong_detail_names_its_field(
    market: Market, owner: Client, field: str, text: str
) -> None:
    answer = owner.post(market.path(rest="business"), {field: text})
    assert answer.status_code == 422
    with every_market():
        assert not StallDesk.objects.exclude(business={}).exists()


def test_pages_answer_in_english(market: Market, owner: Client) -> None:
    text = _draft(market, owner)
    for rest in ("texts", f"texts/{text.pk}", "texts/review", f"texts/{text.pk}/edit", "business"):
        answer = owner.get(market.path(rest=rest), headers={"Accept-Language": "en"})
        assert answer.status_code == 200
