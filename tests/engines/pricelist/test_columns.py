"""Columns told from what they hold: sheets with their roles, a third of them locked before any weight was set."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from jangteo.engines.pricelist import read_price_list
from jangteo.engines.pricelist.columns import ColumnRole, classify_columns
from jangteo.engines.pricelist.grid import Row, text_cell

HERE = Path(__file__).parent / "columns"


def measured(part: str) -> tuple[int, int, list[str]]:
    """(columns, right, what went wrong)."""
    total = right = 0
    faults = []
    for line in (HERE / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
        sheet = json.loads(line)
        rows = [
            Row(n, [text_cell(cell) for cell in cells]) for n, cells in enumerate(sheet["rows"], 1)
        ]
        guesses = classify_columns(rows)
        for role, guess in zip(sheet["roles"], guesses, strict=True):
            total += 1
            right += guess.role.value == role
            if guess.role.value != role:
                faults.append(f"{sheet['id']}[{guess.index}]: {guess.role.value} for {role}")
    return total, right, faults


def test_the_locked_sheets_are_those_that_were_locked() -> None:
    digest = hashlib.sha256((HERE / "locked.jsonl").read_bytes()).hexdigest()
    assert digest == (HERE / "locked.sha256").read_text().strip()


def test_columns_of_the_open_sheets() -> None:
    total, right, faults = measured("open")
    assert total == 76
    assert right / total >= 0.95, faults


def test_columns_of_the_locked_sheets() -> None:
    total, right, _ = measured("locked")
    assert total == 38
    assert right / total >= 0.85


def test_scores_say_what_else_a_column_may_be() -> None:
    rows = [Row(n, [text_cell("대파"), text_cell(str(2000 + n))]) for n in range(1, 6)]
    name, price = classify_columns(rows)
    assert (name.role, price.role) == (ColumnRole.NAME, ColumnRole.NUMBER)
    assert ColumnRole.PRICE not in price.scores


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # headings that do not say what is below them
        ("품명,가격,비고\n대파,1단,3500원\n양파,1망,5000원\n감자,1kg,4000원\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
        ("가격,품명,단위\n대파,3500,1단\n양파,5000,1망\n감자,4000,1kg\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
        ("품명,규격,메모,비고\n대파,1단,,3500\n양파,1망,,5000\n감자,1kg,,4000\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
        # shuffled, with a phone number, a barcode and a date beside
        ("3500,국산,010-1234-5678,대파\n5000,국산,010-1234-5678,양파\n4000,국산,010-1234-5678,감자\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
        ("8801043014830,새우깡,1500\n8801062628476,초코파이,4800\n8801117752804,포카칩,1700\n", [("새우깡", 1500), ("초코파이", 4800), ("포카칩", 1700)]),
        ("2026-11-21,대파,1단,3500\n2026-11-21,양파,1망,5000\n2026-11-20,감자,1kg,4000\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
        ("品名,規格,價格\n대파,1단,3500\n양파,1망,5000\n감자,1kg,4000\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
        ("Item,Unit,Price\n대파,1단,3500\n양파,1망,5000\n감자,1kg,4000\n", [("대파", 3500), ("양파", 5000), ("감자", 4000)]),
    ],
    ids=["price under remarks", "price and name exchanged", "price under the last heading", "shuffled",
         "barcodes", "dates", "Chinese characters", "English"],
)  # fmt: skip
def test_sheets_are_read_by_what_their_columns_hold(
    text: str, expected: list[tuple[str, int]]
) -> None:
    reading = read_price_list(text.encode(), "a.csv")
    assert [(one.name, one.price_krw) for one in reading.accepted] == expected


def test_a_column_that_only_its_heading_calls_a_price_is_none() -> None:
    text = "품명,가격,수량\n대파,010-1234-5678,3\n양파,010-2222-3333,5\n감자,010-3333-4444,2\n"
    assert read_price_list(text.encode(), "a.csv").accepted == ()


def test_a_cost_beside_a_price_without_headings_is_asked() -> None:
    text = "고등어,3000,5000\n갈치,8000,12000\n오징어,3500,5000\n조기,6000,9000\n"
    reading = read_price_list(text.encode(), "a.csv")
    assert reading.accepted == ()
    assert [p.price_krw for p in reading.asked[0].proposals] == [3000, 5000]
