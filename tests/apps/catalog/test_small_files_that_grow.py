"""Files that are small to send and long to read do not hold up who serves the pages."""

from __future__ import annotations

import io
import time
import zipfile

from jangteo.apps.catalog.price_lists.waiting import LATER_ABOVE_BYTES, takes_long
from jangteo.engines.pricelist import read_price_list
from jangteo.engines.pricelist.freetext import read_line


def packed(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", content)
    return out.getvalue()


def test_a_small_workbook_that_unpacks_to_much_is_for_a_worker() -> None:
    bomb = packed("<row></row>" * 400_000)
    assert len(bomb) < LATER_ABOVE_BYTES
    assert takes_long(bomb)
    assert not takes_long(packed("<row></row>" * 100))


def test_what_is_no_workbook_is_told_by_its_size_alone() -> None:
    assert not takes_long("대파,3000\n".encode())
    assert not takes_long(b"PK\x03\x04 cut short")
    assert takes_long(b"0" * (LATER_ABOVE_BYTES + 1))


def test_a_row_of_thousands_of_numbers_is_asked_about_at_once() -> None:
    started = time.process_time()
    read = read_line("1 " * 16_000)
    assert time.process_time() - started < 1
    assert read.price.price_krw is None


def test_a_sheet_of_long_lines_is_read_in_time_that_grows_with_its_length() -> None:
    started = time.process_time()
    read = read_price_list((("3000 " * 3000 + "\n") * 100).encode(), "a.txt")
    assert time.process_time() - started < 5
    assert not read.accepted
