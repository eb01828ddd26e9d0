"""Files for other programs: each against its documented rules, with names that try to break them."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from jangteo.apps.catalog.models import CatalogSettings, Offer
from jangteo.apps.catalog.publishing.categories import google_category
from jangteo.apps.catalog.publishing.feeds import (
    feed_version,
    google_file,
    kept,
    naver_changes_file,
    naver_file,
    smartstore_file,
)
from jangteo.apps.catalog.publishing.google import NAMESPACE
from jangteo.apps.catalog.publishing.jsonld import product_jsonld, script_text
from jangteo.apps.catalog.publishing.naver import CHANGES, COLUMNS, REQUIRED
from jangteo.apps.catalog.publishing.texts import one_line
from jangteo.apps.markets.info import MarketInfo, market_by_slug
from jangteo.platform.config import config
from jangteo.platform.tenancy import every_market, market_scope
from tests.apps.catalog.publishing.shelf import GTIN, NASTY, PICTURE, age, one, small_market
from tests.world import NOON, World

pytestmark = pytest.mark.django_db
G = f"{{{NAMESPACE}}}"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@pytest.fixture
def world() -> World:
    return small_market()


def info(world: World) -> MarketInfo:
    return market_by_slug(world.market.slug)


def nasty(world: World) -> None:
    for number, name in enumerate(NASTY):
        world.offer(name, 1000 + number, stall="veg", category="leafy", picture=PICTURE,
                    description=name * 2, description_en=name)  # fmt: skip


def valid_naver(text: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a product file that keeps to its rules: columns, lengths, required values, no control characters."""
    lines = text.split("\n")
    assert lines.pop() == ""
    assert lines[0].split("\t") == list(columns)
    rows = []
    for line in lines[1:]:
        values = line.split("\t")
        assert len(values) == len(columns), line
        row = dict(zip(columns, values, strict=True))
        rows.append(row)
        assert not _CONTROL.search("".join(values))
        for name, most in COLUMNS.items():
            assert len(row[name]) <= (most or 1000), name
        if row.get("class") == "D":
            continue
        assert all(row[name] for name in REQUIRED)
        assert row["price_pc"].isdecimal()
        assert int(row["price_pc"]) > 0
        assert int(row["shipping"]) >= -1
        assert row["import_flag"] in ("", "Y")
        assert row["condition"] == "신상품"
        assert re.fullmatch(r"(\d{13})?", row["barcode"])
        assert len(row["search_tag"].split("|")) <= 10
        assert row["link"].startswith("http")
    assert len({row["id"] for row in rows}) == len(rows)
    return rows


class TestNaver:
    def test_the_whole_file_keeps_the_rules_with_nasty_names(self, world: World) -> None:
        nasty(world)
        rows = valid_naver("".join(naver_file(info(world))), tuple(COLUMNS))
        assert len(rows) == 4 + len(NASTY)
        leek = rows[0]
        assert leek["title"] == "대파 1단"
        assert (leek["category_name1"], leek["category_name3"]) == ("채소", "대파")
        assert leek["shipping"] == "3000"
        assert leek["image_link"].endswith(f"/media/{PICTURE}-1280.webp")
        paste = next(row for row in rows if "고추장" in row["title"])
        assert (paste["barcode"], paste["brand"], paste["maker"]) == (
            GTIN[1:],
            "청정원",
            "가나식품",
        )

    def test_only_what_can_be_bought_with_a_complete_label_and_a_picture(
        self, world: World
    ) -> None:
        world.offer("무", 1000, stall="veg", category="roots")
        world.offer("당근", 1000, stall="veg", category="roots", picture=PICTURE, origin="")
        world.offer("우엉", 1000, stall="veg", category="roots", picture=PICTURE, state="sold_out")
        world.offer("연근", 1000, stall="veg", category="roots", picture=PICTURE, stock=0)
        world.offer("감자", 1000, stall="veg", category="roots", picture=PICTURE, state="draft")
        rows = valid_naver("".join(naver_file(info(world))), tuple(COLUMNS))
        assert [row["title"] for row in rows] == [
            "대파 1단",
            "삼겹살",
            "순창 고추장 500g 1개",
            "두부 한 모",
        ]

    def test_the_file_of_changes_says_new_changed_and_gone(self, world: World) -> None:
        age(world, days=3)
        since = NOON - timedelta(days=1)
        with every_market():
            Offer.objects.filter(name="대파").update(updated_at=NOON)
            Offer.objects.filter(name="두부").update(updated_at=NOON, state="hidden")
        world.offer("배추", 1000, stall="veg", category="leafy", picture=PICTURE)
        world.offer("감자", 1000, stall="veg", category="roots", state="draft")
        secret = world.offer("비밀 무", 777, stall="veg", category="roots", picture=PICTURE)
        with every_market():
            Offer.objects.filter(pk=secret.pk).update(
                created_at=NOON - timedelta(days=40), state="draft"
            )
        text = "".join(naver_changes_file(info(world), since))
        rows = valid_naver(text, (*COLUMNS, *CHANGES))
        tofu = str(world.offers["두부"].pk)
        assert {row["title"] or row["id"]: row["class"] for row in rows} == {
            "대파 1단": "U",
            tofu: "D",
            "배추 1개": "I",
            str(secret.pk): "D",
        }
        # what nobody may see any more, or never saw, is a number and nothing else
        for row in [told for told in rows if told["class"] == "D"]:
            assert {name for name, value in row.items() if value} == {"id", "class", "update_time"}
        assert "비밀" not in text
        assert "777" not in text
        assert rows[0]["update_time"] == "2026-11-21 11:00:00"


def valid_google(text: str) -> list[dict[str, str]]:
    """Items of a feed that keeps to Google's product data specification."""
    root = ElementTree.fromstring(text)
    assert root.tag == "rss"
    assert root.attrib == {"version": "2.0"}
    items = []
    for element in root.iter("item"):
        told = {child.tag.removeprefix(G): child for child in element}
        assert all(child.tag.startswith(G) for child in element)
        assert len(told) == len(list(element))
        shipping = told.pop("shipping")
        assert [child.tag for child in shipping] == [G + "country", G + "price"]
        item = {name: child.text or "" for name, child in told.items()}
        items.append(item)
        for name in ("id", "title", "description", "link", "image_link", "availability", "price"):
            assert item[name], name
        assert len(item["id"]) <= 50
        assert len(item["title"]) <= 150
        assert len(item["description"]) <= 5000
        assert item["availability"] in ("in_stock", "out_of_stock", "preorder", "backorder")
        assert re.fullmatch(r"[1-9]\d* KRW", item["price"])
        assert item["condition"] == "new"
        assert ("gtin" in item) or ("brand" in item) or item["identifier_exists"] == "no"
        if "unit_pricing_measure" in item:
            assert re.fullmatch(r"\d+(g|ml)", item["unit_pricing_measure"])
            assert item["unit_pricing_base_measure"] in ("100g", "100ml")
        assert item.get("google_product_category", "422") in ("422", "430", "432")
    return items


class TestGoogle:
    def test_the_file_keeps_the_rules_with_nasty_names(self, world: World) -> None:
        nasty(world)
        items = valid_google("".join(google_file(info(world))))
        assert len(items) == 4 + len(NASTY)
        leek, belly, paste = items[:3]
        assert (leek["google_product_category"], leek["identifier_exists"]) == ("430", "no")
        assert leek["unit_pricing_measure"] == "1000g"
        assert belly["unit_pricing_measure"] == "100g"
        assert belly["google_product_category"] == "432"
        assert (paste["gtin"], paste["brand"]) == (GTIN, "청정원")
        assert "identifier_exists" not in paste
        script = next(item for item in items if "script" in item["title"])
        assert script["title"] == "<script>alert(1)</script> 1개"

    def test_sold_out_goods_say_so(self, world: World) -> None:
        world.offer("우엉", 1000, stall="veg", category="roots", picture=PICTURE, state="sold_out")
        items = valid_google("".join(google_file(info(world))))
        assert [item["availability"] for item in items] == ["in_stock"] * 4 + ["out_of_stock"]

    def test_categories_that_are_not_certain_are_empty(self, world: World) -> None:
        world.offer("고무장갑", 1000, stall="veg", tax="taxed")
        assert google_category(one(world, "고무장갑")) == ""


class TestPageData:
    def test_a_product_with_its_offer(self, world: World) -> None:
        made = product_jsonld(one(world, "순창 고추장 500g"))
        assert made["@type"] == "Product"
        assert made["gtin13"] == GTIN[1:]
        assert made["brand"] == {"@type": "Brand", "name": "청정원"}
        assert made["weight"] == {"@type": "QuantitativeValue", "value": "0.5", "unitCode": "KGM"}
        assert made["countryOfOrigin"] == "KR"
        offer = made["offers"]
        assert (offer["price"], offer["priceCurrency"]) == ("8000", "KRW")
        assert offer["availability"] == "https://schema.org/InStock"
        assert offer["priceSpecification"]["price"] == "1600"
        assert offer["hasMerchantReturnPolicy"]["merchantReturnDays"] == 7
        fresh = product_jsonld(one(world, "대파"))["offers"]
        assert "hasMerchantReturnPolicy" not in fresh

    @pytest.mark.parametrize("name", NASTY)
    def test_no_name_leaves_its_script_element(self, world: World, name: str) -> None:
        offer = world.offer(name, 1000, stall="veg", category="leafy", description="</script><b>")
        with market_scope(world.market.pk):
            text = script_text(product_jsonld(one(world, offer.name)))
        tags: list[str] = []

        class Reader(HTMLParser):
            def handle_starttag(self, tag: str, attrs: Any) -> None:
                tags.append(tag)

        Reader().feed(f'<script type="application/ld+json">{text}</script><p>')
        assert tags == ["script", "p"]
        assert json.loads(text)["description"] == "</script><b>"


class TestSmartStore:
    def read(self, data: bytes) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
        book = load_workbook(BytesIO(data))
        sheet, left = (list(book[name].iter_rows(values_only=True)) for name in book.sheetnames)
        for name in book.sheetnames:
            for row in book[name].iter_rows():
                assert {cell.data_type for cell in row} <= {"s", "n"}, row
        return [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]], left[1:]

    def test_rows_and_what_is_left_to_fill(self, world: World) -> None:
        with every_market():
            CatalogSettings.objects.create(
                market=world.market,
                channel_categories={"smartstore": {"green-onion": "50000123"}},
                updated_at=NOON,
            )
        world.offer("바나나", 2555, stall="veg", category="fruit", origin="필리핀산", stock=7)
        with market_scope(world.market.pk):
            rows, left = self.read(smartstore_file(world.market.pk))
        leek, banana = rows[0], rows[-1]
        assert leek["leafCategoryId"] == "50000123"
        assert (leek["taxType"], leek["salePrice"], leek["originAreaCode"]) == (
            "DUTYFREE",
            3000,
            "00",
        )
        assert leek["stockQuantity"] is None
        assert (banana["stockQuantity"], banana["salePrice"], banana["originAreaCode"]) == (
            7,
            None,
            None,
        )
        gaps = {(row[1], row[2]) for row in left}
        assert ("대파", "leafCategoryId") not in gaps
        assert ("대파", "stockQuantity") in gaps
        assert {("바나나", name) for name in ("leafCategoryId", "salePrice", "originAreaCode", "importer",
                                            "representativeImage")} <= gaps  # fmt: skip
        paste = next(row for row in rows if "고추장" in str(row["name"]))
        assert paste["productInfoProvidedNoticeType"] == "GENERAL_FOOD"
        assert paste["sellerBarcode"] == GTIN[1:]
        assert (paste["notice.producer"], paste["notice.consumptionDateText"]) == (
            "가나식품",
            "2027.12.31까지",
        )

    def test_nasty_names_are_text_and_markup_is_escaped(self, world: World) -> None:
        nasty(world)
        with market_scope(world.market.pk):
            rows, _ = self.read(smartstore_file(world.market.pk))
        names = [row["name"] for row in rows]
        assert "=1+1 1개" in names
        assert all("<script" not in row["detailContent"] for row in rows)
        assert all(len(name) <= 100 and not _CONTROL.search(name) for name in names)


class TestKept:
    @pytest.fixture(autouse=True)
    def own_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(config(), "var_dir", tmp_path)

    def test_it_is_made_once_and_older_versions_go(self, tmp_path: Path) -> None:
        folder = tmp_path / "feeds"
        lines = ["가\t\r나\n", "다\n"]
        assert list(kept("a-naver", "1" * 8, iter(lines))) == lines
        assert "".join(kept("a-naver", "1" * 8, iter(["other"]))) == "".join(lines)
        list(kept("a-naver-x", "1" * 8, iter(["x"])))
        list(kept("a-naver", "2" * 8, iter(["new\n"])))
        assert sorted(path.name for path in folder.iterdir()) == [
            "a-naver-22222222",
            "a-naver-x-11111111",
        ]

    def test_half_a_file_is_never_kept(self, tmp_path: Path) -> None:
        reading = kept("a", "1", iter(["one\n", "two\n"]))
        assert next(reading) == "one\n"
        reading.close()  # type: ignore[attr-defined]
        assert list((tmp_path / "feeds").iterdir()) == []


class TestVersion:
    def test_it_stays_while_nothing_changes_and_moves_when_something_does(
        self, world: World
    ) -> None:
        def version() -> str:
            with market_scope(world.market.pk):
                return feed_version(info(world), "naver")

        first = version()
        assert version() == first
        with every_market():
            Offer.objects.filter(name="대파").first().save()  # type: ignore[union-attr]
        second = version()
        assert second != first
        world.offer("연근", 1000, stall="veg", stock=3)
        assert version() not in (first, second)


@pytest.mark.parametrize(
    ("text", "most", "made"),
    [("가\t나\r\n다", 10, "가 나 다"), ("가나다라마", 3, "가나…"), ("가나다 라마바사", 6, "가나다 라…"), ("\u202e가\x00", 9, "가")],
)  # fmt: skip
def test_one_line(text: str, most: int, made: str) -> None:
    assert one_line(text, most) == made
    assert len(made) <= most


def test_the_naver_file_is_not_a_quoted_table(world: World) -> None:
    nasty(world)
    text = "".join(naver_file(info(world)))
    rows = list(csv.reader(StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert {len(row) for row in rows} == {len(COLUMNS)}
