"""The order page: whose it is, what it tells, questions, cancelling, the receipt to the won, the same again."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from jangteo.apps.catalog.models import Offer
from jangteo.apps.fulfilment.actions.hub import check_arrival, hand_to_shopper
from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.models import CartLine, Order, OrderLine, StallOrder
from jangteo.apps.orders.queries import order_view
from jangteo.apps.payments.actions.pay_refund import pay_refund
from jangteo.apps.payments.models import Refund
from jangteo.channels.shop.order_page import headline, tax_parts
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market
from tests.channels.shop.shopping import HTMX, Shopping, words
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def _answer(world: World, order: Order, stall: str, **available: int) -> None:
    with every_market():
        part = StallOrder.objects.get(order=order, stall=world.stalls[stall])
        lines = {
            OrderLine.objects.get(part=part, name=name, replaces=None).pk: units
            for name, units in available.items()
        }
    answer_part(
        actor=world.owner(stall),
        market_id=world.market.pk,
        stall_id=world.stalls[stall].pk,
        order_id=order.pk,
        part_id=part.pk,
        available=lines,
        now=NOON,
    )


def _pay_refunds(world: World) -> None:
    with every_market():
        due = list(Refund.objects.filter(state="due").values_list("pk", flat=True))
    for refund in due:
        pay_refund(actor=Actor.system(), market_id=world.market.pk, refund_id=refund, now=NOON)


def _bring(world: World, order: Order) -> None:
    with every_market():
        view = order_view(world.market.pk, order.pk)
    for part in view.open_parts:
        check_arrival(
            actor=world.office(),
            market_id=world.market.pk,
            order_id=order.pk,
            part_id=part.part_id,
            now=NOON,
        )


def test_one_timeline_over_all_stalls_and_money_to_the_won(
    shopping: Shopping, world: World
) -> None:
    order = shopping.buy("대파", "대파", "고등어", "두부", "멸치볶음")
    path = f"/orders/{order.number}"
    said = shopping.text(path)
    assert "가게 4곳에 알렸어요" in said
    assert f"찾는 번호 {order.pickup_code}" in said
    assert "오늘 오후 12:00까지 공동 배송장에 모아 둘게요" in said
    _answer(world, order, "vegetable")
    assert "4곳 가운데 1곳이 준비하고 있어요" in shopping.text(path)
    _answer(world, order, "fish", 고등어=0)
    said = shopping.text(path)
    assert "fish의 고등어가 떨어져서 그만큼 돌려드려요. 다른 상품은 그대로예요." in said
    assert "돌려드리는 중 가게에 물건이 떨어졌어요 −6,000원" in said
    assert "실제로 낸 돈 11,800원" in said
    _pay_refunds(world)
    assert "돌려드린 돈 가게에 물건이 떨어졌어요 −6,000원" in shopping.text(path)
    _answer(world, order, "tofu")
    _answer(world, order, "side")
    assert "3곳 모두 준비하고 있어요" in shopping.text(path)
    _bring(world, order)
    assert "다 모였어요. 찾아가세요" in shopping.text(path)
    hand_to_shopper(
        actor=world.office(), market_id=world.market.pk, order_id=order.pk,
        pickup_code=order.pickup_code, now=NOON,
    )  # fmt: skip
    said = shopping.text(path)
    assert "잘 전해 드렸어요" in said
    assert "찾는 번호" not in said
    told = list(Message.objects.order_by("id").values_list("template", flat=True))
    assert told == ["order_received", "line_cancelled", "order_ready"]


def test_the_receipt_adds_up_by_tax(shopping: Shopping, world: World) -> None:
    order = shopping.buy(
        "대파", "고등어", "두부", "멸치볶음",
        way="delivery", area="달빛동", address="1동", seen_total_krw="18300",
    )  # fmt: skip
    _answer(world, order, "fish", 고등어=0)
    with every_market():
        view = order_view(world.market.pk, order.pk)
    tax = tax_parts(view)
    # 2,500 exempt; 1,800 + 5,000 + 3,000 delivery taxed, of which 891 is VAT
    assert (tax.exempt_krw, tax.supply_krw, tax.vat_krw) == (2500, 8909, 891)
    assert tax.exempt_krw + tax.supply_krw + tax.vat_krw == view.paid_krw == 12300
    said = shopping.text(f"/orders/{order.number}/receipt")
    for expected in (
        "면세 물품 (*) 2,500원", "과세 물품 8,909원", "부가세 891원", "배달비 3,000원",
        "결제한 금액 18,300원", "−6,000원", "실제로 낸 돈 12,300원",
    ):  # fmt: skip
        assert expected in said, expected
    page = shopping.get(f"/orders/{order.number}/receipt?paper=58").content.decode()
    assert 'class="no-js paper-58"' in page


def test_another_shoppers_order_is_not_there_and_its_link_opens_it(
    shopping: Shopping, world: World
) -> None:
    order = shopping.buy("대파")
    stranger = Shopping(world=world, client=Client())
    for part in ("", "/body", "/state", "/receipt"):
        assert stranger.get(f"/orders/{order.number}{part}").status_code == 404
        assert stranger.get(f"/orders/{order.number}{part}?k=guess").status_code == 404
        link = f"/orders/{order.number}{part}?k={order.access_token}"
        assert stranger.get(link).status_code == 200
    for part in ("answer", "cancel", "again"):
        answer = stranger.post(f"/orders/{order.number}/{part}", {"line": "1", "offer": ""})
        assert answer.status_code == 404
    elsewhere = Shopping(world=make_world(), client=shopping.client)
    link = f"/orders/{order.number}?k={order.access_token}"
    assert elsewhere.get(link).status_code == 404
    assert shopping.last().state == "paid"


def test_the_page_of_an_order_leaks_its_key_to_nobody(shopping: Shopping) -> None:
    order = shopping.buy("대파")
    page = shopping.get(f"/orders/{order.number}")
    assert page["Referrer-Policy"] == "no-referrer"
    assert 'content="noindex"' in page.content.decode()


def test_the_question_is_asked_with_choices_and_answered_once(
    shopping: Shopping, world: World
) -> None:
    shopping.add("대파")
    leek = world.offers["대파"].pk
    shopping.post(f"/cart/line/{leek}", {"quantity": "2", "rule": "call"})
    answer = shopping.post("/checkout", shopping.form())
    order = shopping.last()
    assert shopping.sandbox(order, "approve").status_code == 303
    assert answer.status_code == 303
    _answer(world, order, "vegetable", 대파=0)
    path = f"/orders/{order.number}"
    said = shopping.text(path)
    assert "골라 주실 것이 있어요" in said
    assert "vegetable에 대파 1개 × 2 없대요. 어떻게 할까요?" in said
    assert "오전 11:10까지 골라 주세요" in said
    assert "(10분 남았어요)" in said
    assert "쪽파 1개 더 내는 돈은 없어요" in said
    assert "무 1개 1,000원을 돌려드려요" in said
    assert "빼고 5,000원 돌려받기" in said
    assert Message.objects.filter(template="substitution_question").count() == 1
    page = shopping.get(path).content.decode()
    line = re.search(r'name="line" value="(\d+)"', page)
    assert line
    choice = {"line": line[1], "offer": world.offers["무"].pk}
    done = shopping.post(f"{path}/answer", choice, **HTMX)
    assert "대신 담았어요" in words(done)
    assert "−1,000원" in words(done)
    again = shopping.post(f"{path}/answer", choice | {"offer": ""}, **HTMX)
    assert "이미 처리된 일이에요" in words(again)
    assert shopping.last().refunded_krw == 1000


def test_money_back_is_one_tap(shopping: Shopping, world: World) -> None:
    shopping.add("대파")
    shopping.post(f"/cart/line/{world.offers['대파'].pk}", {"quantity": "1", "rule": "call"})
    shopping.post("/checkout", shopping.form())
    order = shopping.last()
    shopping.sandbox(order, "approve")
    _answer(world, order, "vegetable", 대파=0)
    with every_market():
        line = OrderLine.objects.get(part__order=order).pk
    answer = shopping.post(f"/orders/{order.number}/answer", {"line": line, "offer": ""})
    assert answer["Location"] == f"{shopping.base}/orders/{order.number}"
    assert (shopping.last().state, shopping.last().refunded_krw) == ("cancelled", 2500)


def test_cancelling_is_as_easy_as_ordering_until_a_stall_begins(
    shopping: Shopping, world: World
) -> None:
    order = shopping.buy("대파", "두부")
    path = f"/orders/{order.number}"
    assert "주문 취소" in shopping.text(path)
    _answer(world, order, "tofu")
    assert "주문 취소" not in shopping.text(path)
    refused = shopping.post(f"{path}/cancel")
    assert refused.status_code == 409
    assert "가게에서 준비를 시작해 바로 취소할 수 없어요" in words(refused)
    second = shopping.buy("무")
    done = shopping.post(f"/orders/{second.number}/cancel", None, **HTMX)
    assert "취소된 주문이에요" in words(done)
    assert "손님이 취소하셨어요 −2,000원" in words(done)
    assert shopping.post(f"/orders/{second.number}/cancel").status_code == 303


def test_the_state_is_not_sent_again_until_something_happens(
    shopping: Shopping, world: World
) -> None:
    order = shopping.buy("대파")
    path = f"/orders/{order.number}/state"
    first = shopping.get(path)
    assert (first.status_code, first.json()) == (200, {"state": "paid"})
    same = shopping.get(path, **{"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    _answer(world, order, "vegetable")
    changed = shopping.get(path, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_the_list_shows_ones_own_orders_newest_first(shopping: Shopping, world: World) -> None:
    assert "아직 주문이 없어요" in shopping.text("/orders")
    shopping.buy("대파")
    shopping.buy("무", "두부")
    said = shopping.text("/orders")
    assert said.index("무 외 1가지") < said.index("대파 ")
    assert "아직 주문이 없어요" in Shopping(world=world, client=Client()).text("/orders")


def test_the_same_again_leaves_out_what_is_gone(shopping: Shopping, world: World) -> None:
    order = shopping.buy("대파", "대파", "두부")
    with every_market():
        Offer.objects.filter(pk=world.offers["두부"].pk).update(state="sold_out")
    answer = shopping.post(f"/orders/{order.number}/again")
    assert answer["Location"] == f"{shopping.base}/cart?left=1"
    assert "1가지는 지금 팔지 않아 담지 못했어요" in words(shopping.client.get(answer["Location"]))
    with every_market():
        assert [(r.offer.name, r.quantity) for r in CartLine.objects.all()] == [("대파", 2)]


def test_an_unpaid_order_offers_payment_and_an_expired_one_says_so(
    shopping: Shopping, world: World
) -> None:
    order = shopping.order("대파")
    said = shopping.text(f"/orders/{order.number}")
    assert "결제를 기다리고 있어요" in said
    assert "2,500원 결제하기" in said
    assert shopping.get(f"/orders/{order.number}/receipt").status_code == 404
    with every_market():
        Order.objects.filter(pk=order.pk).update(state="expired")
        view = order_view(world.market.pk, order.pk)
    assert headline(view) == "시간 안에 결제되지 않아 닫혔어요"
