"""Ordering: the total before payment, every error at its field with everything kept, never two orders for one."""

from __future__ import annotations

import pytest
from django.test import Client

from jangteo.apps.catalog.models import Offer
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.models import Payment
from jangteo.channels.shop.views import checkout as checkout_view
from jangteo.platform.tenancy import every_market
from tests.channels.shop.shopping import HTMX, Shopping, words
from tests.world import World

pytestmark = pytest.mark.django_db


def _states(world: World) -> list[str]:
    with every_market():
        orders = Order.objects.filter(market=world.market).order_by("id")
        return list(orders.values_list("state", flat=True))


def test_the_page_says_total_time_withdrawal_and_who_runs_it(
    shopping: Shopping, world: World
) -> None:
    shopping.add("대파", "두부")
    shopping.post("/cart/way", {"way": "delivery", "area": "별빛동"})
    said = shopping.text("/checkout")
    for expected in (
        "배달비 (별빛동) 3,000원 모두 7,300원",
        "오늘 오후 12:30까지",
        "7,300원 결제하기",
        "청약철회가 제한됩니다(전자상거래법 제17조 제2항)",
        "통신판매중개자",
        "대파 1개 2,500원",
    ):
        assert expected in said, expected


def test_an_empty_cart_has_nothing_to_check_out(shopping: Shopping) -> None:
    answer = shopping.get("/checkout")
    assert (answer.status_code, answer["Location"]) == (303, f"{shopping.base}/cart")


def test_a_guest_orders_and_is_sent_to_pay_exactly_that(shopping: Shopping, world: World) -> None:
    order = shopping.order(
        "대파", "두부", way="delivery", area="달빛동", address="1동 2호", note="문 앞",
        seen_total_krw="7300", contact_phone="01000000042",
    )  # fmt: skip
    assert (order.total_krw, order.fee_krw, order.tax_free_krw) == (7300, 3000, 2500)
    assert (order.contact_phone, order.request_note) == ("+821000000042", "문 앞")
    there = shopping.get(f"/pay/{order.number}")["Location"]
    assert there.startswith(f"/sandbox/pay?orderId={order.payment_order_no}&")
    assert "amount=7300" in there
    assert "taxFreeAmount=2500" in there


def test_everything_missing_is_said_at_once_and_what_was_written_stays(
    shopping: Shopping, world: World
) -> None:
    shopping.add("대파")
    form = shopping.form(
        contact_name="", contact_phone="02-123-4567", way="delivery", address="가", note="조심히"
    )
    answer = shopping.post("/checkout", form)
    said = words(answer)
    page = answer.content.decode()
    assert answer.status_code == 422
    for expected in (
        "받는 분 이름을 적어 주세요", "휴대전화 번호가 아니에요", "동네를 골라 주세요.",
        "받으실 주소를 동·호수까지", "결제는 되지 않았어요",
    ):  # fmt: skip
        assert expected in said, expected
    for kept in ('value="02-123-4567"', 'value="조심히"', 'value="가"', f'value="{form["key"]}"'):
        assert kept in page, kept
    assert _states(world) == []


def test_a_price_that_rises_meanwhile_is_shown_and_asked_again(
    shopping: Shopping, world: World
) -> None:
    shopping.add("대파")
    form = shopping.form()
    with every_market():
        Offer.objects.filter(pk=world.offers["대파"].pk).update(price_krw=2800)
    answer = shopping.post("/checkout", form)
    assert answer.status_code == 409
    assert "합계가 2,500원에서 2,800원이 되었어요" in words(answer)
    assert 'name="seen_total_krw" value="2800"' in answer.content.decode()
    again = shopping.post("/checkout", form | {"seen_total_krw": "2800"})
    assert again.status_code == 303
    assert _states(world) == ["placed"]


def test_a_forged_total_orders_nothing(shopping: Shopping, world: World) -> None:
    shopping.add("대파")
    for total in ("1", "", "-5", "abc", "9" * 30):
        answer = shopping.post("/checkout", shopping.form(seen_total_krw=total))
        assert answer.status_code == 409, total
    assert _states(world) == []


def test_pressing_twice_orders_once(shopping: Shopping, world: World) -> None:
    shopping.add("대파")
    form = shopping.form()
    first = shopping.post("/checkout", form)["Location"]
    assert shopping.post("/checkout", form)["Location"] == first
    assert _states(world) == ["placed"]
    assert world.level("대파").reserved == 1


def test_an_old_form_with_a_changed_cart_is_a_new_order_and_frees_the_old_one(
    shopping: Shopping, world: World
) -> None:
    shopping.add("대파")
    form = shopping.form()
    shopping.post("/checkout", form)
    shopping.add("대파")
    answer = shopping.post("/checkout", form | {"seen_total_krw": "5000"})
    assert answer.status_code == 303
    assert _states(world) == ["cancelled", "placed"]
    assert world.level("대파").reserved == 2


def test_the_last_units_held_by_ones_own_unpaid_order_can_be_ordered(
    shopping: Shopping, world: World
) -> None:
    shopping.add("고등어", "고등어", "고등어")
    assert shopping.post("/checkout", shopping.form()).status_code == 303
    assert world.level("고등어").reserved == 3
    shopping.add("무")
    answer = shopping.post("/checkout", shopping.form())
    assert answer.status_code == 303, words(answer)
    assert _states(world) == ["cancelled", "placed"]
    assert world.level("고등어").reserved == 3


def test_an_unpaid_order_whose_money_may_be_moving_is_left_alone(
    shopping: Shopping, world: World
) -> None:
    first = shopping.order("대파")
    shopping.get(f"/pay/{first.number}")
    with every_market():
        Payment.objects.filter(order=first).update(state="confirming", provider_key="tkey")
    shopping.order("무")
    assert _states(world) == ["placed", "placed"]


def test_goods_another_shopper_took_are_named(shopping: Shopping, world: World) -> None:
    shopping.add("고등어", "고등어")
    form = shopping.form()
    Shopping(world=world, client=Client()).order("고등어", "고등어")
    answer = shopping.post("/checkout", form)
    assert answer.status_code == 409
    assert "고등어" in words(answer)
    assert _states(world) == ["placed"]


def test_the_sum_follows_the_way_before_anything_is_sent(shopping: Shopping) -> None:
    shopping.add("대파")
    part = shopping.get("/checkout/sum?way=delivery&area=별빛동", **HTMX)
    assert "5,500원 결제하기" in words(part)
    assert 'name="seen_total_krw" value="5500"' in part.content.decode()
    part = shopping.get("/checkout/sum?way=pickup&area=별빛동", **HTMX)
    assert "2,500원 결제하기" in words(part)


def test_the_next_form_is_filled_in_from_the_last_own_order(
    shopping: Shopping, world: World
) -> None:
    shopping.order(
        "대파", way="delivery", area="별빛동", address="3동 4호", seen_total_krw="5500"
    )  # fmt: skip
    page = shopping.get("/checkout").content.decode()
    for kept in ('value="김하늘"', 'value="010-0000-0042"', 'value="3동 4호"'):
        assert kept in page
    stranger = Shopping(world=world, client=Client())
    stranger.add("무")
    assert "김하늘" not in stranger.get("/checkout").content.decode()


def test_too_many_orders_in_a_short_time_are_refused_with_the_form_kept(
    shopping: Shopping, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkout_view, "ORDERS_PER_WINDOW", 2)
    for name in ("대파", "무"):
        shopping.order(name)
    answer = shopping.post("/checkout", shopping.form(contact_name="이바다"))
    assert answer.status_code == 429
    assert "짧은 시간에 너무 많이 시도했어요" in words(answer)
    assert 'value="이바다"' in answer.content.decode()


def test_a_shop_without_the_forms_token_takes_no_order(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    offer = world.offers["대파"].pk
    assert strict.post(f"/m/{world.market.slug}/cart/add", {"offer": offer}).status_code == 403


def test_the_form_sent_again_with_another_address_is_another_order(
    shopping: Shopping, world: World
) -> None:
    shopping.add("대파")
    form = shopping.form(way="delivery", area="달빛동", address="1동 2호", seen_total_krw="5500")
    assert shopping.post("/checkout", form).status_code == 303
    assert shopping.post("/checkout", form | {"address": "3동 4호"}).status_code == 303
    assert shopping.last().address == "3동 4호"
    # the first one gives its goods back
    assert _states(world) == ["cancelled", "placed"]
