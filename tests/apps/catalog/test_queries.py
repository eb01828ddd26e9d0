"""What shoppers see, in a fixed number of queries at any size."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from jangteo.apps.catalog.cards import per_100
from jangteo.apps.catalog.errors import OfferNotFound
from jangteo.apps.catalog.models import Category, Offer
from jangteo.apps.catalog.queries import (
    category_list,
    offer_detail,
    offers_by_ids,
    offers_for_home,
    offers_for_owner,
    offers_of_category,
    offers_of_stall,
    price_per_100,
    search_offers,
    similar_offers,
)
from jangteo.platform.tenancy import market_scope
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 21)
YESTERDAY = date(2026, 11, 20)


@pytest.fixture
def world() -> World:
    """Two stalls of one market, one of them closed for good, and another market with the same goods."""
    for position, (slug, name, name_en) in enumerate(
        (("vegetable", "채소", "Vegetables"), ("fish", "생선", "Fish"))
    ):
        Category.objects.create(slug=slug, name=name, name_en=name_en, position=position)
    other = make_world()
    other.stall("a", name="남의 가게")
    other.offer("대파", 1, stall="a", arrived_on=DAY)
    world = make_world()
    world.stall("green", name="초록채소", name_en="Green")
    world.stall("blue", name="푸른생선")
    world.stall("gone", name="옛 가게", is_active=False)
    world.offer("대파", 3000, stall="green", net_g=800, arrived_on=DAY, position=2, name_en="Leek")
    world.offer("쪽파", 2500, stall="green", arrived_on=YESTERDAY, position=1)
    world.offer("양파", 2000, stall="green", state="sold_out", position=0)
    world.offer("숨은대파", 100, stall="green", state="hidden", arrived_on=DAY)
    world.offer("덜된대파", 100, stall="green", state="draft", arrived_on=DAY, position=4)
    world.offer("무", 1500, stall="green", stock=0, today_only_on=DAY, position=3)
    world.offer("고등어", 6000, stall="blue", category="fish", stock=3, today_only_on=DAY)
    world.offer("옛날파", 100, stall="gone", arrived_on=DAY)
    return world


@pytest.fixture(autouse=True)
def _scope(world: World) -> object:
    with market_scope(world.market.pk):
        yield


def _names(cards: object) -> list[str]:
    return [card.name for card in cards]  # type: ignore[attr-defined]  # any cards


def test_home_in_three_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        home = offers_for_home(world.market.pk, DAY)
    assert _names(home.arrived_today) == ["대파"]
    assert _names(home.today_only) == ["고등어", "무"]  # counted down to nothing comes last
    assert [(s.slug, s.name, s.name_en, _names(s.cards)) for s in home.shelves] == [
        ("vegetable", "채소", "Vegetables", ["쪽파", "대파", "양파", "무"]),
        ("fish", "생선", "Fish", ["고등어"]),
    ]


def test_a_shelf_of_the_home_page_holds_eight(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        world.offer(
            f"시금치{number:02d}", 1000, stall="green", position=10 + number, arrived_on=DAY
        )
    world.offer("분류 없는 것", 100, stall="green")
    Offer.objects.filter(name="분류 없는 것").update(category=None)
    with django_assert_num_queries(3):
        home = offers_for_home(world.market.pk, DAY)
    assert [(s.slug, len(s.cards)) for s in home.shelves] == [
        ("vegetable", 8),
        ("fish", 1),
        ("", 1),
    ]
    assert len(home.arrived_today) == 12


def test_a_card_holds_all_it_shows(world: World) -> None:
    cards = offers_by_ids(world.market.pk, [o.pk for o in world.offers.values()], DAY)
    leek = cards[world.offers["대파"].pk]
    assert (leek.name, leek.name_en, leek.unit, leek.price_krw) == ("대파", "Leek", "1개", 3000)
    assert (leek.per_100_krw, leek.per_100_unit) == (375, "g")
    assert (leek.stall_slug, leek.stall_name, leek.stall_name_en) == ("green", "초록채소", "Green")
    assert (leek.category_slug, leek.tax, leek.storage) == ("vegetable", "exempt", "room")
    assert (leek.arrived_today, leek.today_only, leek.available) == (True, False, None)
    assert not cards[world.offers["쪽파"].pk].arrived_today
    mackerel = cards[world.offers["고등어"].pk]
    assert (mackerel.available, mackerel.is_sold_out) == (3, False)
    radish = cards[world.offers["무"].pk]
    assert (radish.available, radish.is_sold_out) == (0, True)
    assert cards[world.offers["양파"].pk].is_sold_out
    assert world.offers["숨은대파"].pk not in cards
    assert world.offers["옛날파"].pk not in cards
    assert len(cards) == 5


def test_lists_take_one_query_each(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    market, green = world.market.pk, world.stalls["green"].pk
    with django_assert_num_queries(1):
        assert _names(offers_of_stall(market, green, DAY)) == ["쪽파", "대파", "양파", "무"]
    with django_assert_num_queries(1):
        assert _names(offers_of_category(market, "vegetable", DAY)) == [
            "대파",
            "쪽파",
            "무",
            "양파",
        ]
    with django_assert_num_queries(1):
        assert [(c.slug, c.offers) for c in category_list(market)] == [
            ("vegetable", 4),
            ("fish", 1),
        ]
    with django_assert_num_queries(0):
        assert offers_by_ids(market, [], DAY) == {}
    with django_assert_num_queries(1):
        mine = offers_for_owner(market, green)
        assert [o.name for o in mine] == ["덜된대파", "양파", "쪽파", "대파", "무", "숨은대파"]
        assert [o.category.slug for o in mine if o.category] == ["vegetable"] * 6
        assert mine[4].stock.quantity == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("파", ["대파", "쪽파", "양파"]),
        ("대파", ["대파"]),
        ("leek", ["대파"]),
        ("초록 파", ["대파", "쪽파", "양파"]),
        ("푸른생선", ["고등어"]),
        ("생선", ["고등어"]),
        ("숨은", []),
        ("100%", []),
        ("_", []),
        ("", []),
        ("대파 고등어", []),
    ],
)
def test_search(
    world: World,
    django_assert_num_queries: DjangoAssertNumQueries,
    text: str,
    found: list[str],
) -> None:
    with django_assert_num_queries(1 if text else 0):
        assert _names(search_offers(world.market.pk, text, DAY)) == found


def test_search_puts_names_that_begin_with_it_first(world: World) -> None:
    world.offer("파래", 900, stall="blue", category="fish")
    assert _names(search_offers(world.market.pk, "파", DAY)) == ["파래", "대파", "쪽파", "양파"]


def test_detail_in_one_query_and_two_with_companions(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    leek = world.offers["대파"]
    with django_assert_num_queries(1):
        detail = offer_detail(world.market.pk, leek.pk, DAY)
    assert (detail.card.name, detail.category_name_en, detail.net_g) == ("대파", "Vegetables", 800)
    goes_with = [world.offers[n].pk for n in ("고등어", "무", "숨은대파", "쪽파")]
    Offer.objects.filter(pk=leek.pk).update(goes_with=goes_with)
    with django_assert_num_queries(2):
        detail = offer_detail(world.market.pk, leek.pk, DAY)
    assert _names(detail.goes_with) == ["고등어", "쪽파"]
    for name in ("숨은대파", "옛날파"):
        with pytest.raises(OfferNotFound):
            offer_detail(world.market.pk, world.offers[name].pk, DAY)


def test_another_market_shows_nothing_here(world: World) -> None:
    theirs = Offer.objects.exclude(market=world.market)
    assert list(theirs) == []
    assert offers_by_ids(world.market.pk + 999, [world.offers["대파"].pk], DAY) == {}


@pytest.mark.parametrize(
    ("price", "net_g", "net_ml", "expected"),
    [
        (3000, 800, None, (375, "g")),
        (1000, 300, None, (333, "g")),
        (1000, 600, None, (167, "g")),
        (1, 200, None, (1, "g")),  # a half goes up
        (5900, None, 1800, (328, "ml")),
        (2800, 100, None, (2800, "g")),
        (1000, None, None, None),
        (1000, 0, None, None),
    ],
)
def test_price_per_100_is_exact(
    price: int, net_g: int | None, net_ml: int | None, expected: tuple[int, str] | None
) -> None:
    assert per_100(price, net_g, net_ml) == expected
    assert price_per_100(Offer(price_krw=price, net_g=net_g, net_ml=net_ml)) == expected


def test_similar_goods(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    base = world.offers["대파"]  # 3,000 won, 800 g
    world.offer("대파 큰 것", 3300, stall="green", net_g=1000)
    world.offer("대파 작은 것", 1500, stall="green", net_g=400)
    world.offer("대파 비싼 것", 3301, stall="green", net_g=800)
    world.offer("대파 과세", 3000, stall="green", net_g=800, tax="taxed")
    world.offer("대파 다 나간 것", 3000, stall="green", net_g=800, stock=0)
    world.offer("대파 남은 것", 3000, stall="green", net_g=790, stock=1)
    with django_assert_num_queries(1):
        found = similar_offers(base, max_rise_pct=10)
    assert _names(found) == ["대파 남은 것", "대파 큰 것", "대파 작은 것", "쪽파"]
    base.category_id = None
    assert similar_offers(base, max_rise_pct=10) == []
