"""Text files: encodings, delimiters and broken quotation marks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jangteo.engines.pricelist.delimited import decode, read_delimited, split_records

TEXT = "품명,가격\n똠방각하 펲시콜라,2500\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"]
)
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def cells(data: str) -> list[list[str]]:
    return [[c.text for c in row.cells] for row in read_delimited(data.encode())[0].rows]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter: str) -> None:
    lines = [["품명", "가격"], ["대파", "2500"], ["양파", "4500"]]
    assert cells("\n".join(delimiter.join(line) for line in lines)) == lines


def test_commas_of_prices_are_no_delimiters() -> None:
    assert cells("대파 1단 2,500\n양파 4,500원\n") == [["대파 1단 2,500"], ["양파 4,500원"]]
    assert cells("대파;2,500\n양파;4,500") == [["대파", "2,500"], ["양파", "4,500"]]


fields = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=6).map(
    lambda s: s.replace("\r", "")
)


@given(
    st.lists(
        st.lists(
            st.sampled_from(["대파", "2,500", 'a "b"', "x", "두\n줄", ""]), min_size=2, max_size=4
        ),
        min_size=1,
    )
)
def test_well_formed_records_read_as_the_standard_library_reads_them(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    expected = list(csv.reader(io.StringIO(out.getvalue())))
    assert [[c.shown for c in row.cells] for row in split_records(out.getvalue(), ",")] == expected


@given(st.lists(st.text("대파,2\"' ", max_size=12), min_size=1, max_size=12))
def test_no_line_is_lost_whatever_the_quotes_do(lines: list[str]) -> None:
    rows = split_records("\n".join(lines) + "\n", ",")
    kept = "".join(c.shown for row in rows for c in row.cells)
    written = "".join(lines)
    assert kept.count("대") == written.count("대")
    assert kept.count("2") == written.count("2")
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_an_unclosed_quote_costs_only_its_own_row() -> None:
    rows = split_records('"양파,1망,4500\n감자,1kg,3000\n"당근",1kg,"2,800"\n', ",")
    assert [(row.broken_quote, [c.text for c in row.cells]) for row in rows] == [
        (True, ["양파", "1망", "4500"]),
        (False, ["감자", "1kg", "3000"]),
        (False, ["당근", "1kg", "2,800"]),
    ]
