"""A stall answers its orders: once or twice, alone or in several lines, and only its own."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from jangteo.apps.orders.models import OrderLine, Substitution
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market
from tests.desk import Market, client_of, person_with
from tests.world import grant, person

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def test_a_ringing_order_says_what_by_when_from_whom_and_what_she_gets(
    market: Market, owner: Client
) -> None:
    market.sell(대파=2, 무=1)
    page = owner.get(market.path()).content.decode()
    assert 'data-ring="on"' in page
    assert 'data-ring-say="새 주문이에요. 대파 두 개, 무 한 개, 오후 열두 시까지."' in page
    assert "김○○ 님" in page
    assert "김하늘" not in page
    assert "6,636" in page  # 7,000 less 210 and 154
    assert "들어오는 날 </span>11월 24일(화)" in page


def test_one_tap_accepts_and_the_same_tap_again_changes_nothing(
    market: Market, owner: Client
) -> None:
    part = market.sell(대파=2)
    sent = {"part": part.pk, "answer": "yes"}
    first = owner.post(market.path(rest="answer"), sent, headers=PART)
    again = owner.post(market.path(rest="answer"), sent, headers=PART)
    assert (first.status_code, again.status_code) == (200, 200)
    told = json.loads(first.headers["HX-Trigger"])["toast"]["text"]
    assert told == "담아 주세요: 대파 2개"
    assert 'data-ring="on"' not in again.content.decode()
    assert market.part(part).state == "accepted"


def test_without_a_script_the_answer_leads_back_to_the_page(market: Market, owner: Client) -> None:
    part = market.sell(대파=2)
    answer = owner.post(market.path(rest="answer"), {"part": part.pk, "answer": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (302, market.path())
    assert "담아 주세요: 대파 2개" in owner.get(market.path()).content.decode()


def test_sold_out_asks_which_line_only_when_there_are_several(
    market: Market, owner: Client
) -> None:
    part = market.sell(대파=2, 무=1)
    asked = owner.post(market.path(rest="answer"), {"part": part.pk, "answer": "out"}, headers=PART)
    assert "무엇이 없어요?" in asked.content.decode()
    assert market.part(part).state == "ringing"
    radish = market.lines(part)["무"].pk
    sent = {"part": part.pk, "answer": "out", "line": radish}
    for _turn in range(2):
        owner.post(market.path(rest="answer"), sent, headers=PART)
    assert (market.part(part).state, market.part(part).remaining_krw) == ("accepted", 5000)
    single = market.sell(쪽파=1)
    page = owner.get(market.path()).content.decode()
    line = market.lines(single)["쪽파"].pk
    assert f'name="line" value="{line}"' in page


def test_a_repeated_sold_out_never_reaches_the_substitute(market: Market, owner: Client) -> None:
    part = market.sell(대파=2, rule=Substitution.SIMILAR)
    sent = {"part": part.pk, "answer": "out", "line": market.lines(part)["대파"].pk}
    for _turn in range(2):
        page = owner.post(market.path(rest="answer"), sent, headers=PART).content.decode()
    lines = market.lines(part)
    assert (lines["대파"].state, lines["쪽파"].remaining) == ("substituted", 2)
    assert "대파 대신" in page
    assert "이것도 없어요" in page
    sent["line"] = lines["쪽파"].pk
    owner.post(market.path(rest="answer"), sent, headers=PART)
    assert market.part(part).state == "cancelled"


def test_less_is_counted_in_what_is_there(market: Market, owner: Client) -> None:
    part = market.sell(대파=3, 무=2)
    lines = market.lines(part)
    sent = {
        "part": part.pk,
        "answer": "less",
        f"have-{lines['대파'].pk}": "1",
        f"have-{lines['무'].pk}": "2",
    }
    for _turn in range(2):
        owner.post(market.path(rest="answer"), sent, headers=PART)
    assert market.part(part).remaining_krw == 2500 + 2 * 2000
    with every_market():
        assert OrderLine.objects.get(pk=lines["대파"].pk).remaining == 1


def test_the_shopper_s_number_shows_only_while_she_is_asked(market: Market, owner: Client) -> None:
    part = market.sell(대파=2, rule=Substitution.CALL)
    assert "tel:" not in owner.get(market.path()).content.decode()
    line = market.lines(part)["대파"].pk
    sent = {"part": part.pk, "answer": "out", "line": line}
    page = owner.post(market.path(rest="answer"), sent, headers=PART).content.decode()
    assert "손님께 여쭤보고 있어요" in page
    assert 'href="tel:+821000000001"' in page


def test_other_people_stay_outside(market: Market) -> None:
    part = market.sell(대파=2)
    fish = client_of(person_with(market, Role.STALL_OWNER, "fish"))
    assert fish.get(market.path()).status_code == 403
    assert (
        fish.post(market.path(rest="answer"), {"part": part.pk, "answer": "yes"}).status_code == 403
    )
    # through her own door she does not reach it either
    own = fish.post(market.path("fish", "answer"), {"part": part.pk, "answer": "yes"})
    assert own.status_code == 404
    assert client_of(person()).get(market.path()).status_code == 403
    guest = Client().get(market.path())
    assert guest.headers["Location"].startswith("/in?next=%2Fdesk%2F")
    assert market.part(part).state == "ringing"


def test_the_office_needs_two_factors_and_is_named(market: Market) -> None:
    office = person_with(market, Role.OFFICE)
    assert client_of(office).get(market.path()).status_code == 403
    page = client_of(office, strong=True).get(market.path())
    assert "상인회가 대신 보는 중" in page.content.decode()


def test_a_daughter_answers_for_her_mother(market: Market) -> None:
    part = market.sell(대파=2)
    daughter = client_of(person_with(market, Role.PROXY, "vegetable"))
    assert "가게를 대신 맡는 중" in daughter.get(market.path()).content.decode()
    daughter.post(market.path(rest="answer"), {"part": part.pk, "answer": "yes"})
    assert market.part(part).state == "accepted"


def test_the_pulse_is_new_only_after_a_change(market: Market, owner: Client) -> None:
    first = owner.get(market.path(rest="pulse"))
    same = owner.get(market.path(rest="pulse"), headers={"If-None-Match": first.headers["ETag"]})
    market.sell(대파=2)
    other = owner.get(market.path(rest="pulse"), headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, same.status_code, other.status_code) == (200, 304, 200)


def test_a_part_that_shows_already_is_not_sent_again(market: Market, owner: Client) -> None:
    page = owner.get(market.path()).content.decode()
    stamp = page.split("?seen=")[1].split('"')[0]
    assert owner.get(market.path(rest=f"part?seen={stamp}"), headers=PART).status_code == 204
    market.sell(대파=2)
    assert owner.get(market.path(rest=f"part?seen={stamp}"), headers=PART).status_code == 200


def test_the_door_opens_at_the_only_stall_and_asks_among_several(market: Market) -> None:
    who = person_with(market, Role.STALL_OWNER, "vegetable")
    one = client_of(who).get("/desk/")
    assert (one.status_code, one.headers["Location"]) == (302, market.path())
    grant(who, Role.PROXY, market.world, "fish")
    two = client_of(who).get("/desk/").content.decode()
    assert market.path("fish") in two
    assert "대신 맡은 가게" in two
    assert "아직 맡은 가게가 없어요" in client_of(person()).get("/desk/").content.decode()
    assert Client().get("/desk/").headers["Location"] == "/in?next=%2Fdesk%2F"


@pytest.mark.parametrize("rest", ["orders", "goods", "goods/new", "money", "stall", "list"])
def test_every_page_opens(market: Market, owner: Client, rest: str) -> None:
    market.sell(대파=2)
    assert owner.get(market.path(rest=rest)).status_code == 200


def test_an_order_and_its_slip_open(market: Market, owner: Client) -> None:
    part = market.sell(대파=2)
    assert owner.get(market.path(rest=f"orders/{part.pk}")).status_code == 200
    slip = owner.get(market.path(rest=f"orders/{part.pk}/slip?paper=58"))
    assert "paper-58" in slip.content.decode()
    for kind in ("less", "out"):
        assert owner.get(market.path(rest=f"answer/{part.pk}/{kind}")).status_code == 200
