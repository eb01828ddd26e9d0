"""The money pages say what the books say, to the won."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from jangteo.apps.fulfilment.actions.hub import check_arrival, hand_to_shopper
from jangteo.apps.payments.actions.settle import settle_market
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Role
from tests.desk import Market, client_of, person_with
from tests.world import NOON

pytestmark = pytest.mark.django_db


def _settled(market: Market) -> int:
    """One order of 7,000 won, handed over and settled; the settlement's id."""
    part = market.sell(대파=2, 무=1)
    office = market.world.office()
    world = market.world
    check_arrival(
        actor=office,
        market_id=world.market.pk,
        order_id=part.order_id,
        part_id=part.pk,
        now=NOON,
    )
    hand_to_shopper(
        actor=office,
        market_id=world.market.pk,
        order_id=part.order_id,
        pickup_code=market.part(part).order.pickup_code,
        now=NOON,
    )
    planned = settle_market(
        actor=office, market_id=world.market.pk, until=seoul_day(NOON), now=NOON
    )
    return planned[0].settlement_id


def test_a_week_is_a_receipt_with_every_deduction_in_words(market: Market, owner: Client) -> None:
    market.sell(대파=2, 무=1)
    page = owner.get(market.path(rest="money")).content.decode()
    for words in ("판 돈", "상인회 수수료 3\u00a0%", "카드 결제 수수료 2.2\u00a0%", "내 돈"):
        assert words in page
    for amount in ("7,000원", "−210원", "−154원", "6,636원"):
        assert amount in page
    assert "11월 24일(화)" in page


def test_the_lines_of_a_settlement_add_up_to_the_deposit(market: Market, owner: Client) -> None:
    number = _settled(market)
    page = owner.get(market.path(rest=f"money/{number}")).content.decode()
    assert "모두 더하면 6,636원이에요" in page
    raw = owner.get(market.path(rest=f"money/{number}.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(raw)))
    amounts = [int(row[-1]) for row in rows[1:]]
    assert amounts == [7000, -210, -154, 6636]
    assert sum(amounts[:-1]) == amounts[-1]


def test_a_week_as_a_file(market: Market, owner: Client) -> None:
    market.sell(무=2)
    raw = owner.get(market.path(rest="money/week.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(raw)))
    assert rows[-1] == ["2026-11-21", "4000", "0", "-120", "-88", "3792"]


@pytest.mark.parametrize("week", ["2019-01-01", "2026-12-30", "yesterday"])
def test_weeks_that_are_not_there(market: Market, owner: Client, week: str) -> None:
    assert owner.get(market.path(rest=f"money?week={week}")).status_code == 404


def test_another_stall_s_settlement_is_not_there(market: Market) -> None:
    number = _settled(market)
    fish = client_of(person_with(market, Role.STALL_OWNER, "fish"))
    assert fish.get(market.path("fish", f"money/{number}")).status_code == 404
    assert fish.get(market.path("fish", f"money/{number}.csv")).status_code == 404


def test_closing_for_today_and_opening_again(market: Market, owner: Client) -> None:
    owner.post(market.path(rest="stall/close"))
    assert "오늘은 그만 받아요" in owner.get(market.path()).content.decode()
    owner.post(market.path(rest="stall/open"))
    assert "다 했어요" in owner.get(market.path()).content.decode()


def test_a_helper_is_named_until_a_day_and_ends_at_once(market: Market, owner: Client) -> None:
    sent = {"name": "김지영", "phone": "010-2222-3333", "days": "30"}
    assert owner.post(market.path(rest="people"), sent).status_code == 302
    page = owner.get(market.path(rest="stall")).content.decode()
    assert "김지영" in page
    day = seoul_day(NOON) + timedelta(days=30)
    assert f"{day.month}월 {day.day}일" in page
    grant = page.split("/people/")[1].split("/end")[0]
    owner.post(market.path(rest=f"people/{grant}/end"))
    assert "김지영" not in owner.get(market.path(rest="stall")).content.decode()


def test_a_wrong_number_says_so_and_keeps_what_was_typed(market: Market, owner: Client) -> None:
    answer = owner.post(market.path(rest="people"), {"name": "김지영", "phone": "12"})
    assert answer.status_code == 422
    assert "김지영" in answer.content.decode()


def test_a_proxy_does_not_hand_the_stall_on(market: Market) -> None:
    daughter = client_of(person_with(market, Role.PROXY, "vegetable"))
    assert "맡기기" not in daughter.get(market.path(rest="stall")).content.decode()
    sent = {"phone": "010-2222-3333", "days": "30"}
    assert daughter.post(market.path(rest="people"), sent).status_code == 403
