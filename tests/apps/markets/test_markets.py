"""Opening markets and stalls, zones and quotes, and who may set what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from jangteo.apps.markets.actions.close_stall_today import close_stall_today
from jangteo.apps.markets.actions.edit_market import edit_market
from jangteo.apps.markets.actions.edit_stall import edit_stall
from jangteo.apps.markets.actions.load_register import load_register
from jangteo.apps.markets.actions.open_market import open_market
from jangteo.apps.markets.actions.open_stall import open_stall
from jangteo.apps.markets.actions.remove_zone import remove_zone
from jangteo.apps.markets.actions.reopen_stall_today import reopen_stall_today
from jangteo.apps.markets.actions.set_special_day import set_special_day
from jangteo.apps.markets.actions.set_zone import set_zone
from jangteo.apps.markets.drafts import StallDraft, ZoneDraft, market_draft, stall_draft, zone_draft
from jangteo.apps.markets.errors import (
    ClosedForNow,
    MarketNotFound,
    NoPickup,
    OutOfZone,
    RegisterCodeNotFound,
    SlugTaken,
    StallNotFound,
)
from jangteo.apps.markets.info import market_infos
from jangteo.apps.markets.models import Market, RegisterEntry, Stall
from jangteo.apps.markets.queries import (
    delivery_quote,
    forget_markets,
    market_by_id,
    market_by_slug,
    market_list,
    opening_on,
    pickup_quote,
    stall_by_slug,
    stalls_of_market,
    zones_of_market,
)
from jangteo.apps.markets.register import SAMPLE_FILE
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput, NotAllowed
from jangteo.platform.models import OutboxEvent
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, guest, make_world

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def world() -> World:
    return make_world("bora")


def _seoul(hour: int, minute: int = 0) -> datetime:
    """A moment of Saturday 21 November 2026 in Seoul."""
    return datetime(2026, 11, 20, 15, 0, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


class TestOpenMarket:
    @pytest.fixture(autouse=True)
    def _register(self) -> None:
        load_register(actor=SYSTEM, path=SAMPLE_FILE, now=NOON)

    def test_takes_name_address_place_and_fair_days_and_is_idempotent(self) -> None:
        entry = RegisterEntry.objects.get(name="솔고개장")
        opened = open_market(actor=SYSTEM, code=entry.code, now=NOON)
        assert (opened.is_new, opened.slug) == (True, "solgogaejang")
        market = Market.objects.get(pk=opened.market_id)
        assert (market.fair_days, market.fair_only) == ([2, 7], True)
        assert (market.address, market.latitude) == (entry.road_address, 37.3806)
        again = open_market(actor=SYSTEM, code=entry.code, slug="other", now=NOON)
        assert again == replace(opened, is_new=False)
        assert Market.objects.count() == 1

    def test_a_market_with_fair_and_daily_trade_opens_daily(self) -> None:
        entry = RegisterEntry.objects.get(name="물레방아전통시장")
        opened = open_market(actor=SYSTEM, code=entry.code, now=NOON)
        assert opened.slug == "mulrebanga"
        info = market_by_slug("mulrebanga")
        assert (info.fair_days, info.fair_only) == ((3, 8), False)
        assert [m.name for m in market_list()] == ["물레방아전통시장"]

    def test_a_taken_name_gets_its_city(self) -> None:
        entry = RegisterEntry.objects.get(name="햇살시장")
        make_world("haetsal")
        assert open_market(actor=SYSTEM, code=entry.code, now=NOON).slug == "haetsal-gangdong"

    def test_refusals(self) -> None:
        entry = RegisterEntry.objects.get(name="햇살시장")
        make_world("taken")
        with pytest.raises(RegisterCodeNotFound):
            open_market(actor=SYSTEM, code="nothing", now=NOON)
        with pytest.raises(SlugTaken):
            open_market(actor=SYSTEM, code=entry.code, slug="taken", now=NOON)
        with pytest.raises(InvalidInput):
            open_market(actor=SYSTEM, code=entry.code, slug="햇살", now=NOON)
        with pytest.raises(NotAllowed):
            open_market(actor=guest(), code=entry.code, now=NOON)
        assert Market.objects.count() == 1


class TestStalls:
    def test_open_edit_close_and_reopen(self, world: World) -> None:
        draft = StallDraft(name="초록 채소", kind="채소", known_for="아침에 딴 상추")
        market = world.market.pk
        first = open_stall(actor=world.office(), market_id=market, draft=draft, now=NOON)
        second = open_stall(actor=world.office(), market_id=market, draft=draft, now=NOON)
        assert (first.slug, second.slug) == ("chorok-chaeso", "chorok-chaeso-2")
        with market_scope(market):
            stall = stall_by_slug(market, "chorok-chaeso")
        world.stalls["s"] = stall
        owner = world.owner("s")
        place = {"actor": owner, "market_id": market, "stall_id": stall.pk}
        edit_stall(**place, draft=replace(stall_draft(stall), phone=" 02-1 "), now=NOON)
        close_stall_today(**place, now=NOON)
        with every_market():
            assert [(s.phone, s.closed_on) for s in Stall.objects.filter(pk=stall.pk)] == [
                ("02-1", date(2026, 11, 21))
            ]
            topics = OutboxEvent.objects.filter(kind="stall_day_changed").values_list(
                "topic", flat=True
            )
            assert sorted(topics) == [f"office:{market}", f"stall:{stall.pk}"]
        reopen_stall_today(**place, now=NOON)
        with every_market():
            assert Stall.objects.get(pk=stall.pk).closed_on is None
        with market_scope(market):
            assert [s.slug for s in stalls_of_market(market)] == [
                "chorok-chaeso",
                "chorok-chaeso-2",
            ]

    def test_an_owner_touches_only_her_own(self, world: World) -> None:
        mine, other = world.stall("mine"), world.stall("other")
        with pytest.raises(NotAllowed):
            close_stall_today(
                actor=world.owner("mine"), market_id=world.market.pk, stall_id=other.pk, now=NOON
            )
        elsewhere = make_world()
        with pytest.raises(StallNotFound):
            close_stall_today(
                actor=elsewhere.office(), market_id=elsewhere.market.pk, stall_id=mine.pk, now=NOON
            )
        with every_market():
            assert Stall.objects.filter(closed_on__isnull=False).count() == 0

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": "  "}, "name"),
            ({"name": "가" * 61}, "name"),
            ({"map_x": 101}, "map_x"),
            ({"opens_at": time(9), "closes_at": time(9)}, "closes_at"),
            ({"closed_weekdays": (7,)}, "closed_weekdays"),
        ],
    )
    def test_a_bad_field_is_named(self, change: dict[str, object], field: str) -> None:
        draft = replace(StallDraft(name="가", kind="채소"), **change)
        with pytest.raises(InvalidInput) as caught:
            draft.cleaned()
        assert caught.value.field == field


class TestQuotes:
    def test_fee_free_from_and_promise(self, world: World) -> None:
        market = world.market.pk
        with market_scope(market):
            quote = delivery_quote(market, "달빛동", 20_000, _seoul(11, 3))
            assert (quote.fee_krw, quote.free_from_krw, quote.missing_krw) == (3000, 50_000, 30_000)
            assert quote.promised_at == _seoul(12, 40)
            free = delivery_quote(market, " 별 빛 동", 50_000, _seoul(11))
            assert (free.fee_krw, free.missing_krw, free.promised_at) == (0, 0, _seoul(12, 30))
            assert (
                delivery_quote(market, "서울 어느구 달빛동 12-3", 0, _seoul(11)).zone_id
                == free.zone_id
            )

    def test_before_opening_and_after_closing(self, world: World) -> None:
        market = world.market.pk
        with market_scope(market):
            early = delivery_quote(market, "달빛동", 0, _seoul(5))
            assert (early.starts_at, early.promised_at) == (_seoul(8), _seoul(9, 30))
            late = delivery_quote(market, "달빛동", 0, _seoul(20))
            assert late.starts_at == _seoul(24 + 8)
            assert pickup_quote(market, _seoul(18, 59)).promised_at == _seoul(20)
            assert pickup_quote(market, _seoul(19)).promised_at == _seoul(24 + 9)

    def test_the_last_order_of_a_zone(self, world: World) -> None:
        market = world.market.pk
        with market_scope(market):
            zone = zones_of_market(market)[0]
        draft = replace(zone_draft(zone), last_order_at=time(17))
        set_zone(actor=world.office(), market_id=market, zone_id=zone.pk, draft=draft, now=NOON)
        with market_scope(market):
            assert delivery_quote(market, "달빛동", 0, _seoul(16, 59)).starts_at == _seoul(16, 59)
            assert delivery_quote(market, "달빛동", 0, _seoul(17)).starts_at == _seoul(24 + 8)

    def test_refusals_say_where_and_why(self, world: World) -> None:
        market = world.market.pk
        with market_scope(market):
            with pytest.raises(OutOfZone) as caught:
                delivery_quote(market, "햇빛동", 0, NOON)
            assert caught.value.details["covered"] == ["달빛동", "별빛동"]
            assert "달빛동, 별빛동" in caught.value.message("ko")
            Market.objects.update(pickup_enabled=False)
            with pytest.raises(NoPickup):
                pickup_quote(market, NOON)
            Market.objects.update(fair_only=True)
            with pytest.raises(ClosedForNow):
                delivery_quote(market, "달빛동", 0, NOON)

    def test_a_quote_is_three_queries_and_one_with_a_warm_cache(
        self,
        world: World,
        django_assert_num_queries: DjangoAssertNumQueries,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with market_scope(world.market.pk):
            with django_assert_num_queries(3):
                delivery_quote(world.market.pk, "달빛동", 0, NOON)
            monkeypatch.setattr(config(), "market_cache_seconds", 10.0)
            market_by_id(world.market.pk)
            with django_assert_num_queries(1):
                delivery_quote(world.market.pk, "달빛동", 0, NOON)
        forget_markets()


class TestSettings:
    def test_the_office_edits_and_other_roles_do_not(self, world: World) -> None:
        world.stall("s")
        draft = replace(market_draft(world.market), closes_at=time(21), commission_bp=250)
        with pytest.raises(NotAllowed):
            edit_market(actor=world.owner("s"), market_id=world.market.pk, draft=draft, now=NOON)
        edit_market(actor=world.office(), market_id=world.market.pk, draft=draft, now=NOON)
        info = market_by_slug("bora")
        assert (info.closes_at, info.commission_bp, info.slug) == (time(21), 250, "bora")

    def test_special_days_open_close_and_go_back(self, world: World) -> None:
        day = date(2026, 11, 21)

        def is_open() -> bool:
            return opening_on(market_by_slug("bora"), day).is_open

        for wanted, expected in ((False, False), (True, True), (False, False), (None, True)):
            set_special_day(
                actor=world.office(), market_id=world.market.pk, day=day, is_open=wanted, now=NOON
            )
            assert is_open() is expected
        assert opening_on(Market.objects.get(slug="bora"), day).is_open

    def test_the_list_of_markets_takes_as_many_statements_for_many_as_for_one(
        self, world: World, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        set_special_day(
            actor=world.office(),
            market_id=world.market.pk,
            day=date(2026, 11, 21),
            is_open=False,
            now=NOON,
        )
        for number in range(4):
            # entering the scope, special days, leaving it, markets
            with django_assert_num_queries(4):
                infos = {info.slug: info for info in market_infos()}
            assert infos["bora"] == market_by_slug("bora")
            assert [day.day for day in infos["bora"].special_days] == [date(2026, 11, 21)]
            Market.objects.create(
                slug=f"more-{number}",
                name=f"더 {number}",
                address="서울",
                opens_at=time(8),
                closes_at=time(20),
            )
        assert infos["more-2"].special_days == ()

    def test_zones_are_added_and_removed(self, world: World) -> None:
        market, office = world.market.pk, world.office()
        draft = ZoneDraft(
            name="먼 동네", areas=[" 은하동 ", "은하동"], fee_krw=5000, delivery_minutes=120
        )
        zone_id = set_zone(actor=office, market_id=market, draft=draft, now=NOON)
        with market_scope(market):
            assert [z.areas for z in zones_of_market(market)] == [["달빛동", "별빛동"], ["은하동"]]
        remove_zone(actor=office, market_id=market, zone_id=zone_id, now=NOON)
        with market_scope(market):
            assert len(zones_of_market(market)) == 1
        with pytest.raises(InvalidInput):
            replace(draft, areas=[]).cleaned()

    def test_the_cache_forgets_after_its_time(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(config(), "market_cache_seconds", 10.0)
        forget_markets()
        moment = [100.0]
        monkeypatch.setattr("jangteo.apps.markets.info.clock.monotonic", lambda: moment[0])
        assert market_by_slug("bora").name == "시험시장"
        Market.objects.update(name="새 이름")
        moment[0] = 109.9
        assert market_by_slug("bora").name == "시험시장"
        moment[0] = 110.0
        assert market_by_slug("bora").name == "새 이름"
        forget_markets()
        with pytest.raises(MarketNotFound):
            market_by_slug("nowhere")
