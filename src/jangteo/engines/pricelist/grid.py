"""The one shape that every file format is brought to: sheets of rows of cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jangteo.engines.pricelist.fold import clean

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
#: cells up to the last used column, summed over rows; one stray cell in column XFD must not cost gigabytes
MAX_CELLS = 2_000_000
#: letters of a cell that are looked at; what is longer is no price and no name
MAX_TEXT = 500

Kind = Literal["blank", "text", "number", "date", "bool", "error", "formula"]


class FileFault(Exception):
    """The file cannot be read; ``code`` is a key of ``reasons.FILES``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(slots=True)
class Cell:
    """One cell: ``shown`` as it stood in the file, ``text`` cleaned and filled from merges."""

    kind: Kind = "blank"
    text: str = ""
    shown: str = ""
    value: float | None = None
    #: number format of a spreadsheet cell
    format: str = ""
    #: part of a merge over two or more rows
    merged: bool = False
    #: columns that the cell spans, when it is the first of a merge
    span: int = 1

    @property
    def own(self) -> bool:
        """Whether something is written in this very cell."""
        return self.shown.strip() != "" or self.kind == "formula"


@dataclass(slots=True)
class Row:
    """One row; ``number`` is 1-based."""

    number: int
    cells: list[Cell]
    #: a quotation mark was opened and never closed
    broken_quote: bool = False

    def cell(self, index: int | None) -> Cell:
        """The cell at ``index``, blank beyond the end."""
        if index is None or index >= len(self.cells):
            return Cell()
        return self.cells[index]

    def shown(self) -> tuple[str, ...]:
        """The original cells."""
        return tuple(cell.shown for cell in self.cells)

    def filled(self) -> list[int]:
        """Columns in which something is written in this very row."""
        return [index for index, cell in enumerate(self.cells) if cell.own and cell.text]


@dataclass(slots=True)
class Sheet:
    """One sheet; ``commas`` when its cells were parted at commas, which prices also hold."""

    name: str
    rows: list[Row] = field(default_factory=list)
    commas: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, 0-based, inclusive."""

    top: int
    left: int
    bottom: int
    right: int


def text_cell(shown: str) -> Cell:
    """A cell of plain text."""
    text = clean(shown[: MAX_TEXT * 2])[:MAX_TEXT]
    return Cell("text" if text else "blank", text, shown)


def number_cell(value: float, number_format: str = "") -> Cell:
    """A numeric cell, shown without an exponent or a needless fraction."""
    shown = f"{value:.0f}" if abs(value - round(value)) < 1e-6 else repr(value)
    return Cell("number", shown, shown, value, number_format)


def apply_merges(rows: list[Row], merges: list[Merge]) -> None:
    """Fill merged cells down, and note on the first cell how far it reaches to the right."""
    for merge in merges:
        if merge.top >= len(rows) or merge.bottom - merge.top > MAX_ROWS:
            continue
        first = rows[merge.top].cell(merge.left)
        if first.kind == "blank":
            continue
        first.span = merge.right - merge.left + 1
        if merge.bottom > merge.top:
            first.merged = True
            _fill_down(rows[merge.top + 1 : merge.bottom + 1], merge.left, first)


def _fill_down(rows: list[Row], column: int, first: Cell) -> None:
    for row in rows:
        while len(row.cells) <= column:
            row.cells.append(Cell())
        row.cells[column] = Cell(
            first.kind, first.text, "", first.value, first.format, merged=True, span=first.span
        )


def drop_trailing_blank(rows: list[Row]) -> list[Row]:
    """``rows`` without the wholly empty ones after the last used."""
    end = len(rows)
    while end and not any(cell.own for cell in rows[end - 1].cells):
        end -= 1
    return rows[:end]
