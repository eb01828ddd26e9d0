"""`jangteo books check` finds each kind of planted difference and says where."""

from __future__ import annotations

import json

import pytest

from jangteo.apps.orders.models import Order, OrderLine, StallOrder
from jangteo.apps.payments.book_check import check_books
from jangteo.apps.payments.models import LedgerAccount, Refund
from jangteo.apps.stock.models import StockLevel
from jangteo.platform.cli import main
from jangteo.platform.clock import utc_now
from jangteo.platform.tenancy import every_market
from tests.channels.office.busy import Busy, small_market

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy() -> Busy:
    b = small_market(utc_now())
    b.world.offer("굴", 8000, stall="sea", stock=5)
    b.place("one", {"대파": 2, "굴": 1}, ago=20, due=30)
    b.answer("one", "green", "sea", 대파=1)
    return b


def test_right_books_end_with_zero(busy: Busy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["books", "check"]) == 0
    assert "amsa: 장부가 맞아요" in capsys.readouterr().out
    assert main(["books", "check", "--market", "amsa", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["amsa"]
    assert (told["right"], told["orders"], told["balances"]) == (True, 1, [])


def test_an_unknown_market_is_refused(busy: Busy) -> None:
    assert main(["books", "check", "--market", "nowhere"]) == 1


def test_a_changed_balance_is_found(busy: Busy, capsys: pytest.CaptureFixture[str]) -> None:
    with every_market():
        account = LedgerAccount.objects.get(kind="commission")
        LedgerAccount.objects.filter(pk=account.pk).update(balance_krw=account.balance_krw - 7)
    assert main(["books", "check"]) == 1
    kept, again = f"{account.balance_krw - 7:,}", f"{account.balance_krw:,}"
    assert f"commission #{account.pk}: 적힌 값 {kept}, 다시 셈한 값 {again}" in (
        capsys.readouterr().out
    )


def found(busy: Busy) -> list[str]:
    with every_market():
        return sorted(d.what for d in check_books(busy.world.market.pk).money)


def test_each_kind_of_wrong_money_is_found(busy: Busy) -> None:
    order = busy.orders["one"]
    assert found(busy) == []
    with every_market():
        StallOrder.objects.filter(order_id=order).update(remaining_krw=0)
    assert found(busy) == ["lines", "total"]
    with every_market():
        OrderLine.objects.filter(part__order_id=order).update(remaining=0)
    assert found(busy) == ["total"]
    with every_market():
        Refund.objects.update(amount_krw=2499, tax_free_krw=0)
    assert found(busy) == ["refunds", "refunds-due", "total"]
    with every_market():
        Order.objects.filter(pk=order).update(
            goods_krw=1, total_krw=1, refunded_krw=0, tax_free_krw=0
        )
    assert found(busy) == ["goods", "payment", "refunds", "refunds-due", "total"]


def test_stock_that_does_not_follow_from_its_moves_is_found(busy: Busy) -> None:
    with every_market():
        StockLevel.objects.filter(offer=busy.world.offers["굴"]).update(quantity=3)
        found = check_books(busy.world.market.pk).stock
    assert [(d.quantity, d.quantity_by_moves) for d in found] == [(3, 4)]
