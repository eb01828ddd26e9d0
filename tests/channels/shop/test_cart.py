"""The cart, with and without scripts: put in, change, take out and bring back, fee and time, what went wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from jangteo.apps.catalog.models import Offer
from jangteo.apps.orders.models import CartLine
from jangteo.apps.stock.models import StockLevel
from jangteo.platform.tenancy import every_market
from tests.channels.shop.shopping import HTMX, Shopping, words
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


def _lines(world: World) -> dict[str, tuple[int, str, int]]:
    with every_market():
        rows = CartLine.objects.filter(market=world.market).select_related("offer")
        return {r.offer.name: (r.quantity, r.substitution, r.max_rise_pct) for r in rows}


def test_without_scripts_a_thing_put_in_is_shown_in_the_cart(
    shopping: Shopping, world: World
) -> None:
    answer = shopping.post("/cart/add", {"offer": world.offers["대파"].pk, "quantity": "2"})
    assert (answer.status_code, answer["Location"]) == (303, f"{shopping.base}/cart")
    said = shopping.text("/cart")
    assert "대파 2,500원 / 1개 5,000원" in said
    assert "찾아가기 무료 모두 5,000원" in said
    assert "오늘 오후 12:00까지 공동 배송장에 모아 둘게요" in said


def test_with_htmx_the_basket_comes_back_with_a_toast_that_undoes(
    shopping: Shopping, world: World
) -> None:
    leek = world.offers["대파"].pk
    answer = shopping.post("/cart/add", {"offer": leek}, **HTMX)
    assert 'id="basket"' in answer.content.decode()
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast == {"text": "대파 1개를 담았어요", "undo": f"{shopping.base}/cart/put/{leek}/0"}
    undone = shopping.client.post(toast["undo"])
    assert (undone.status_code, _lines(world)) == (303, {})


def test_undo_goes_back_to_the_page_of_this_market_only(shopping: Shopping, world: World) -> None:
    leek = world.offers["대파"].pk
    path = f"/cart/put/{leek}/1"
    here = f"http://testserver{shopping.base}/c/vegetable?x=1"
    assert shopping.post(path, Referer=here)["Location"] == f"{shopping.base}/c/vegetable?x=1"
    for foreign in ("https://evil.example/m/x", "http://testserver/me", ""):
        assert shopping.post(path, Referer=foreign)["Location"] == f"{shopping.base}/cart"


def test_weighed_goods_go_by_100_g(shopping: Shopping, world: World) -> None:
    pork = world.offer("앞다리살", 1800, stall="fish", unit="100g", is_weighed=True)
    shopping.post("/cart/add", {"offer": pork.pk})
    assert _lines(world)["앞다리살"][0] == 3
    shopping.post(f"/cart/line/{pork.pk}", {"grams": "650"})
    assert _lines(world)["앞다리살"][0] == 7
    assert "12,600원" in shopping.text("/cart")


def test_a_removed_line_comes_back_as_it_was(shopping: Shopping, world: World) -> None:
    leek = world.offers["대파"].pk
    shopping.add("대파", "두부")
    shopping.post(f"/cart/line/{leek}", {"quantity": "4", "rule": "similar-10"})
    answer = shopping.post(f"/cart/line/{leek}", {"remove": "1"}, **HTMX)
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["text"] == "대파를 뺐어요"
    assert "대파" not in _lines(world)
    shopping.client.post(toast["undo"])
    assert _lines(world)["대파"] == (4, "similar", 10)


def test_removal_without_scripts_offers_the_way_back_too(shopping: Shopping, world: World) -> None:
    leek = world.offers["대파"].pk
    shopping.add("대파")
    answer = shopping.post(f"/cart/line/{leek}", {"remove": "1"})
    page = shopping.client.get(answer["Location"]).content.decode()
    assert f'action="{shopping.base}/cart/put/{leek}/1?rule=none"' in page


def test_the_rule_is_said_in_words_and_kept(shopping: Shopping, world: World) -> None:
    leek = world.offers["대파"].pk
    shopping.add("대파")
    for rule, kept in (("call", "call"), ("similar-10", "similar"), ("none", "none")):
        shopping.post(f"/cart/line/{leek}", {"quantity": "1", "rule": rule})
        assert _lines(world)["대파"][1] == kept
    said = shopping.text("/cart")
    assert "품절이면 빼고 환불 품절이면 비슷한 것, 10 %까지 품절이면 물어보기" in said


def test_fee_and_time_are_known_in_the_cart(shopping: Shopping, world: World) -> None:
    shopping.add("대파")
    answer = shopping.post("/cart/way", {"way": "delivery", "area": ""}, **HTMX)
    assert "동네를 고르면 배달비가 나와요" in words(answer)
    answer = shopping.post("/cart/way", {"way": "delivery", "area": "달빛동"}, **HTMX)
    said = words(answer)
    assert "배달비 (달빛동) 3,000원 모두 5,500원" in said
    assert "오늘 오후 12:30까지 달빛동으로 가져다 드려요" in said
    assert "47,500원 더 담으면 배달비가 없어요" in said
    assert "배달비 (달빛동) 3,000원" in shopping.text("/cart")


def test_a_neighbourhood_we_do_not_reach_is_told_with_those_we_do(shopping: Shopping) -> None:
    shopping.add("대파")
    said = words(shopping.post("/cart/way", {"way": "delivery", "area": "먼동"}, **HTMX))
    assert "먼동에는 배달하지 않아요. 배달하는 곳은 달빛동, 별빛동이에요" in said
    assert "주문하기" not in said.split("모두")[-1]


def test_a_forged_choice_is_forgotten(shopping: Shopping) -> None:
    shopping.add("대파")
    shopping.client.cookies["jt_way"] = "eyJ3Ijoi:forged"
    assert "찾아가기 무료" in shopping.text("/cart")


def test_a_price_that_changed_is_said_until_it_is_acknowledged(
    shopping: Shopping, world: World
) -> None:
    leek = world.offers["대파"]
    shopping.add("대파")
    with every_market():
        Offer.objects.filter(pk=leek.pk).update(price_krw=3000)
    assert "담을 때 2,500원이었는데 지금은 3,000원이에요" in shopping.text("/cart")
    shopping.post(f"/cart/line/{leek.pk}", {"seen": "1", "quantity": "1"})
    assert "담을 때" not in shopping.text("/cart")


def test_what_stands_in_the_way_has_a_one_tap_remedy(shopping: Shopping, world: World) -> None:
    shopping.add("대파", "두부", "멸치볶음")
    leek, tofu = world.offers["대파"].pk, world.offers["두부"].pk
    shopping.post(f"/cart/line/{leek}", {"quantity": "8"})
    with every_market():
        StockLevel.objects.filter(offer_id=leek).update(quantity=3)
        Offer.objects.filter(pk=tofu).update(state="sold_out")
    said = shopping.text("/cart")
    assert "3만 남았어요" in said
    assert "다 팔렸어요" in said
    assert "먼저 확인해 주세요" in said
    assert shopping.get("/checkout").status_code == 200
    shopping.post(f"/cart/line/{leek}", {"quantity": "3"})
    shopping.post(f"/cart/line/{tofu}", {"remove": "1"})
    assert "먼저 확인해 주세요" not in shopping.text("/cart")


def test_what_is_not_on_sale_foreign_or_absurd_is_refused(shopping: Shopping, world: World) -> None:
    other = make_world()
    other.stall("far")
    foreign = other.offer("남의 무", 900, stall="far")
    with every_market():
        Offer.objects.filter(pk=world.offers["무"].pk).update(state="sold_out")
    tries: list[tuple[dict[str, Any], int]] = [
        ({"offer": foreign.pk}, 404),
        ({"offer": "abc"}, 404),
        ({"offer": world.offers["무"].pk}, 409),
        ({"offer": world.offers["대파"].pk, "quantity": "1000"}, 422),
    ]
    for data, status in tries:
        assert shopping.post("/cart/add", data).status_code == status, data
    assert _lines(world) == {}


def test_carts_belong_to_their_browser_and_their_market(shopping: Shopping, world: World) -> None:
    shopping.add("대파")
    stranger = Shopping(world=world, client=Client())
    assert "아직 담은 것이 없어요" in stranger.text("/cart")
    elsewhere = Shopping(world=make_world(), client=shopping.client)
    assert "아직 담은 것이 없어요" in elsewhere.text("/cart")
