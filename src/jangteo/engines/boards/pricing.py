"""What a board says, through the reader of price lists: the same piles as a file, and doubt never in the sure one."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from jangteo.engines.boards.names import check_name
from jangteo.engines.boards.records import BoardLine, BoardReading, Box
from jangteo.engines.boards.tables import rows_of
from jangteo.engines.pricelist.checks import check_together
from jangteo.engines.pricelist.grid import Row, Sheet, text_cell
from jangteo.engines.pricelist.records import (
    Accepted,
    Asked,
    Ignored,
    Outcome,
    PriceListReading,
    Proposal,
    Refused,
)
from jangteo.engines.pricelist.rows import read_sheet

#: a letter less sure than this makes its row a question
SURE_ENOUGH = 0.8
#: 1kg, 10개, 한 단
_UNIT = re.compile(r"(?:\d+(?:\.\d+)?|[한두세네반])(?:kg|g|ml|l|[가-힣]{1,3})", re.I)
_REASONS = {
    "digits": (
        "picture_digits",
        "사진에서 숫자가 또렷하지 않아요. 값이 맞는지 봐 주세요.",
        "The digits are not clear in the picture. Check that the price is right.",
    ),
    "letters": (
        "picture_letters",
        "사진에서 글자가 또렷하지 않아요. 이름과 단위가 맞는지 봐 주세요.",
        "The letters are not clear in the picture. Check the name and the unit.",
    ),
    "name": (
        "picture_name",
        "사진에서 읽은 이름이 낯설어요. 이름이 맞는지 봐 주세요.",
        "The name read from the picture is not one we know. Check that it is right.",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardPriceList:
    """The piles, and by row number (from 1, as in the piles) where in the picture the row stands."""

    reading: PriceListReading
    boxes: dict[int, Box]
    #: of the least sure letter of the row, 0 to 1
    confidences: dict[int, float]


def price_list_of(board: BoardReading) -> BoardPriceList:
    """Every row of the board in exactly one pile; a row with doubtful letters is asked, with what was read as proposal."""
    table = rows_of(board)
    rows = [
        Row(number, [text_cell(text) for text in cells])
        for number, cells in enumerate(table, start=1)
    ]
    lines = _lines_by_row(board)
    boxes = {number: _around(of) for number, of in lines.items()}
    confidences = {number: min(line.confidence for line in of) for number, of in lines.items()}
    outcomes: list[Outcome] = check_together(read_sheet(Sheet("", rows))) if rows else []
    asked = [
        _doubted(one, lines[one.row], table) if isinstance(one, Accepted) else one
        for one in outcomes
    ]
    return BoardPriceList(
        reading=PriceListReading(
            accepted=tuple(one for one in asked if isinstance(one, Accepted)),
            asked=tuple(one for one in asked if isinstance(one, Asked)),
            refused=tuple(one for one in asked if isinstance(one, Refused)),
            ignored=tuple(one for one in asked if isinstance(one, Ignored)),
        ),
        boxes=boxes,
        confidences=confidences,
    )


def _lines_by_row(board: BoardReading) -> dict[int, list[BoardLine]]:
    found: dict[int, list[BoardLine]] = defaultdict(list)
    numbers = {row: n for n, row in enumerate(sorted({line.row for line in board.lines}), start=1)}
    for line in board.lines:
        found[numbers[line.row]].append(line)
    return found


def _around(lines: list[BoardLine]) -> Box:
    return Box(
        left=min(line.box.left for line in lines),
        top=min(line.box.top for line in lines),
        right=max(line.box.right for line in lines),
        bottom=max(line.box.bottom for line in lines),
    )


def _doubted(row: Accepted, lines: list[BoardLine], table: list[list[str]]) -> Outcome:
    checked = check_name(row.name)
    if any(line.doubtful for line in lines):
        reason = "digits"
    elif (
        any(line.confidence < SURE_ENOUGH for line in lines)
        or _breaks_column(row.row, table)
        or any(c.isdecimal() for c in row.name)
    ):
        reason = "letters"
    elif not checked.is_known:
        reason = "name"
    else:
        return row
    code, ko, en = _REASONS[reason]
    return Asked(
        sheet=row.sheet,
        row=row.row,
        cells=row.cells,
        name=row.name,
        reason_code=code,
        reason_ko=ko,
        reason_en=en,
        proposals=tuple(
            Proposal(name=name, unit=row.unit, price_krw=row.price_krw, why_ko=ko, why_en=en)
            for name, ko, en in [
                (row.name, "사진에서 이렇게 보여요", "What the picture seems to say"),
                *((m, "비슷한 이름이에요", "A name like it") for m in checked.meant),
            ]
        ),
    )


def _breaks_column(number: int, table: list[list[str]]) -> bool:
    """Is a cell no amount of goods, or empty, where most rows of the board have one?"""
    own = table[number - 1]
    for column in range(max(len(row) for row in table)):
        cells = [row[column] for row in table if column < len(row) and len(row) > 1]
        units = sum(bool(_UNIT.fullmatch(cell.replace(" ", ""))) for cell in cells)
        if units < 2 or units < 0.5 * (len(cells) - 1):
            continue
        cell = own[column] if column < len(own) else ""
        if len(own) > 1 and not _UNIT.fullmatch(cell.replace(" ", "")):
            return True
    return False
