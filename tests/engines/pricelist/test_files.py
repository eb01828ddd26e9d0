"""Every nasty file, row by row, against what a person says each row must become."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from jangteo.engines.pricelist import PriceListReading, read_price_list
from tests.engines.pricelist import clear_rows, make_files
from tests.engines.pricelist.listing import listing

FILES = Path(__file__).parent / "files"
NAMES = sorted(p.name for p in FILES.iterdir() if p.suffix != ".expected")


def read(name: str) -> PriceListReading:
    return read_price_list((FILES / name).read_bytes(), name)


@pytest.mark.parametrize("name", NAMES)
def test_each_row_becomes_what_it_must(name: str) -> None:
    assert listing(read(name)) == (FILES / f"{name}.expected").read_text()


def test_the_files_are_those_that_the_script_writes() -> None:
    made = make_files.all_files()
    assert sorted(made) == NAMES
    for name, data in made.items():
        kept = (FILES / name).read_bytes()
        assert kept == data or _parts(kept) == _parts(data), name


def _parts(data: bytes) -> dict[str, bytes]:
    """What a workbook holds, whatever this machine's zlib made of it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def places(reading: PriceListReading) -> list[tuple[str, int]]:
    piles = (reading.accepted, reading.asked, reading.refused, reading.ignored)
    return sorted((one.sheet, one.row) for pile in piles for one in pile)


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith(".xlsx") and n < "18"])
def test_every_sheet_row_is_in_exactly_one_pile(name: str) -> None:
    book = openpyxl.load_workbook(FILES / name)
    expected = []
    for sheet in book.worksheets:
        last = max(c.row for row in sheet.iter_rows() for c in row if c.value is not None)
        expected += [(sheet.title, row) for row in range(1, last + 1)]
    assert places(read(name)) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("04_no_heading_cp949.csv", "cp949"),
        ("05_unquoted_commas.csv", "utf-8"),
        ("06_chalkboard_bom.txt", "utf-8-sig"),
        ("12_ways_to_write_a_price.csv", "cp949"),
        ("14_duplicates.tsv", "utf-8"),
    ],
)
def test_every_record_is_in_exactly_one_pile(name: str, encoding: str) -> None:
    text = (FILES / name).read_text(encoding=encoding)
    count = len(list(csv.reader(io.StringIO(text))))
    assert places(read(name)) == [("", row) for row in range(1, count + 1)]


def test_all_sixty_clear_rows_are_accepted_as_a_person_reads_them() -> None:
    reading = read("11_clear_but_messy.xlsx")
    got = [(one.row, one.name, one.unit, one.price_krw) for one in reading.accepted]
    expected = [(i, *clear[3:]) for i, clear in enumerate(clear_rows.CLEAR, start=4)]
    assert len(expected) == 60
    assert got == expected


def test_original_cells_are_kept() -> None:
    by_row = {one.row: one.cells for one in read("01_merged_two_row_heading.xlsx").accepted}
    assert by_row[6][:4] == ("", "중", "4000", "5000")
