"""Price cards: the bars and squares on the paper are read back by a barcode reader; ZPL cannot be broken out of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from jangteo.apps.catalog.errors import PaperFontMissing, TooManyLabels
from jangteo.apps.catalog.publishing import labels_pdf as paper
from jangteo.apps.catalog.publishing.labels import Label, make_label
from jangteo.apps.catalog.publishing.labels_pdf import SIZES, labels_pdf
from jangteo.apps.catalog.publishing.labels_zpl import Printer, escaped, labels_zpl
from jangteo.engines.gs1 import (
    bracketed,
    ean13_modules,
    is_gtin,
    is_restricted,
    parse_elements,
    parse_link,
)
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput
from tests.apps.catalog.publishing.shelf import GTIN, NASTY, item, one, small_market
from tests.world import World

PACKED = date(2026, 11, 21)
_SCALE = 5


def page_image(pdf: bytes, page: int = 0) -> Image.Image:
    """The filled rectangles of a page: everything a barcode reader looks at."""
    found = PdfReader(BytesIO(pdf)).pages[page]
    width, height = (float(side) * _SCALE for side in found.mediabox[2:])
    image = Image.new("L", (round(width), round(height)), 255)
    draw = ImageDraw.Draw(image)
    contents = found.get_contents()
    assert contents is not None
    waiting: list[tuple[float, ...]] = []
    for operands, operator in contents.operations:
        if operator == b"re":
            waiting.append(tuple(float(x) * _SCALE for x in operands))
        elif operator in (b"f", b"f*"):
            for x, y, w, h in waiting:
                draw.rectangle((x, height - y - h, x + w - 1, height - y - 1), fill=0)
            waiting.clear()
        elif operator in (b"S", b"n", b"s"):
            waiting.clear()
    return image


def read(pdf: bytes) -> list[tuple[str, str]]:
    found = zxingcpp.read_barcodes(page_image(pdf))
    return sorted((one.format.name, one.text) for one in found)


@pytest.fixture
def world() -> World:
    return small_market()


pytestmark = pytest.mark.django_db


class TestPaper:
    @pytest.mark.parametrize("size", sorted(SIZES))
    def test_every_symbol_on_the_sheet_is_read_back(self, world: World, size: str) -> None:
        made = [(make_label(one(world, name)), 1) for name in ("순창 고추장 500g", "대파")]
        found = read(labels_pdf(made, size))
        base = config().effective_public_url()
        codes = [text for name, text in found if name.startswith("QR")]
        assert sorted(codes) == sorted([f"{base}/01/{GTIN}", one(world, "대파").page_url])
        bars = [text for name, text in found if name.startswith("EAN")]
        assert bars == ([GTIN[1:]] if SIZES[size].bars else [])

    def test_counts_pages_and_the_same_bytes(self, world: World) -> None:
        label = make_label(one(world, "대파"))
        pdf = labels_pdf([(label, 9)], "card")
        assert len(PdfReader(BytesIO(pdf)).pages) == 2
        assert pdf == labels_pdf([(label, 9)], "card")
        assert len(zxingcpp.read_barcodes(page_image(pdf, 0))) == 8
        assert len(zxingcpp.read_barcodes(page_image(pdf, 1))) == 1
        with pytest.raises(TooManyLabels):
            labels_pdf([(label, 2001)], "small")

    def test_the_words_on_it(self, world: World) -> None:
        text = (
            PdfReader(BytesIO(labels_pdf([(make_label(one(world, "삼겹살")), 1)], "sign")))
            .pages[0]
            .extract_text()
        )
        for words in ("삼겹살", "2,500", "100g", "국내산", "000000000001", "푸른들"):
            assert words in text

    @pytest.mark.parametrize("name", NASTY)
    def test_nasty_names_are_drawn_and_stay_on_their_card(self, world: World, name: str) -> None:
        label = replace(make_label(one(world, "대파")), name=name * 3, seller=name * 9)
        for size in SIZES:
            assert labels_pdf([(label, 1)], size).startswith(b"%PDF")

    def test_missing_letters_say_what_to_do(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(paper._FILES, paper.REGULAR, "gone.ttf")
        with pytest.raises(PaperFontMissing, match="npm ci"):
            labels_pdf([(make_label(one(world, "대파")), 1)], "card")


class TestWhatIsOnIt:
    def test_a_use_by_day_and_a_link_with_lot_and_day(self, world: World) -> None:
        world.stall("tofu")
        gtin = "08801234567909"
        made_item = item(code="JT9", gtin=gtin, category_slug="tofu",
                         fields={"maker": "콩새", "maker_address": "서울", "food_type": "두부", "ingredients": "콩"})  # fmt: skip
        world.offer("연두부", 1500, stall="tofu", category="tofu", tax="taxed", item=made_item,
                    unit="1모", allergens="대두", use_by_days=10)  # fmt: skip
        label = make_label(one(world, "연두부"), packed_on=PACKED, lot="L2611")
        assert ("소비기한", "2026.12.01까지") in label.lines
        assert ("포장일", "2026.11.21") in label.lines
        link = parse_link(label.qr)
        assert (link.gtin, link.lot, dict(link.attributes)) == (gtin, "L2611", {"17": "261201"})

    def test_goods_without_a_number_have_no_barcode_unless_the_stall_wants_its_own(
        self, world: World
    ) -> None:
        plain = make_label(one(world, "대파"))
        assert (plain.ean13, plain.qr) == ("", one(world, "대파").page_url)
        own = make_label(replace(one(world, "대파"), offer_id=123), in_store=True)
        assert own.ean13[:12] == "200123000000"
        assert is_gtin(own.ean13)
        assert is_restricted(own.ean13)
        assert make_label(replace(one(world, "대파"), offer_id=100_000), in_store=True).ean13 == ""

    def test_a_weighed_piece_is_a_variable_measure_item(self, world: World) -> None:
        belly = replace(one(world, "삼겹살"), gtin=GTIN, use_by_days=40)
        label = make_label(belly, packed_on=PACKED, lot="L2611", weight_g=525)
        assert (label.price_krw, label.unit) == (13_125, "525g")
        assert (
            bracketed(label.gs1) == "(01)98801234567896(3103)000525(17)261231(3920)13125(10)L2611"
        )
        assert label.ean13 == ""
        plain = make_label(one(world, "삼겹살"), weight_g=525, in_store=True)
        assert plain.ean13[6:12] == "013125"

    @pytest.mark.parametrize("digits", ["8801234567893", "4003994155486", "2012345128002"])
    def test_bars_are_read_back_by_another_library(self, digits: str) -> None:
        modules = "0" * 11 + ean13_modules(digits) + "0" * 7
        assert len(modules) == 113
        image = Image.new("L", (len(modules), 1), 255)
        image.putdata([0 if bit == "1" else 255 for bit in modules])
        found = zxingcpp.read_barcodes(
            image.resize((len(modules) * 4, 200), Image.Resampling.NEAREST)
        )
        assert [one.text for one in found] == [digits]

    def test_a_wrong_number_has_no_bars(self) -> None:
        with pytest.raises(ValueError, match="GTIN-13"):
            ean13_modules("8801234567894")


class TestZpl:
    def label(self, world: World, name: str = "대파") -> Label:
        return make_label(one(world, name))

    def test_the_skeleton(self, world: World) -> None:
        zpl = labels_zpl(
            [(self.label(world), 3), (self.label(world, "순창 고추장 500g"), 1)], Printer()
        )
        first, second = zpl.strip().split("\n")
        assert first.startswith("^XA^CI28^PW480^LL320^PQ3^FO16,16^A@N,40,40,E:KFONT3.FNT")
        assert first.endswith("^XZ")
        assert "^FD대파^FS" in first
        assert "3,000원" in first
        assert "^BY2^BEN,56,Y,N^FD880123456789^FS" in second
        assert f"^BQN,2,2^FH_^FDMA,{config().effective_public_url()}/01/{GTIN}^FS" in second

    def test_a_weighed_piece_carries_gs1_128(self, world: World) -> None:
        belly = replace(one(world, "삼겹살"), gtin=GTIN)
        zpl = labels_zpl([(make_label(belly, weight_g=525, lot="A_1"), 1)], Printer())
        data = re.search(r"\^BCN,56,Y,N,N,D\^FH_\^FD(.*?)\^FS", zpl)
        assert data is not None
        told = data[1].replace("_5F", "_")
        assert told == "(01)98801234567896(3103)000525(3920)13125(10)A_1"
        plain = "".join(f"{ai}{value}" for ai, value in re.findall(r"\((\d+)\)([^(]*)", told)[:2])
        assert [e.ai for e in parse_elements(plain)] == ["01", "3103"]

    @pytest.mark.parametrize("name", [*NASTY, "^FS^XZ~JA", "_5E", "대파\\&쪽파", "\x1b\x02^XA"])
    def test_no_name_can_end_its_field_or_give_a_command(self, world: World, name: str) -> None:
        plain = labels_zpl([(self.label(world), 1)], Printer())
        label = replace(self.label(world), name=name, seller=name, lines=((name, name),))
        made = labels_zpl([(label, 1)], Printer())
        assert re.findall(r"[\^~][A-Z@][A-Z0-9@]?", made).count("^FD") == made.count("^FD")
        assert made.count("^XA") == made.count("^XZ") == plain.count("^XA") == 1
        assert "~" not in made
        assert made.count("^FD") == made.count("^FS")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\\]", made)

    def test_what_a_printer_reads_is_the_name_again(self) -> None:
        text = escaped("대파^~_ 5E")
        assert text == "대파_5E_7E_5F 5E"
        assert re.sub(r"_([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), text) == "대파^~_ 5E"

    @pytest.mark.parametrize(
        "printer",
        [
            Printer(font="E:X.FNT^XZ"),
            Printer(font="kfont"),
            Printer(width_mm=5),
            Printer(dots_per_mm=9),
        ],
    )
    def test_a_printer_that_cannot_be(self, world: World, printer: Printer) -> None:
        with pytest.raises(InvalidInput):
            labels_zpl([(self.label(world), 1)], printer)
