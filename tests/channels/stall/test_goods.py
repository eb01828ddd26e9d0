"""Goods: sold out and back in one tap, prices that keep paid orders, counting, pictures, new goods."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from jangteo.apps.catalog.models import Offer, PriceChange
from jangteo.apps.stock.models import StockLevel
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, client_of, person_with

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def _offer(market: Market, name: str) -> Offer:
    with every_market():
        return Offer.objects.get(pk=market.world.offers[name].pk)


def _path(market: Market, name: str, rest: str, stall: str = "vegetable") -> str:
    return market.path(stall, f"goods/{market.world.offers[name].pk}/{rest}")


def test_sold_out_and_back_in_one_tap_each_with_undo(market: Market, owner: Client) -> None:
    gone = owner.post(_path(market, "무", "mark/out"), headers=PART)
    assert _offer(market, "무").state == "sold_out"
    told = json.loads(gone.headers["HX-Trigger"])["toast"]
    assert (told["text"], told["undo"]) == ("무를 품절로 했어요.", _path(market, "무", "mark/back"))
    assert "다시 팔기" in gone.content.decode()
    owner.post(told["undo"])
    assert _offer(market, "무").state == "on_sale"


@pytest.mark.parametrize(("mark", "field"), [("arrived", "arrived_on"), ("today", "today_only_on")])
def test_marks_of_today_go_on_and_off(market: Market, owner: Client, mark: str, field: str) -> None:
    owner.post(_path(market, "무", f"mark/{mark}"))
    assert str(getattr(_offer(market, "무"), field)) == "2026-11-21"
    owner.post(_path(market, "무", f"mark/not-{mark}"))
    assert getattr(_offer(market, "무"), field) is None


def test_a_new_price_is_for_new_orders_only_and_can_be_undone(
    market: Market, owner: Client
) -> None:
    part = market.sell(대파=2)
    owner.post(_path(market, "대파", "price"), {"price": "3,500"})
    assert _offer(market, "대파").price_krw == 3500
    assert market.lines(part)["대파"].unit_price_krw == 2500
    assert market.part(part).goods_krw == 5000
    page = owner.get(market.path(rest="goods")).content.decode()
    assert "이미 받은 주문은 예전 값 그대로예요" in page
    with every_market():
        change = PriceChange.objects.latest("pk")
    owner.post(market.path(rest=f"goods/price/{change.pk}/undo"))
    assert _offer(market, "대파").price_krw == 2500


def test_a_huge_change_is_asked_once_more(market: Market, owner: Client) -> None:
    asked = owner.post(_path(market, "대파", "price"), {"price": "25000"})
    assert asked.status_code == 409
    assert "값이 많이 달라요" in asked.content.decode()
    assert _offer(market, "대파").price_krw == 2500
    owner.post(_path(market, "대파", "price"), {"price": "25000", "sure": "yes"})
    assert _offer(market, "대파").price_krw == 25000


def test_a_price_of_nothing_is_refused(market: Market, owner: Client) -> None:
    answer = owner.post(_path(market, "대파", "price"), {"price": "0"})
    assert answer.status_code == 422
    assert "지금 가격은 그대로예요" in answer.content.decode()


def test_what_is_left_is_counted_and_the_counting_stops(market: Market, owner: Client) -> None:
    owner.post(_path(market, "무", "count"), {"quantity": "12"})
    with every_market():
        level = StockLevel.objects.get(offer=market.world.offers["무"])
    assert (level.is_counted, level.quantity) == (True, 12)
    owner.post(_path(market, "무", "count"), {"stop": "yes"})
    with every_market():
        assert not StockLevel.objects.get(offer=market.world.offers["무"]).is_counted


def test_new_goods_with_a_picture_in_one_form(market: Market, owner: Client) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (400, 300), (90, 160, 60)).save(photo, "JPEG")
    form = {
        "name": "열무",
        "price": "3,000원",
        "unit": "1단",
        "origin": "국내산",
        "tax": "exempt",
        "storage": "room",
        "picture": SimpleUploadedFile("a.jpg", photo.getvalue(), "image/jpeg"),
    }
    answer = owner.post(market.path(rest="goods/new"), form)
    assert (answer.status_code, answer.headers["Location"]) == (302, market.path(rest="goods"))
    with every_market():
        made = Offer.objects.get(name="열무")
    assert (made.price_krw, made.unit, made.tax, len(made.picture)) == (3000, "1단", "exempt", 32)


def test_the_tax_question_must_be_answered(market: Market, owner: Client) -> None:
    form = {"name": "열무김치", "price": "3000", "unit": "1봉지", "storage": "chilled"}
    answer = owner.post(market.path(rest="goods/new"), form)
    assert answer.status_code == 422
    assert "보기 가운데 하나를 골라 주세요" in answer.content.decode()


def test_an_edit_keeps_what_the_form_does_not_show(market: Market, owner: Client) -> None:
    with every_market():
        Offer.objects.filter(name="무").update(name_en="Radish", allergens="", position=7)
    form = {"name": "제주 무", "unit": "1개", "tax": "exempt", "storage": "room", "origin": "제주"}
    owner.post(_path(market, "무", "edit"), form)
    changed = _offer(market, "무")
    assert (changed.name, changed.origin, changed.name_en, changed.position) == (
        "제주 무",
        "제주",
        "Radish",
        7,
    )


def test_goods_of_another_stall_are_not_there(market: Market) -> None:
    fish = client_of(person_with(market, Role.STALL_OWNER, "fish"))
    for rest in ("price", "mark/out", "count"):
        answer = fish.post(_path(market, "무", rest, stall="fish"), {"price": "1", "quantity": "1"})
        assert answer.status_code == 404
    assert _offer(market, "무").price_krw == 2000
