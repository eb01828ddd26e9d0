"""What is read off a picture of a price board: lines where they stand, each with how sure its reading is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle of the upright picture as it was sent, in shares of its width and height from the top left, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardLine:
    """A run of letters that stand together: a name, a price, or both when they are written close."""

    text: str
    #: 0 to 1, of the least sure letter that matters
    confidence: float
    box: Box
    #: which row of the board, from 0, in reading order (the left column of a board before the right one)
    row: int
    #: which cell of that row, from 0
    cell: int
    #: places in ``text`` of digits that no two readings agreed on
    doubtful: tuple[int, ...] = ()

    @property
    def has_doubtful_digits(self) -> bool:
        """Must a person look before a number of this line is used?"""
        return bool(self.doubtful)


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardReading:
    """A whole picture."""

    lines: tuple[BoardLine, ...]
    #: who read it: "local", or a language model's name
    reader: str
    #: pixels of the upright picture as it was read; large ones are made smaller before
    width: int
    height: int
    #: by how much the letters were turned before reading, clockwise
    turned_degrees: float = 0.0
    #: "dark", "blurred", "small": worth saying beside the result
    hints: tuple[str, ...] = ()
