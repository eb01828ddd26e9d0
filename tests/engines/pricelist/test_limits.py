"""Hostile and oversized files, and promises that hold for any bytes."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jangteo.engines.pricelist import PriceListReading, read_price_list, to_json
from tests.engines.pricelist import make_files


def code(data: bytes) -> str | None:
    problem = read_price_list(data, "파일").file_error
    return problem.code if problem else None


def test_twenty_thousand_rows_are_read_and_one_more_is_not() -> None:
    line = "대파{},2500\n"
    data = "".join(line.format(i) for i in range(20_000)).encode()
    assert len(read_price_list(data, "a.csv").accepted) == 20_000
    assert code(data + "양파,4500\n".encode()) == "too_many_rows"


def test_a_stray_cell_far_below_counts_as_rows() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "대파"
    book.worksheets[0]["A30000"] = "끝"
    out = io.BytesIO()
    book.save(out)
    assert code(out.getvalue()) == "too_many_rows"


def test_styled_blank_rows_below_do_not_count() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["품명", "가격"])
    sheet.append(["대파", 2500])
    sheet["A300"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    reading = read_price_list(out.getvalue(), "a.xlsx")
    assert [(a.row, a.name, a.price_krw) for a in reading.accepted] == [(2, "대파", 2500)]
    assert [i.row for i in reading.ignored] == [1]


def test_too_large() -> None:
    assert code(b"a" * (10 * 1024 * 1024 + 1)) == "too_large"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"\x00\x00\x00", "empty"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"GIF89a", "image"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image"),
        (b"PK\x03\x04broken", "damaged"),
        (b"{\\rtf1 hello}", "other_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "other_office"),
        (bytes(range(256)) * 20, "unsupported"),
        (b"1," * 2_000_001, "too_wide"),
    ],
)
def test_what_is_no_price_list(data: bytes, expected: str) -> None:
    assert code(data) == expected


def _with_part(data: bytes, name: str, change: bytes, into: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            body = old.read(part)
            new.writestr(part, body.replace(change, into) if part == name else body)
    return out.getvalue()


def test_a_document_type_is_refused_before_entities_can_grow() -> None:
    data = make_files.xlsx([["품명", "가격"], ["대파", 2500]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet '
    assert code(_with_part(data, "xl/worksheets/sheet1.xml", b"<worksheet ", bomb)) == "unsupported"


def test_a_saved_formula_value_is_a_price() -> None:
    data = make_files.xlsx([["품명", "가격"], ["대파", "=1000*2.5"]])
    saved = _with_part(data, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>2500</v>")
    saved = _with_part(saved, "xl/worksheets/sheet1.xml", b"<v />", b"<v>2500</v>")
    assert [a.price_krw for a in read_price_list(saved, "a.xlsx").accepted] == [2500]
    assert [a.reason_code for a in read_price_list(data, "a.xlsx").asked] == [
        "formula_without_value"
    ]


def rows_of(reading: PriceListReading) -> list[int]:
    piles = (reading.accepted, reading.asked, reading.refused, reading.ignored)
    return sorted(one.row for pile in piles for one in pile)


CELLS = st.sampled_from(
    ["대파 1단 2,500", "2500", "품명", "가격", "규격", "단", "[채소]", "시세", "1", "2,500원", "010-1234-5678", "12", "0", "", "합계", "국산", "-5", "2", "500", "고등어 2마리 5천원", '"', 'a"b', "※ 안내"]
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=12),
    st.sampled_from("\t;"),
)
def test_every_record_of_any_table_is_in_exactly_one_pile(rows: list[list[str]], mark: str) -> None:
    text = "\n".join(mark.join(cell.replace('"', "") for cell in row) for row in rows) + "\n"
    reading = read_price_list(text.encode(), "a.csv")
    if reading.file_error:
        assert not text.strip("\n\t;") or reading.file_error.code == "empty"
        return
    assert rows_of(reading) == list(range(1, len(rows) + 1))
    assert all(100 <= a.price_krw <= 10_000_000 and a.name for a in reading.accepted)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(100, 9_999_990), st.booleans()), min_size=1, max_size=8))
def test_an_accepted_price_is_always_one_that_was_written(rows: list[tuple[int, bool]]) -> None:
    """Unquoted thousands in a comma file: whatever is accepted must be the number as typed."""
    lines = [
        f"상품{chr(0xAC00 + i)},{f'{price:,}' if comma else price}"
        for i, (price, comma) in enumerate(rows)
    ]
    reading = read_price_list(("품명,가격\n" + "\n".join(lines) + "\n").encode(), "a.csv")
    for one in reading.accepted:
        assert one.price_krw == rows[one.row - 2][0]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_reading_and_plain_json(data: bytes) -> None:
    report = to_json(read_price_list(data, "x"))
    assert set(report) == {"accepted", "asked", "refused", "ignored", "file_error"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_workbook_never_raises(data: st.DataObject) -> None:
    whole = bytearray(make_files.old_workbook())
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    reading = read_price_list(bytes(whole), "x.xls")
    assert all(100 <= a.price_krw <= 10_000_000 for a in reading.accepted)
