"""Looking around: what is shown, in which language, how many queries, and whose goods."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import resolve, reverse
from pytest_django import DjangoAssertNumQueries

from jangteo.apps.catalog.models import Offer, PriceChange
from jangteo.apps.decisions.ids import new_id
from jangteo.apps.markets.info import forget_markets
from jangteo.channels.shop.hrefs import Hrefs
from jangteo.channels.web.people import GUEST_COOKIE
from jangteo.platform.clock import seoul_day
from jangteo.platform.config import config
from jangteo.platform.tenancy import every_market
from tests.channels.shop.shopping import Shopping
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db


def _change(offer: Offer, **fields: object) -> None:
    with every_market():
        Offer.objects.filter(pk=offer.pk).update(**fields)


def test_every_address_written_by_hand_is_the_routers() -> None:
    href = Hrefs(slug="moon")
    written = {
        "home": href.home, "search": href.search, "categories": href.categories,
        "stalls": href.stalls, "about": href.about, "cart": href.cart,
        "cart-add": href.cart_add, "cart-way": href.cart_way, "checkout": href.checkout,
        "checkout-sum": href.checkout_sum, "orders": href.orders,
        "pay-return": href.pay_return, "pay-fail": href.pay_fail,
        "ai": href.ai, "ai-choose": href.ai_choose,
    }  # fmt: skip
    assert {name: reverse(f"shop:{name}", args=["moon"]) for name in written} == written
    with_one = {
        "category": (href.category("leafy"), "leafy"),
        "stall": (href.stall("푸른들"), "푸른들"),
        "offer": (href.offer(7), 7),
        "shelf": (href.shelf("fresh"), "fresh"),
        "cart-line": (href.cart_line(7), 7),
        "pay": (href.pay("261121-0001"), "261121-0001"),
        "checking": (href.checking("261121-0001"), "261121-0001"),
        "order": (href.order("261121-0001"), "261121-0001"),
    }
    for name, (path, value) in with_one.items():
        assert reverse(f"shop:{name}", args=["moon", value]) == path
    decision = new_id(NOON)
    assert reverse("shop:why", args=["moon", decision]) == href.why(decision)
    assert reverse("shop:why-object", args=["moon", decision]) == f"{href.why(decision)}/object"
    assert reverse("shop:cart-put", args=["moon", 7, 3]) == href.cart_put(7, 3)
    for part in ("body", "state", "answer", "cancel", "receipt", "again"):
        path = href.order("261121-0001", "", part)
        assert reverse(f"shop:order-{part}", args=["moon", "261121-0001"]) == path
    assert resolve("/m/moon").view_name == "shop:home-bare"


def test_home_shows_the_day_what_came_in_what_must_go_and_what_receiving_costs(
    shopping: Shopping, world: World
) -> None:
    _change(world.offers["대파"], arrived_on=seoul_day(NOON))
    _change(world.offers["두부"], today_only_on=seoul_day(NOON))
    said = shopping.text("/")
    assert "11월 21일(토)" in said
    assert "오늘 오후 8시까지" in said
    assert "오늘 아침에 들어온 것 모두" in said
    assert "오늘까지 파는 것 모두" in said
    assert "4곳 가운데 4곳" in said
    assert "찾아가면 무료, 오늘 오후 12:00부터" in said
    assert "배달 3,000원 (50,000원부터 무료)" in said


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a running process: the market's own data is remembered for some seconds."""
    monkeypatch.setattr(config(), "market_cache_seconds", 60.0)
    yield
    forget_markets()


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 12),
        ("/c/vegetable", 4),
        ("/s/fish", 9),
        ("/stalls", 3),
        ("/search?q=파", 4),
        ("/p/{leek}", 9),
        ("/cart", 4),
    ],
)
def test_pages_cost_a_fixed_number_of_queries(
    shopping: Shopping,
    world: World,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    """Two of each set the market's scope and leave it again."""
    leek = world.offers["대파"]
    _change(leek, goes_with=[world.offers["무"].pk])
    path = path.format(leek=leek.pk)
    shopping.get(path)
    with django_assert_num_queries(queries):
        assert shopping.get(path).status_code == 200


def test_looking_alone_sets_no_cart_cookie_and_putting_in_does(shopping: Shopping) -> None:
    shopping.get("/")
    assert GUEST_COOKIE not in shopping.client.cookies
    shopping.add("대파")
    assert GUEST_COOKIE in shopping.client.cookies


def test_a_product_says_price_unit_per_100_origin_storage_use_by_and_allergens(
    shopping: Shopping, world: World
) -> None:
    tofu = world.offers["두부"]
    _change(
        tofu, unit="한 모 450g", net_g=450, origin="국내산 콩", storage="chilled",
        use_by_days=3, allergens="대두", description="아침에 눌렀어요.",
    )  # fmt: skip
    said = shopping.text(f"/p/{tofu.pk}")
    for expected in (
        "1,800 원 한 모 450g 100g당 400원", "내용량 450g", "원산지 국내산 콩", "보관 방법 냉장",
        "소비기한 받은 날부터 3일 안", "알레르기 유발물질 대두", "아침에 눌렀어요.", "과세",
    ):  # fmt: skip
        assert expected in said, expected


def test_a_price_that_moved_today_says_so_and_yesterdays_does_not(
    shopping: Shopping, world: World
) -> None:
    tofu, leek = world.offers["두부"], world.offers["대파"]
    with every_market():
        for offer, at in ((tofu, NOON), (leek, NOON.replace(day=20))):
            PriceChange.objects.create(
                market=world.market, offer=offer, before_krw=1500, after_krw=1800,
                channel="console", at=at,
            )  # fmt: skip
    assert "오늘 오전 11:00에 1,500원에서 바뀌었어요" in shopping.text(f"/p/{tofu.pk}")
    assert "바뀌었어요" not in shopping.text(f"/p/{leek.pk}")


def test_english_shows_english_names_and_falls_back_to_the_korean_ones(
    shopping: Shopping, world: World
) -> None:
    _change(world.offers["대파"], name_en="Green onion")
    shopping.client.cookies["jt_language"] = "en"
    said = shopping.text("/c/vegetable")
    assert "Green onion" in said
    assert "쪽파" in said
    assert "₩2,500" in said


def test_hidden_foreign_and_unknown_things_are_not_found(shopping: Shopping, world: World) -> None:
    other = make_world()
    other.stall("far")
    other.offer("남의 무", 900, stall="far")
    _change(world.offers["무"], state="hidden")
    paths = [
        f"/p/{world.offers['무'].pk}", f"/p/{other.offers['남의 무'].pk}", "/p/999999",
        "/s/far", "/c/nothing", "/shelf/secret",
    ]  # fmt: skip
    assert [shopping.get(path).status_code for path in paths] == [404] * 6
    assert Client().get("/m/no-such-market/").status_code == 404
    assert "남의 무" not in shopping.text("/search?q=무")


def test_search_that_finds_nothing_helps_with_fewer_letters_and_categories(
    shopping: Shopping, world: World
) -> None:
    assert "‘두부’ 찾은 것" in shopping.text("/search?q=두부")
    said = shopping.text("/search?q=두부쫀득쿠키")
    assert "‘두부쫀득쿠키’ 찾지 못했어요" in said
    assert "‘두부’ 찾은 것은 이래요" in said
    said = shopping.text("/search?q=xyz")
    assert "갈래로 찾기 🧺 채소" in said
    assert "무엇을 찾으세요?" in shopping.text("/search?q=")


def test_a_search_text_is_only_text(shopping: Shopping) -> None:
    page = shopping.get("/search?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in page


def test_a_closed_stall_and_a_finished_day_say_so(
    shopping: Shopping, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON.replace(hour=12))
    said = shopping.text("/")
    assert "오늘 장은 끝났어요. 내일 오전 8시에 열어요" in said
    assert "4곳 가운데 0곳" in said
    monkeypatch.setattr("jangteo.channels.shop.page.utc_now", lambda: NOON.replace(hour=0, day=20))
    assert "지금 열었어요" in shopping.text("/s/fish")


def test_pages_have_no_inline_style_or_script_and_travel_compressed(
    shopping: Shopping, world: World
) -> None:
    for path in ("/", f"/p/{world.offers['대파'].pk}", "/s/fish", "/cart", "/about", "/orders"):
        page = shopping.get(path).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script>", page), path
        packed = shopping.get(path, **{"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert len(packed.content) < 12_000
