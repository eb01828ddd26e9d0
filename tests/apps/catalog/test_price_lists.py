"""A price list understood: fields, matches, what is new, changed and gone, one answer for many rows, waiting for a worker."""

from __future__ import annotations

from typing import Any

import pytest

from jangteo.apps.catalog.actions.answer_list import (
    answer_gone,
    answer_item,
    answer_list_origin,
)
from jangteo.apps.catalog.actions.answer_row import answer_row
from jangteo.apps.catalog.actions.answer_tax import answer_tax
from jangteo.apps.catalog.actions.confirm_import import confirm_import
from jangteo.apps.catalog.actions.read_price_list import read_price_list
from jangteo.apps.catalog.actions.undo_import import undo_import
from jangteo.apps.catalog.errors import ImportNotFound, ImportStillRead
from jangteo.apps.catalog.import_queries import ImportPiles, drafts_of_import, import_piles
from jangteo.apps.catalog.matchers import matcher_in_use
from jangteo.apps.catalog.models import (
    Category,
    Item,
    MatchAnswer,
    Offer,
    PriceImport,
    PriceImportRow,
    PriceListUpload,
    StallDesk,
)
from jangteo.apps.catalog.price_lists.jobs import read_list
from jangteo.apps.catalog.price_lists.understanding import Extra, understand_rows
from jangteo.engines.sameitem import Goods
from jangteo.platform.errors import InvalidInput
from jangteo.platform.tenancy import every_market, market_scope
from tests.world import NOON, World, make_world

pytestmark = pytest.mark.django_db
HEAD = "품목,단위,가격,원산지\n"


@pytest.fixture
def world() -> World:
    world = make_world()
    world.stall("a")
    return world


def _place(world: World) -> dict[str, Any]:
    return {
        "actor": world.owner("a"),
        "market_id": world.market.pk,
        "stall_id": world.stalls["a"].pk,
        "now": NOON,
    }


def _read(world: World, text: str, **more: Any) -> int:
    read = read_price_list(**_place(world), data=text.encode(), file_name="a.csv", **more)
    return read.import_id


def _piles(world: World, import_id: int) -> ImportPiles:
    with market_scope(world.market.pk):
        return import_piles(world.market.pk, world.stalls["a"].pk, import_id)


def _states(world: World) -> dict[str, str]:
    with every_market():
        return {o.name: str(o.state) for o in Offer.objects.order_by("pk")}


def _confirm(world: World, import_id: int) -> Any:
    return confirm_import(**_place(world), import_id=import_id)


class TestUnderstanding:
    def test_a_row_says_what_the_goods_are_with_the_characters_it_was_read_from(
        self, world: World
    ) -> None:
        Category.objects.get_or_create(slug="fruit", defaults={"name": "과일", "name_en": "Fruit"})
        list_id = _read(world, HEAD + "국산 햇사과(부사) 특,5kg,35000,\n")
        (row,) = _piles(world, list_id).sure
        known = row.understood
        assert (row.name, row.unit, row.price_krw, row.net_g, row.origin) == (
            "국산 햇사과(부사) 특",
            "5kg",
            35000,
            5000,
            "국산",
        )
        assert (known["name"]["value"], known["variety"]["value"], known["grade"]["value"]) == (
            "사과",
            "부사",
            "특",
        )
        line = known["line"]
        assert line[known["variety"]["start"] : known["variety"]["end"]] == "부사"
        assert _confirm(world, list_id).added == 1
        with every_market():
            offer = Offer.objects.get()
            assert (offer.name, offer.net_g, offer.origin) == (row.name, 5000, "국산")
            assert offer.category is not None
            assert (offer.category.slug, offer.state) == ("fruit", "on_sale")
            assert offer.item is not None
            assert offer.item.fields["variety"] == "부사"

    def test_pork_of_one_geun_weighs_600_g(self, world: World) -> None:
        list_id = _read(world, HEAD + "삼겹살,1근,15600,국산\n콩나물,1봉지,1500,국산\n")
        rows = {row.name: row for row in _piles(world, list_id).sure}
        assert rows["삼겹살"].net_g == 600

    def test_a_row_asked_for_its_price_is_not_asked_for_the_weight_its_unit_says(
        self, world: World
    ) -> None:
        list_id = _read(world, HEAD + "양파,3키로,5,국산\n당근,5kg,,국산\n콩나물,1봉지,,국산\n")
        rows = {row.name: row for row in _piles(world, list_id).check}
        asked = {
            name: [ask["field"] for ask in row.understood["asks"]] for name, row in rows.items()
        }
        assert asked == {"양파": [], "당근": [], "콩나물": ["net_g"]}
        assert (rows["양파"].net_g, rows["당근"].net_g) == (3000, 5000)

    def test_a_unit_whose_content_her_goods_say_is_the_price_of_those_goods(
        self, world: World
    ) -> None:
        world.offer("대파", 3200, stall="a", unit="한 단 약 1kg")
        world.offer("쪽파", 3200, stall="a", unit="한 단 약 1kg")
        world.offer("쪽파", 1900, stall="a", unit="한 단 약 500g")
        list_id = _read(world, HEAD + "대파,한 단,3500,국산\n쪽파,한 단,3500,국산\n")
        piles = _piles(world, list_id)
        assert [(r.name, r.offer and r.offer.unit) for r in piles.sure] == [
            ("대파", "한 단 약 1kg"),
            ("쪽파", None),
        ]
        _confirm(world, list_id)
        with every_market():
            assert Offer.objects.get(name="대파").price_krw == 3500

    def test_two_readings_of_the_price_are_shown_and_none_is_taken(self, world: World) -> None:
        rows = [PriceImportRow(name="대파", unit="1단", price_krw=3000, pile="sure", cells=["x"])]
        from_words = {"whole": "대파 1단 2,500원"}

        understand_rows(rows, {0: Extra(**from_words)})
        assert (rows[0].pile, rows[0].price_krw) == ("check", None)
        assert [p["price_krw"] for p in rows[0].proposals] == [3000, 2500]

    def test_two_readings_of_the_weight_are_a_question_whose_answer_counts(
        self, world: World
    ) -> None:

        row = PriceImportRow(
            name="감자", unit="5kg", price_krw=9000, net_g=500, pile="sure", cells=["감자"]
        )
        understand_rows([row], {0: Extra()})
        assert (row.pile, [p["net_g"] for p in row.proposals]) == ("check", [500, 5000])

    def test_tax_is_asked_where_the_table_and_the_reading_disagree(self, world: World) -> None:
        list_id = _read(
            world, HEAD + "손두부,1모,2500,국산\n대파,1단,3000,국산\n양념치킨,1kg,30000,국산\n"
        )
        tax = {row.name: row.tax for row in _piles(world, list_id).sure}
        assert tax["손두부"] == ""
        assert (tax["대파"], tax["양념치킨"]) == ("exempt", "taxed")


class TestOrigin:
    LIST = "품목,단위,가격\n대파,1단,3000\n무,1개,2000\n수세미,3개,2000\n"

    def test_goods_without_an_origin_are_one_question_and_drafts_when_it_waits(
        self, world: World
    ) -> None:
        list_id = _read(world, self.LIST)
        piles = _piles(world, list_id)
        assert {row.name for row in piles.origin_question} >= {"대파", "무"}
        place = {**_place(world), "import_id": list_id}
        answer_list_origin(**place, origins={}, later=True)
        tax = {r.pk: "taxed" for r in piles.tax_question}
        if tax:
            answer_tax(**place, taxes=tax)
        done = _confirm(world, list_id)
        assert done.drafts >= 2
        assert _states(world)["대파"] == "draft"
        with market_scope(world.market.pk):
            assert "대파" in {o.name for o in drafts_of_import(world.market.pk, list_id)}

    def test_all_korean_is_one_answer_and_remembered_only_when_she_says_so(
        self, world: World
    ) -> None:
        list_id = _read(world, HEAD + "대파,1단,3000,\n무,1개,2000,\n")
        place = {**_place(world), "import_id": list_id}
        ids = [row.pk for row in _piles(world, list_id).origin_question]
        assert answer_list_origin(**place, origins=dict.fromkeys(ids, "국산")) == 2
        assert _confirm(world, list_id).added == 2
        with every_market():
            assert not StallDesk.objects.exists()
        second = _read(world, HEAD + "쪽파,1단,2500,\n")
        place["import_id"] = second
        (row,) = _piles(world, second).origin_question
        answer_list_origin(**place, origins={row.pk: "국산"}, remember="국산")
        third = _read(world, HEAD + "열무,1단,3500,\n")
        piles = _piles(world, third)
        assert (piles.origin_question, piles.sure[0].origin) == ((), "국산")
        assert piles.sure[0].understood["origin"]["by"] == "stall"

    def test_a_row_that_says_its_origin_keeps_it(self, world: World) -> None:
        list_id = _read(world, HEAD + "깐마늘,1kg,8000,중국산\n")
        (row,) = _piles(world, list_id).sure
        place = {**_place(world), "import_id": list_id}
        assert answer_list_origin(**place, origins={row.pk: "국산"}) == 0
        with pytest.raises(ImportNotFound):
            answer_list_origin(**place, origins={row.pk + 99: "국산"})
        with pytest.raises(InvalidInput):
            answer_list_origin(**place, origins={row.pk: "  "})


class TestNewChangedGone:
    def _first(self, world: World) -> int:
        names = ("대파,1단,3000", "무,1개,2000", "배추,1포기,4000", "오이,3개,2000")
        list_id = _read(world, HEAD + "".join(f"{n},국산\n" for n in names))
        assert _confirm(world, list_id).added == 4
        return list_id

    def test_a_second_list_is_a_difference(self, world: World) -> None:
        self._first(world)
        second = _read(
            world,
            HEAD
            + "대파,1단,3300,국산\n무,1개,3000,국산\n배추,1포기,4000,국산\n쪽파,1단,2500,국산\n",
        )
        piles = _piles(world, second)
        assert [r.name for r in piles.new] == ["쪽파"]
        # the largest change first
        assert [(r.name, r.offer.price_krw if r.offer else 0) for r in piles.changed] == [
            ("무", 2000),
            ("대파", 3000),
        ]
        assert [r.name for r in piles.same] == ["배추"]
        assert ([o.name for o in piles.gone], piles.is_partial) == (["오이"], False)

    def test_gone_goods_stay_unless_she_says_otherwise_and_undo_brings_them_back(
        self, world: World
    ) -> None:
        self._first(world)
        second = _read(world, HEAD + "대파,1단,3300,국산\n")
        piles = _piles(world, second)
        assert ([o.name for o in piles.gone], piles.is_partial) == (["무", "배추", "오이"], True)
        ids = {o.name: o.pk for o in piles.gone}
        place = {**_place(world), "import_id": second}
        assert answer_gone(**place, choices={ids["무"]: "sold_out", ids["오이"]: "hide"}) == 2
        assert _states(world)["무"] == "on_sale"
        done = _confirm(world, second)
        assert (done.repriced, done.sold_out, done.taken_down) == (1, 1, 1)
        assert _states(world) == {
            "대파": "on_sale",
            "무": "sold_out",
            "배추": "on_sale",
            "오이": "hidden",
        }
        undone = undo_import(**place)
        assert (undone.restored, undone.brought_back) == (1, 2)
        assert set(_states(world).values()) == {"on_sale"}

    def test_what_a_row_that_cannot_be_used_names_is_not_gone(self, world: World) -> None:
        self._first(world)
        second = _read(world, HEAD + "대파,1단,3300,국산\n무,1개,시세,국산\n배추,1포기,-100,국산\n")
        assert [o.name for o in _piles(world, second).gone] == ["오이"]

    def test_choices_are_checked(self, world: World) -> None:
        self._first(world)
        second = _read(world, HEAD + "대파,1단,3300,국산\n")
        place = {**_place(world), "import_id": second}
        with pytest.raises(InvalidInput):
            answer_gone(**place, choices={1: "burn"})
        with pytest.raises(ImportNotFound):
            answer_gone(**place, choices={10**9: "hide"})


class TestItems:
    @pytest.fixture(autouse=True)
    def _matcher_is_loaded(self) -> None:
        """The first look of a process loads it, which may take longer than a decision is given on a busy machine."""
        with every_market():
            matcher_in_use().matcher.judge(Goods(name="사과"), [Goods(name="사과")])

    def test_the_same_line_of_another_stall_hangs_on_the_same_item(self, world: World) -> None:
        text = HEAD + "부사 사과 특,5kg,35000,국산\n"
        first = _read(world, text)
        _confirm(world, first)
        world.stall("b")
        place = {
            **_place(world),
            "actor": world.owner("b"),
            "stall_id": world.stalls["b"].pk,
        }
        second = read_price_list(**place, data=text.encode(), file_name="b.csv")
        confirm_import(**place, import_id=second.import_id)
        with every_market():
            items = set(Offer.objects.values_list("item_id", flat=True))
            assert (len(items), Item.objects.count(), None in items) == (1, 1, False)

    def test_an_unsure_match_is_answered_kept_to_learn_from_and_never_stops_a_sale(
        self, world: World
    ) -> None:
        first = _read(world, HEAD + "부사 사과,5kg,35000,국산\n")
        _confirm(world, first)
        with every_market():
            item = Item.objects.get()
            # another list's row that may be it: the verdict of the matcher is a question
            second = _read(world, HEAD + "부사 사과 특,10kg,60000,국산\n")
            row = PriceImportRow.objects.get(price_import=second, name="부사 사과 특")
            row.item, row.item_verdict = item, "unsure"
            row.understood["match"] = {"shown": [[item.pk, 0.8]], "ko": "", "en": ""}
            row.save()
        place = {**_place(world), "import_id": second, "row_id": row.pk}
        answer_item(**place, item_id=None)
        answer_item(**place, item_id=None)
        with every_market():
            assert list(MatchAnswer.objects.values_list("is_same", "source")) == [
                (False, "rejected")
            ]
        assert _confirm(world, second).added == 1
        with every_market():
            assert Item.objects.count() == 2


class TestWaiting:
    def test_a_large_file_is_read_by_a_worker_once_and_then_forgotten(self, world: World) -> None:
        list_id = _read(world, HEAD + "대파,1단,3000,국산\n", later=True)
        with every_market():
            assert PriceImport.objects.get().state == "reading"
        with pytest.raises(ImportStillRead):
            _confirm(world, list_id)
        # a worker that was killed starts again; a second run changes nothing
        assert read_list(world.market.pk, list_id) == "read"
        assert read_list(world.market.pk, list_id) == "read"
        assert [r.name for r in _piles(world, list_id).sure] == ["대파"]
        with every_market():
            assert not PriceListUpload.objects.exists()
        assert _confirm(world, list_id).added == 1

    def test_a_file_that_is_none_says_why_and_may_come_again(self, world: World) -> None:
        place = _place(world)
        first = read_price_list(**place, data=b"%PDF-1.7", file_name="a.pdf", later=True)
        assert read_list(world.market.pk, first.import_id) == "failed"
        with every_market():
            assert "PDF" in PriceImport.objects.get().problem["ko"]
        again = read_price_list(**place, data=b"%PDF-1.7", file_name="a.pdf", later=True)
        assert again.import_id != first.import_id

    def test_a_hundred_thousand_rows_are_refused_in_words(self, world: World) -> None:
        text = HEAD + "".join(f"대파 {n}호,1단,3000,국산\n" for n in range(100_000))
        list_id = _read(world, text, later=True)
        assert read_list(world.market.pk, list_id) == "failed"
        with every_market():
            assert "20,000" in PriceImport.objects.get().problem["ko"]


def test_a_tapped_weight_stays(world: World) -> None:
    list_id = _read(world, HEAD + "감자,5kg,9000,국산\n")
    with every_market():
        row = PriceImportRow.objects.get(name="감자")
        row.pile, row.price_krw = "check", None
        row.proposals = [
            {
                "name": "감자",
                "unit": "5kg",
                "price_krw": 9000,
                "net_g": g,
                "why_ko": "",
                "why_en": "",
            }
            for g in (500, 5000)
        ]
        row.save()
    answer_row(**_place(world), import_id=list_id, row_id=row.pk, proposal=1)
    with every_market():
        assert PriceImportRow.objects.get(pk=row.pk).net_g == 5000
