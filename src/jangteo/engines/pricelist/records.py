"""The records that a price list is read into: one per row, in exactly one of four piles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A row whose product and price are certain."""

    #: sheet name; "" for text files and HTML tables, which have none
    sheet: str
    #: 1-based sheet row, or 1-based record number of a text file
    row: int
    #: the cells as they stood in the file
    cells: tuple[str, ...]
    #: what the seller calls it, without price and unit
    name: str
    #: what the price is for: "1단", "2마리", "100g"; "" when the row does not say
    unit: str
    price_krw: int
    #: net weight in grams of the stated unit when the row says it in kg or g; volumes are not weights
    net_g: int | None
    origin: str | None
    note: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One answer that the owner may tap for a row that is asked."""

    name: str
    unit: str
    price_krw: int
    why_ko: str
    why_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A row only the owner can settle; ``proposals`` may be empty."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    name: str
    reason_code: str
    reason_ko: str
    reason_en: str
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A row that cannot become a product."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    reason_code: str
    reason_ko: str
    reason_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """A row that is no product: heading, blank line, title, note, total or repetition."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    reason_code: str
    reason_ko: str
    reason_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileProblem:
    """Why the whole file could not be read; both sentences say what to do."""

    code: str
    ko: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceListReading:
    """Every row of every sheet is in exactly one pile; with ``file_error`` all piles are empty."""

    accepted: tuple[Accepted, ...] = ()
    asked: tuple[Asked, ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    file_error: FileProblem | None = None


Outcome = Accepted | Asked | Refused | Ignored
