"""Paying: approved, refused, silent, told twice, forged. The shopper always knows whether money was taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jangteo.apps.messaging.models import Message
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.errors import PaymentUnknown
from jangteo.apps.payments.models import LedgerTransaction, Payment
from jangteo.apps.payments.ports import CheckoutStart
from jangteo.apps.payments.providers import sandbox
from jangteo.channels.shop.views import pay as pay_view
from jangteo.platform.config import config
from jangteo.platform.tenancy import every_market
from tests.channels.shop.shopping import HTMX, Shopping, local, words
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


def _payment(order: Order) -> Payment:
    with every_market():
        return Payment.objects.get(order=order)


def test_approved_leads_to_the_order_empties_the_cart_and_sends_its_link(
    shopping: Shopping, world: World
) -> None:
    order = shopping.order("대파", "두부")
    back = shopping.sandbox(order, "approve")
    key = order.access_token
    assert back["Location"] == f"{shopping.base}/orders/{order.number}?k={key}"
    assert shopping.last().state == "paid"
    assert "아직 담은 것이 없어요" in shopping.text("/cart")
    message = Message.objects.get()
    assert (message.template, message.to_phone) == ("order_received", "+821000000042")
    assert f"{shopping.base}/orders/{order.number}?k={key}" in message.body


def test_refused_says_no_money_left_and_the_order_can_be_paid_again(
    shopping: Shopping, world: World
) -> None:
    order = shopping.order("대파")
    back = shopping.sandbox(order, "decline")
    said = words(back)
    assert back.status_code == 402
    assert "돈은 나가지 않았어요" in said
    assert "장바구니는 그대로 있어요" in said
    assert "다시 결제하기" in said
    assert "대파" in shopping.text("/cart")
    assert shopping.sandbox(order, "approve").status_code == 303
    assert shopping.last().state == "paid"


def test_stopping_on_the_payment_page_is_no_fault(shopping: Shopping) -> None:
    order = shopping.order("대파")
    said = words(shopping.sandbox(order, "cancel"))
    assert "결제를 그만두셨어요" in said
    assert "다시 결제하기" in said


def test_an_answer_that_never_came_is_looked_up_and_counts_once(
    shopping: Shopping, world: World
) -> None:
    order = shopping.order("대파")
    assert shopping.sandbox(order, "late").status_code == 303
    assert _payment(order).state == "approved"
    assert shopping.last().state == "paid"


def test_a_notice_sent_twice_books_once(shopping: Shopping, world: World) -> None:
    order = shopping.order("대파")
    shopping.sandbox(order, "twice")
    with every_market():
        assert LedgerTransaction.objects.filter(order=order, kind="sale").count() == 1
    assert world.level("대파").quantity == 9


def test_coming_back_twice_changes_nothing(shopping: Shopping, world: World) -> None:
    order = shopping.order("대파")
    shopping.sandbox(order, "approve")
    payment = _payment(order)
    query = f"paymentKey={payment.provider_key}&orderId={order.payment_order_no}&amount=2500"
    again = shopping.get(f"/pay/return?paymentType=NORMAL&{query}")
    assert again.status_code == 303
    assert world.level("대파").quantity == 9


def test_an_edited_amount_takes_no_money(shopping: Shopping, world: World) -> None:
    order = shopping.order("대파")
    shopping.get(f"/pay/{order.number}")
    key = sandbox().authorize(order.payment_order_no, 100, 100)
    query = f"paymentKey={key}&orderId={order.payment_order_no}&amount=100"
    answer = shopping.get(f"/pay/return?{query}")
    assert answer.status_code == 409
    assert "금액이 주문과 달라서 결제는 되지 않았어요" in words(answer)
    charge = sandbox().find(order_no=order.payment_order_no)
    assert charge is None or not charge.approved


def test_an_unreadable_foreign_or_unknown_return_changes_nothing(
    shopping: Shopping, world: World
) -> None:
    assert shopping.get("/pay/return").status_code == 400
    nobody = "paymentKey=tsandxyz12345&orderId=jt_000000000000&amount=100"
    assert shopping.get(f"/pay/return?{nobody}").status_code == 404
    order = shopping.order("대파")
    elsewhere = Shopping(world=make_world(), client=shopping.client)
    theirs = f"paymentKey=tsandxyz12345&orderId={order.payment_order_no}&amount=2500"
    assert elsewhere.get(f"/pay/return?{theirs}").status_code == 404


def test_silence_shows_a_page_that_checks_until_it_knows(
    shopping: Shopping, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shopping.order("대파")
    with monkeypatch.context() as patch:
        patch.setattr(pay_view, "confirm_payment", _silent)
        patch.setattr(pay_view, "_deliver_sandbox_notices", lambda *_told: None)
        back = shopping.sandbox(order, "approve")
    assert "/checking?k=" in back["Location"]
    with every_market():
        Payment.objects.filter(order=order).update(
            state="confirming", provider_key=_KEYS[-1], confirming_at=order.placed_at
        )
    path = local(back["Location"]).removeprefix(shopping.base)
    with monkeypatch.context() as patch:
        patch.setattr(pay_view, "resolve_payment", _still_silent)
        said = words(shopping.get(path))
        assert "다시 결제하지 말고 잠시 기다려 주세요" in said
        assert shopping.get(path, **HTMX).status_code == 204
    monkeypatch.setattr(pay_view, "limit", lambda *_args, **_limits: None)
    found = shopping.get(path, **HTMX)
    assert found["HX-Redirect"].startswith(f"{shopping.base}/orders/{order.number}")
    assert shopping.last().state == "paid"
    assert shopping.get(path)["Location"].startswith(f"{shopping.base}/orders/{order.number}")


_KEYS: list[str] = []


def _silent(**asked: Any) -> None:
    """The money is taken at the company, and nobody here hears of it."""
    _KEYS.append(asked["returned"].payment_key)
    sandbox().confirm(
        payment_key=asked["returned"].payment_key,
        order_no=asked["returned"].order_no,
        amount_krw=asked["returned"].amount_krw,
        idempotency_key="confirm-lost",
    )
    raise PaymentUnknown


def _still_silent(**_asked: Any) -> str:
    raise PaymentUnknown


def test_the_checking_page_asks_the_company_once_in_five_seconds(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shopping.order("대파")
    shopping.get(f"/pay/{order.number}")
    with every_market():
        Payment.objects.filter(order=order).update(state="confirming", provider_key="tkey12345")
    asked: list[int] = []

    def resolve(*, payment_id: int, **_rest: Any) -> str:
        asked.append(payment_id)
        return "confirming"

    monkeypatch.setattr(pay_view, "resolve_payment", resolve)
    for _ in range(4):
        assert shopping.get(f"/pay/{order.number}/checking").status_code == 200
    assert len(asked) == 1


def test_the_fail_page_shows_no_words_from_its_address(shopping: Shopping) -> None:
    said = words(shopping.get("/pay/fail?code=X&message=call+0900-evil&order=nope"))
    assert "결제를 마치지 못했어요" in said
    assert "evil" not in said


def test_the_sandbox_page_sends_nobody_to_another_site(shopping: Shopping) -> None:
    good = {
        "orderId": "jt_0123456789", "orderName": "대파", "amount": "100", "taxFreeAmount": "0",
        "successUrl": "http://testserver/ok", "failUrl": "http://testserver/no",
    }  # fmt: skip
    ask = Client()
    assert ask.get("/sandbox/pay", good).status_code == 200
    for changed in (
        {"successUrl": "https://evil.example/ok"},
        {"failUrl": "//evil.example/no"},
        {"successUrl": "javascript:alert(1)"},
        {"amount": "0"},
        {"amount": "x"},
        {"taxFreeAmount": "101"},
        {"orderId": "a b"},
    ):
        assert ask.get("/sandbox/pay", good | changed).status_code == 404, changed
        assert ask.post("/sandbox/pay", good | changed | {"do": "approve"}).status_code == 404


def test_without_sandbox_pages_there_is_no_sandbox(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shopping.order("대파")
    monkeypatch.setattr(config(), "sandbox", False)
    assert Client().get("/sandbox/pay").status_code == 404
    assert Client().post("/hooks/payments/toss", b"{}", "application/json").status_code == 404
    answer = shopping.get(f"/pay/{order.number}")
    assert answer.status_code == 503
    assert "오간 돈은 없어요" in words(answer)


def test_a_notice_is_followed_by_a_job_and_answered_at_once(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shopping.order("대파")
    shopping.get(f"/pay/{order.number}")
    key = sandbox().authorize(order.payment_order_no, 2500, 2500)
    sandbox().confirm(
        payment_key=key, order_no=order.payment_order_no, amount_krw=2500, idempotency_key="k-1"
    )
    later: list[str] = []
    monkeypatch.setattr(
        pay_view, "follow_later", lambda notice, _company: later.append(notice.payment_key)
    )
    strict = Client(enforce_csrf_checks=True)
    body = sandbox().webhooks(key)[0]
    answer = strict.post("/hooks/payments/sandbox", body, "application/json")
    assert (answer.status_code, later) == (200, [key])
    for bad in (b"", b"[]"):
        assert strict.post("/hooks/payments/sandbox", bad, "application/json").status_code == 400
    huge = strict.post("/hooks/payments/sandbox", b"x" * 70_000, "application/json")
    assert huge.status_code == 413
    assert strict.post("/hooks/payments/nobody", body, "application/json").status_code == 404
    assert strict.get("/hooks/payments/sandbox").status_code == 405


def test_a_flood_of_notices_is_stopped_before_it_fills_the_queue(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pay_view, "HOOKS_PER_MINUTE", 2)
    later: list[str] = []
    monkeypatch.setattr(pay_view, "follow_later", lambda notice, _company: later.append("job"))
    order = shopping.order("대파")
    body = sandbox().webhooks(sandbox().authorize(order.payment_order_no, 2500, 2500))[0]
    codes = [
        Client().post("/hooks/payments/sandbox", body, "application/json").status_code
        for _ in range(3)
    ]
    assert (codes, len(later)) == ([200, 200, 429], 2)


def test_only_the_widgets_page_may_load_the_companys_script(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shopping.order("대파")
    start = CheckoutStart(
        kind="toss-widget",
        url="https://js.tosspayments.com/v2/standard",
        params={"clientKey": "test_gck_x", "orderName": 'a"<b>'},
    )
    monkeypatch.setattr(pay_view, "start_payment", lambda **_asked: start)
    page = shopping.get(f"/pay/{order.number}")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self' https://js.tosspayments.com" in policy
    assert "&lt;b&gt;" in page.content.decode() or "\\u003cb" in page.content.decode()
    assert "tosspayments" not in shopping.get("/")["Content-Security-Policy"]


def test_strangers_cannot_open_the_way_to_pay(shopping: Shopping, world: World) -> None:
    order = shopping.order("대파")
    stranger = Shopping(world=world, client=Client())
    for path in (f"/pay/{order.number}", f"/pay/{order.number}/checking"):
        assert stranger.get(path).status_code == 404
        assert stranger.get(f"{path}?k=wrong").status_code == 404
    assert stranger.get(f"/pay/{order.number}?k={order.access_token}").status_code == 302


def test_an_order_that_ran_out_of_time_is_not_paid(
    shopping: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shopping.order("대파")
    with every_market():
        Order.objects.filter(pk=order.pk).update(reserved_until=order.placed_at)
    answer = shopping.get(f"/pay/{order.number}")
    assert answer.status_code == 409
    assert "더 결제할 수 없어요" in words(answer)
