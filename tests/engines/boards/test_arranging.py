"""Rows, columns, lists side by side and tags one above the other, from boxes alone."""

from __future__ import annotations

import numpy as np
import pytest

from jangteo.engines.boards.arranging import (
    Spot,
    angle_of,
    arrange,
    is_amount,
    is_name,
    stands_on_end,
    straighten,
)
from jangteo.engines.boards.sight import Quad


def quad(left: float, top: float, width: float, height: float = 40, turn: float = 0.0) -> Quad:
    corners = np.array(
        [
            [left, top],
            [left + width, top],
            [left + width, top + height],
            [left, top + height],
        ]
    )
    angle = np.radians(turn)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (corners @ spin.T).astype(np.float32)


def table(spots: list[Spot], texts: list[str]) -> list[list[str]]:
    rows: dict[int, dict[int, str]] = {}
    for spot in spots:
        rows.setdefault(spot.row, {})[spot.column] = texts[spot.index]
    return [[cells.get(n, "") for n in range(max(cells) + 1)] for _, cells in sorted(rows.items())]


def arranged(quads: list[Quad], texts: list[str]) -> list[list[str]]:
    return table(arrange(straighten(quads, angle_of(quads)), texts), texts)


@pytest.mark.parametrize("turn", [-15.0, 0.0, 9.0, 15.0])
def test_a_turned_table_keeps_its_rows(turn: float) -> None:
    texts, quads = [], []
    for n, (name, price) in enumerate([("대파", "3,000"), ("무", "1,500"), ("배추김치", "12,000")]):
        quads += [
            quad(100, 60 * n, 60 + 30 * len(name), turn=turn),
            quad(600, 60 * n, 130, turn=turn),
        ]
        texts += [name, price]
    assert angle_of(quads) == pytest.approx(turn, abs=0.1)
    assert arranged(quads, texts) == [["대파", "3,000"], ["무", "1,500"], ["배추김치", "12,000"]]


def test_a_missing_cell_leaves_its_column_empty() -> None:
    quads, texts = [], []
    for n in range(6):
        quads += [quad(0, 60 * n, 120), quad(600, 60 * n, 120)]
        texts += [f"배추{n}", f"{n + 1},000"]
        if n != 3:
            quads.append(quad(300, 60 * n, 60))
            texts.append("1단")
    rows = arranged(quads, texts)
    assert rows[3] == ["배추3", "", "4,000"]
    assert rows[0] == ["배추0", "1단", "1,000"]


def test_lists_side_by_side_are_read_one_after_the_other() -> None:
    quads, texts = [], []
    for n in range(3):
        for side in range(2):
            quads += [quad(side * 700, 60 * n, 150), quad(side * 700 + 300, 60 * n, 120)]
            texts += [f"물건{'가나다라마바'[n + 3 * side]}", f"{n + 3 * side + 1},000"]
    assert [row[0] for row in arranged(quads, texts)] == [
        "물건가",
        "물건나",
        "물건다",
        "물건라",
        "물건마",
        "물건바",
    ]


def test_an_invoice_with_two_amounts_is_one_list() -> None:
    quads, texts = [], []
    for n in range(4):
        for left, text in ((0, "대파나"), (300, "2,000"), (600, "8,000")):
            quads.append(quad(left, 60 * n, 120))
            texts.append(text)
    assert arranged(quads, texts) == [["대파나", "2,000", "8,000"]] * 4


def test_a_price_below_its_name_is_one_row_for_each_tag() -> None:
    quads = [quad(0, 0, 200), quad(500, 0, 200), quad(0, 80, 200, 60), quad(500, 80, 200, 60)]
    texts = ["두부", "대파", "1,500원", "3,000원"]
    assert arranged(quads, texts) == [["두부", "1,500원"], ["대파", "3,000원"]]


def test_names_as_near_to_the_price_above_as_to_the_one_below_are_unsure() -> None:
    quads = [quad(0, n * 60, 200) for n in range(4)]
    texts = ["1,500원", "두부", "3,000원", "대파"]
    spots = arrange(straighten(quads, 0.0), texts)
    unsure = {texts[spot.index] for spot in spots if spot.is_unsure}
    assert unsure == {"두부", "3,000원"}


def test_lines_taller_than_wide_show_a_picture_on_its_side() -> None:
    tall = [np.array([[0, 0], [30, 0], [30, 200], [0, 200]], np.float32)] * 3
    assert stands_on_end(tall)
    assert not stands_on_end([quad(0, 0, 200)] * 3)


@pytest.mark.parametrize(
    ("text", "amount", "name"),
    [
        ("3,000원", True, False),
        ("47000", True, False),
        ("1만 2천원", True, True),
        ("대파", False, True),
        ("1단", False, False),
        ("500g", False, False),
        ("1500ml", False, False),
        ("인절미 300g", False, True),
        ("대파 1단 3,000원", True, True),
    ],
)
def test_amounts_and_names(text: str, amount: bool, name: bool) -> None:
    assert (is_amount(text), is_name(text)) == (amount, name)
