"""A reading through the reader of price lists: no doubt in the sure pile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jangteo.engines.boards import BoardLine, BoardReading, Box, price_list_of, rows_of
from jangteo.engines.boards.names import check_name

ROWS = [("대파", "1단", "3,000원"), ("두부", "1모", "1,500원"), ("시금치", "1단", "2,500원")]


def reading(*rows: tuple[str, ...]) -> BoardReading:
    lines = [
        BoardLine(
            text=text,
            confidence=0.97,
            box=Box(
                left=0.3 * cell, top=0.1 * row, right=0.3 * cell + 0.2, bottom=0.1 * row + 0.08
            ),
            row=row,
            cell=cell,
        )
        for row, cells in enumerate(rows)
        for cell, text in enumerate(cells)
        if text
    ]
    return BoardReading(lines=tuple(lines), reader="local", width=100, height=100)


def changed(of: BoardReading, row: int, cell: int, **fields: object) -> BoardReading:
    lines = tuple(
        replace(one, **fields) if (one.row, one.cell) == (row, cell) else one  # type: ignore[arg-type]
        for one in of.lines
    )
    return replace(of, lines=lines)


def test_a_clear_board_is_sure_with_the_place_of_each_row() -> None:
    found = price_list_of(reading(*ROWS))
    told = [(one.row, one.name, one.unit, one.price_krw) for one in found.reading.accepted]
    assert told == [
        (1, "대파", "1단", 3000),
        (2, "두부", "1모", 1500),
        (3, "시금치", "1단", 2500),
    ]
    assert found.boxes[2] == Box(left=0.0, top=0.1, right=0.8, bottom=0.18)
    assert found.confidences == {1: 0.97, 2: 0.97, 3: 0.97}


@pytest.mark.parametrize(
    ("row", "cell", "fields", "code"),
    [
        (1, 2, {"doubtful": (0,)}, "picture_digits"),
        (1, 1, {"doubtful": (0,)}, "picture_digits"),
        (1, 0, {"confidence": 0.5}, "picture_letters"),
        (1, 1, {"text": "세"}, "picture_letters"),
        (1, 0, {"text": "누부"}, "picture_name"),
        (1, 0, {"text": "꿻뚫"}, "picture_name"),
    ],
)
def test_a_row_with_doubt_is_asked_with_what_was_read_as_first_proposal(
    row: int, cell: int, fields: dict[str, object], code: str
) -> None:
    piles = price_list_of(changed(reading(*ROWS), row, cell, **fields)).reading
    assert [one.row for one in piles.accepted] == [1, 3]
    (asked,) = piles.asked
    assert (asked.row, asked.reason_code) == (2, code)
    assert asked.proposals[0].price_krw == 1500
    assert asked.reason_ko.endswith("요.") or asked.reason_ko.endswith("세요.")


def test_a_unit_missing_where_all_others_have_one_is_asked() -> None:
    piles = price_list_of(reading(*ROWS[:2], ("시금치", "", "2,500원"))).reading
    assert [one.name for one in piles.asked] == ["시금치"]


def test_a_known_name_one_stroke_away_is_proposed() -> None:
    piles = price_list_of(reading(*ROWS[:2], ("시긐치", "1단", "2,500원"))).reading
    assert [p.name for p in piles.asked[0].proposals] == ["시긐치", "시금치"]


def test_nothing_read_is_no_row() -> None:
    empty = reading()
    assert rows_of(empty) == []
    assert price_list_of(empty).reading.accepted == ()


def test_a_gap_in_row_numbers_keeps_boxes_with_their_rows() -> None:
    board = reading(*ROWS)
    board = replace(board, lines=tuple(replace(one, row=one.row * 3) for one in board.lines))
    found = price_list_of(board)
    assert [one.row for one in found.reading.accepted] == [1, 2, 3]
    assert found.boxes[3].top == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("name", "is_known", "meant"),
    [("귤", True, ()), ("햇양파", True, ()), ("포노", False, ("포도",))],
)
def test_names_are_held_against_the_words_of_the_catalogue(
    name: str, is_known: bool, meant: tuple[str, ...]
) -> None:
    checked = check_name(name)
    assert (checked.is_known, checked.meant) == (is_known, meant)
