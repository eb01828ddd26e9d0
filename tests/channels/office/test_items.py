"""The office's pages of standard products: the list, one product, merge, split, the queue, the threshold."""

from __future__ import annotations

import pytest
from django.test import Client

from jangteo.apps.accounts.models import Person
from jangteo.apps.catalog.actions.standardise_offers import begin_standardising, run_all
from jangteo.apps.catalog.models import Item, ItemChange, MatchQuestion, Offer
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.catalog.items.goods import item
from tests.channels.office.busy import come_in
from tests.world import NOON, World, grant, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world("items-market")
    made.stall("fruit", name="새벽과일")
    return made


@pytest.fixture
def office(world: World) -> Client:
    who: Person = person()
    grant(who, Role.OFFICE, world)
    return come_in(who)


def page(client: Client, path: str = "", status: int = 200) -> str:
    response = client.get(f"/office/items-market/items/{path}")
    assert response.status_code == status
    return response.content.decode()


def standardise(world: World) -> None:
    begun = begin_standardising(
        actor=world.office(), market_id=world.market.pk, in_background=False, now=NOON
    )
    run_all(world.market.pk, begun.run_id, NOON)


def asked(world: World) -> tuple[Offer, MatchQuestion, Item]:
    known = item(None, "국산 부사 사과 특 5kg")
    offer = world.offer("부사 사과", 20_000, stall="fruit", unit="한 상자", origin="국산")
    standardise(world)
    with market_scope(world.market.pk):
        return offer, MatchQuestion.objects.get(), known


def test_an_empty_list_says_so_and_offers_to_begin(world: World, office: Client) -> None:
    assert "아직 여기에 보일 상품이 없어요" in page(office)
    world.offer("부사 사과", 20_000, stall="fruit", unit="5kg")
    text = page(office)
    assert "아직 표준 상품이 없는 물건이 1개 있어요" in text
    assert office.post("/office/items-market/items/standardise").status_code == 302
    assert "표준 상품을 이어 주고 있어요" in page(office)


def test_the_list_finds_by_name_barcode_and_number(world: World, office: Client) -> None:
    one = item(world, "순창고추장 3kg 8801234567893")
    item(world, "국산 부사 사과 5kg")
    for q in ("고추장", "8801234567893", one.code, "고추장 3키로"):
        text = page(office, f"?which=all&q={q}")
        assert one.code in text
        assert "부사" not in text.split("<tbody>")[1]
    assert "상품을 찾지 못했어요" in page(office, "?q=고무장갑")


def test_a_product_shows_where_each_field_comes_from(world: World, office: Client) -> None:
    one = item(world, "국산 햇사과(부사)특 5kg -선물용★")
    text = page(office, f"{one.code}/")
    assert "국산 사과(부사) 특 5kg" in text
    assert "가격표의 '5kg'에서" in text
    assert "아직 아무 물건도 이어지지 않았어요" in text
    page(office, "JT999999999/", 404)


def test_an_edit_is_saved_and_a_wrong_one_says_what_to_do(world: World, office: Client) -> None:
    one = item(world, "국산 부사 사과 5kg")
    form = {"version": "1", "category_slug": one.category_slug, "name": "사과", "grade": "특"}
    url = f"/office/items-market/items/{one.code}/edit"
    assert office.post(url, form).status_code == 302
    one.refresh_from_db()
    assert (one.fields["grade"], one.fields["variety"], one.version) == ("특", "부사", 2)
    wrong = office.post(url, form | {"version": "2", "gtin": "8801234567890"})
    assert wrong.status_code == 422
    assert "바코드 숫자가 맞지 않아요" in wrong.content.decode()
    assert office.post(url, form | {"grade": "상"}).status_code == 409
    assert Item.objects.get(pk=one.pk).fields["grade"] == "특"


def test_two_products_side_by_side_then_one_and_two_again(world: World, office: Client) -> None:
    one, two = item(world, "국산 부사 사과 5kg"), item(world, "국산 홍로 사과 5kg 특")
    assert two.code in page(office, f"{one.code}/?merge=홍로 사과")
    assert "달라요" in page(office, f"{one.code}/merge/{two.code}")
    done = office.post(f"/office/items-market/items/{one.code}/merge/{two.code}")
    assert done.headers["Location"].endswith(f"{two.code}/?done=merged")
    assert "다른 상품과 합쳐졌어요" in page(office, f"{one.code}/")
    change = ItemChange.objects.get()
    office.post(f"/office/items-market/items/{two.code}/undo/{change.pk}")
    assert Item.objects.get(pk=one.pk).state == "active"


def test_ticked_goods_become_a_product_of_their_own(world: World, office: Client) -> None:
    first = world.offer("부사 사과", 20_000, stall="fruit", unit="5kg", origin="국산")
    standardise(world)
    with every_market():
        one = Offer.objects.get(pk=first.pk).item
    assert one is not None
    nothing = office.post(f"/office/items-market/items/{one.code}/split", {"variety": "홍로"})
    assert nothing.status_code == 422
    done = office.post(
        f"/office/items-market/items/{one.code}/split",
        {"offer": [str(first.pk)], "variety": "홍로"},
    )
    assert done.status_code == 302
    with every_market():
        now = Offer.objects.get(pk=first.pk).item
    assert now is not None
    assert (now.pk != one.pk, now.fields["variety"]) == (True, "홍로")


def test_a_question_is_answered_taken_back_and_put_off(world: World, office: Client) -> None:
    offer, question, known = asked(world)
    text = page(office, "questions")
    assert "부사 사과 한 상자 국산" in text
    assert "글쇠 1" in text
    url = f"/office/items-market/items/questions/{question.pk}"
    assert office.post(url, {"answer": "yes please"}).status_code == 422
    office.post(url, {"answer": str(known.pk), "shown": [f"{known.pk}:0.93", "nonsense"]})
    with every_market():
        assert Offer.objects.get(pk=offer.pk).item_id == known.pk
    assert "물을 것이 없어요" in page(office, "questions")
    office.post("/office/items-market/items/questions/undo")
    assert "부사 사과 한 상자 국산" in page(office, "questions")
    office.post(url, {"answer": "later"})
    assert "나중에 다시 물을게요" in page(office, "questions?done=later")
    office.post(url, {"answer": "new"})
    with every_market():
        assert Offer.objects.get(pk=offer.pk).item_id not in (None, known.pk)


def test_the_threshold_says_what_it_means_from_the_markets_own_lines(
    world: World, office: Client
) -> None:
    assert "아직 살펴본 줄이 적어서" in page(office, "settings")
    item(None, "국산 부사 사과 특 5kg")
    for n in range(20):
        world.offer("부사 사과 특", 20_000 + n, stall="fruit", unit="5kg", origin="국산")
        standardise(world)
    text = page(office, "settings")
    assert "100줄 가운데 약 0줄을 물어요" in text
    form = {"match_auto": "99.99", "measures": "되 쌀 1600", "shares_items": "on"}
    assert office.post("/office/items-market/items/settings", form).status_code == 302
    assert "100줄 가운데 약 100줄을 물어요" in page(office, "settings")
    wrong = office.post("/office/items-market/items/settings", form | {"measures": "되 쌀"})
    assert wrong.status_code == 422
    assert "단위, 물건, 그램을 차례로" in wrong.content.decode()
    assert (
        office.post("/office/items-market/items/settings", {"match_auto": "30"}).status_code == 422
    )


def test_a_shopper_sees_the_same_goods_at_other_stalls_the_cheapest_per_100_g_first(
    world: World,
) -> None:
    world.stall("other", name="푸른채소")
    world.stall("third", name="옛날과일")
    here = world.offer("부사 사과", 20_000, stall="fruit", unit="5kg", origin="국산", net_g=5000)
    world.offer("사과(부사)", 21_000, stall="other", unit="5kg", origin="국산", net_g=5000)
    world.offer("사과 부사", 19_000, stall="third", unit="5kg", origin="국산", net_g=5000)
    world.offer("부사 사과", 36_000, stall="other", unit="10kg", origin="국산", net_g=10_000)
    standardise(world)
    text = Client().get(f"/m/items-market/p/{here.pk}").content.decode()
    row = text.split("다른 가게에도 있어요", 1)[1]
    assert row.index("옛날과일") < row.index("푸른채소")
    assert "36,000" not in text
