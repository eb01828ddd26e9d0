"""What the words of a line are: the record that naming fills."""

from __future__ import annotations

from dataclasses import dataclass, field

from jangteo.engines.matching.lexicon import Word
from jangteo.engines.matching.segments import Segment


@dataclass(frozen=True, slots=True)
class Piece:
    """A value with confidence and the folded characters it came from."""

    value: str
    confidence: float
    start: int
    end: int


@dataclass(slots=True)
class Named:
    """The words of one line, each in its place."""

    name: Piece | None = None
    item: Word | None = None
    category: str = ""
    variety: Piece | None = None
    brand: Piece | None = None
    origin: Piece | None = None
    origin_kind: str = ""
    origin_iso: str = ""
    grade: Piece | None = None
    size: Piece | None = None
    use: Piece | None = None
    states: list[Piece] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    several: bool = False
    #: several products, each with an amount or a price of its own
    apart: bool = False
    unknown: list[Segment] = field(default_factory=list)
