"""The board, the hub and one order, through the web."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jangteo.apps.fulfilment.queries import find_order, hand_overs
from jangteo.apps.orders.models import Order, OrderEvent, OrderLine
from jangteo.apps.orders.queries import office_board, order_view
from jangteo.apps.payments.models import Refund
from jangteo.channels.office.giveback import for_cancel, for_lines
from jangteo.channels.office.lanes import Lane, board
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.tenancy import every_market
from tests.channels.office.busy import Busy, busy_day, come_in, small_market

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy() -> Busy:
    return busy_day(utc_now())


@pytest.fixture
def client(busy: Busy) -> Client:
    return come_in(busy.office)


def names_in(busy: Busy) -> dict[Lane, list[str]]:
    by_id = {order_id: name for name, order_id in busy.orders.items()}
    with every_market():
        orders = office_board(busy.world.market.pk, busy.now)
        found = board(orders, hand_overs([o.order_id for o in orders]), busy.now)
    return {lane: [by_id[c.order.order_id] for c in cards] for lane, cards in found.lanes.items()}


def test_orders_stand_in_their_lane_the_late_ones_first(busy: Busy) -> None:
    assert names_in(busy) == {
        Lane.NEW: ["silent", "new", "newest"],
        Lane.PREPARING: ["late", "short", "calm"],
        Lane.HUB: ["hub-late", "hub3"],
        Lane.OUT: ["riding", "collect", "to-rider"],
        Lane.ENDED: ["ended1", "ended0", "ended2", "cancelled"],
    }


def test_silent_stalls_are_told_with_their_minutes(busy: Busy, client: Client) -> None:
    page = client.get(f"/office/{busy.slug}/").content.decode()
    assert "2곳이 답하지 않아요" in page
    assert page.count("9분째 답이 없어요") == 2
    assert 'href="tel:02-555-0107"' in page
    assert "12분 늦었어요" in page


def test_a_check_off_is_done_once_and_undone(busy: Busy, client: Client) -> None:
    number, part = busy.numbers["hub3"], busy.part("hub3", "bean")
    url = f"/office/{busy.slug}/orders/{number}/parts/{part.pk}/arrive"
    answer = client.post(url, {"next": f"/office/{busy.slug}/"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["text"] == f"{number}: 할매손두부 도착"
    assert client.post(url).headers["Location"] == f"/office/{busy.slug}/orders/{number}/"
    with every_market():
        kinds = OrderEvent.objects.filter(part=part, kind="part_arrived").count()
    assert (kinds, busy.order("hub3").state) == (1, "ready")
    undone = client.post(toast["undo"])
    assert undone.headers["Location"] == f"/office/{busy.slug}/"
    assert busy.order("hub3").state == "paid"
    assert busy.part("hub3", "bean").state == "accepted"


def test_a_foreign_next_is_not_followed(busy: Busy, client: Client) -> None:
    part = busy.part("hub3", "bean")
    url = f"/office/{busy.slug}/orders/{busy.numbers['hub3']}/parts/{part.pk}/arrive"
    answer = client.post(url, {"next": "https://evil.example/"})
    assert answer.headers["Location"].startswith(f"/office/{busy.slug}/orders/")


def test_a_part_of_another_order_is_not_touched(busy: Busy, client: Client) -> None:
    part = busy.part("late", "rice")
    url = f"/office/{busy.slug}/orders/{busy.numbers['hub3']}/parts/{part.pk}/arrive"
    assert client.post(url).status_code == 404
    assert busy.part("late", "rice").state == "accepted"


def test_the_office_answers_for_a_silent_stall_in_its_own_name(busy: Busy, client: Client) -> None:
    number, part = busy.numbers["silent"], busy.part("silent", "sea")
    url = f"/office/{busy.slug}/orders/{number}/parts/{part.pk}/answer"
    for _ in range(2):
        assert client.post(url, {"answer": "all"}).status_code == 302
    part = busy.part("silent", "sea")
    assert (part.state, part.answered_by_id) == ("accepted", busy.office.pk)
    bean = busy.part("silent", "bean")
    url = f"/office/{busy.slug}/orders/{number}/parts/{bean.pk}/answer"
    for _ in range(2):
        assert client.post(url, {"answer": "out"}).status_code == 302
    assert busy.part("silent", "bean").state == "cancelled"
    assert busy.order("silent").refunded_krw == 3500


def test_some_units_are_taken_and_the_rest_goes_back(busy: Busy, client: Client) -> None:
    part = busy.part("newest", "green")
    with every_market():
        line = OrderLine.objects.get(part=part)
    url = f"/office/{busy.slug}/orders/{busy.numbers['newest']}/parts/{part.pk}/answer"
    client.post(url, {"answer": "some", f"line-{line.pk}": "1"})
    assert busy.order("newest").refunded_krw == 2500
    wrong = client.post(url, {"answer": "some", f"line-{line.pk}": "viele"})
    assert wrong.status_code == 422


def test_hand_over_needs_the_right_code(busy: Busy, client: Client) -> None:
    url = f"/office/{busy.slug}/orders/{busy.numbers['collect']}/shopper"
    right = busy.order("collect").pickup_code
    wrong = "0000" if right != "0000" else "1111"
    assert client.post(url, {"pickup_code": wrong}).status_code == 409
    assert busy.order("collect").state == "ready"
    for _ in range(2):
        assert client.post(url, {"pickup_code": right}).status_code == 302
    assert busy.order("collect").state == "done"


def test_a_rider_leaves_and_arrives(busy: Busy, client: Client) -> None:
    base = f"/office/{busy.slug}/orders/{busy.numbers['to-rider']}"
    for _ in range(2):
        client.post(f"{base}/rider", {"rider_name": "박씨"})
    assert busy.order("to-rider").state == "out"
    assert "박씨" in client.get(f"{base}/").content.decode()
    for _ in range(2):
        client.post(f"{base}/delivered")
    assert busy.order("to-rider").state == "done"


def test_cancelling_shows_what_goes_back_and_gives_exactly_that(busy: Busy, client: Client) -> None:
    base = f"/office/{busy.slug}/orders/{busy.numbers['hub-late']}"
    with every_market():
        back = for_cancel(order_view(busy.world.market.pk, busy.orders["hub-late"]))
    assert (back.amount_krw, back.tax_free_krw) == (25900, 15900)
    page = client.get(f"{base}/cancel").content.decode()
    assert "25,900원" in page
    assert "15,900원" in page
    assert client.post(f"{base}/cancel", {"reason": " "}).status_code == 422
    assert busy.order("hub-late").state == "paid"
    for _ in range(2):
        assert client.post(f"{base}/cancel", {"reason": "가게 사정"}).status_code == 302
    with every_market():
        refunds = list(Refund.objects.filter(payment__order_id=busy.orders["hub-late"]))
    assert busy.order("hub-late").state == "cancelled"
    assert sum(refund.amount_krw for refund in refunds) == back.amount_krw
    assert sum(refund.tax_free_krw for refund in refunds) == back.tax_free_krw


def test_refunding_lines_gives_exactly_what_was_shown_once(busy: Busy, client: Client) -> None:
    base = f"/office/{busy.slug}/orders/{busy.numbers['ended0']}"
    with every_market():
        view = order_view(busy.world.market.pk, busy.orders["ended0"])
    leek = view.parts[0].lines[0]
    form = {f"left-{leek.line_id}": "1"}
    assert for_lines(view, {leek.line_id: 1}).amount_krw == 2500
    assert "2,500원 돌려드리기" in client.get(f"{base}/refund", form).content.decode()
    for _ in range(2):
        assert client.post(f"{base}/refund", form | {"reason": "상했어요"}).status_code == 302
    assert busy.order("ended0").refunded_krw == 2500
    assert client.post(f"{base}/refund", form).status_code == 422


def test_refunding_everything_before_hand_over_gives_the_fee_back_too(
    busy: Busy, client: Client
) -> None:
    with every_market():
        view = order_view(busy.world.market.pk, busy.orders["calm"])
    line = view.parts[0].lines[0]
    back = for_lines(view, {line.line_id: 0})
    assert (back.amount_krw, back.fee_krw) == (22800, 3000)
    form = {f"left-{line.line_id}": "0", "reason": "품절"}
    client.post(f"/office/{busy.slug}/orders/{busy.numbers['calm']}/refund", form)
    order = busy.order("calm")
    assert (order.refunded_krw, order.state) == (22800, "cancelled")


def test_a_stuck_refund_is_put_in_line_again_with_a_new_key(busy: Busy, client: Client) -> None:
    with every_market():
        refund = Refund.objects.get(state="stuck")
    for _ in range(2):
        client.post(f"/office/{busy.slug}/refunds/{refund.pk}/retry")
    with every_market():
        refund.refresh_from_db()
    assert (refund.state, refund.key_round) == ("due", 1)


def test_orders_are_found_by_any_way_of_saying_the_number(busy: Busy) -> None:
    number = busy.numbers["hub3"]
    day = seoul_day(busy.now - timedelta(minutes=50))
    market = busy.world.market.pk
    short = number.partition("-")[2]
    with every_market():
        said = (number, short, short.lstrip("0"), number.replace("-", ""), f"#{number}\n")
        assert [find_order(market, text, day) for text in said] == [number] * 5
        assert find_order(market, busy.numbers["unpaid"], day) == ""
        assert find_order(market, "없는 번호", day) == ""


def test_scanning_opens_the_order_or_says_there_is_none(busy: Busy, client: Client) -> None:
    found = client.post(f"/office/{busy.slug}/find", {"q": busy.numbers["hub3"]})
    assert found.headers["Location"] == f"/office/{busy.slug}/orders/{busy.numbers['hub3']}/"
    lost = client.post(f"/office/{busy.slug}/find", {"q": "9999"})
    assert lost.headers["Location"] == f"/office/{busy.slug}/?not-found=9999"
    assert "9999" in client.get(lost.headers["Location"]).content.decode()


def test_polling_answers_304_until_something_happens(busy: Busy, client: Client) -> None:
    url = f"/office/{busy.slug}/poll"
    first = client.get(url)
    etag = first.headers["ETag"]
    assert first.json() == {"events": [{"name": "order-changed"}]}
    again = client.get(url, headers={"If-None-Match": etag})
    if again.headers["ETag"] == etag:  # the minute has not turned
        assert again.status_code == 304
    busy.arrive("hub3", "bean")
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_the_board_costs_the_same_queries_at_any_size(busy: Busy, client: Client) -> None:
    url = f"/office/{busy.slug}/board"
    client.get(url)  # once a day the device is noted
    counts = []
    for name in ("one more", "and another"):
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))
        busy.place(name, {"감귤": 1, "고등어": 1, "가래떡": 1}, ago=3, due=40)
    assert counts[0] == counts[1] <= 20


def test_the_picking_list_holds_what_is_still_at_the_stalls(busy: Busy, client: Client) -> None:
    page = client.get(f"/office/{busy.slug}/picking").content.decode()
    assert page.index("푸른채소") < page.index("동해수산") < page.index("할매손두부")
    one = client.get(f"/office/{busy.slug}/picking?order={busy.numbers['hub3']}").content.decode()
    assert "손두부" in one
    assert "고등어" not in one


def test_an_empty_board_says_so() -> None:
    quiet = small_market(utc_now())
    page = come_in(quiet.office).get(f"/office/{quiet.slug}/").content.decode()
    assert page.count("없어요") == 5
    assert Order.objects.count() == 0
