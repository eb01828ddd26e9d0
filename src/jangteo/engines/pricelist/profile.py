"""What the cells of one column look like, as shares of those that are filled."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from jangteo.engines.pricelist.fold import fold, has_letters
from jangteo.engines.pricelist.grid import Cell, Row
from jangteo.engines.pricelist.pricetext import read_price_text
from jangteo.engines.pricelist.units import find_origin, is_size, is_unit

_SAMPLE = 300
#: doubts that a product's name with a number in it (대파123) also raises
_WORDY = frozenset(("price_unclear", "several_prices", "several_offers"))
_NUMBER = re.compile(r"\d+(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of the filled cells of a column."""

    filled: int
    money: float
    #: amounts with 원, ₩, a comma or a place: no quantity is written so
    strong: float
    small_numbers: float
    names: float
    units: float
    origins: float
    #: different texts per filled cell
    distinct: float
    #: 1, 2, 3 …: a row number
    serial: bool
    #: years only
    years: bool

    @property
    def price_like(self) -> bool:
        """Whether the column may hold prices."""
        return self.filled > 0 and self.money >= 0.5 and not self.serial and not self.years

    @property
    def name_like(self) -> bool:
        """Whether the column may hold product names."""
        return self.names > 0.5 and self.units < 0.5 and self.origins < 0.5


def money_share(profile: Profile | None) -> float:
    """Share of amounts among the filled cells; 0 for an empty column or a row number."""
    return profile.money if profile and profile.filled and not profile.serial else 0.0


def profile_column(rows: Sequence[Row], column: int) -> Profile:
    """The shares of ``column`` over a sample of ``rows``."""
    cells = [row.cell(column) for row in _sampled(rows)]
    filled = [cell for cell in cells if cell.text]
    count = len(filled) or 1
    kinds = [_kind(cell) for cell in filled]
    numbers = [n for cell in filled if (n := _bare(cell)) is not None]
    return Profile(
        filled=len(filled),
        money=sum(kind in ("money", "strong") for kind in kinds) / count,
        strong=kinds.count("strong") / count,
        small_numbers=kinds.count("small") / count,
        names=kinds.count("name") / count,
        units=kinds.count("unit") / count,
        origins=kinds.count("origin") / count,
        distinct=len({cell.text for cell in filled}) / count,
        serial=_is_serial(numbers, len(filled)),
        years=bool(numbers) and all(1990 <= n <= 2040 for n in numbers) and len(set(numbers)) < 8,
    )


def _sampled(rows: Sequence[Row]) -> Sequence[Row]:
    if len(rows) <= _SAMPLE:
        return rows
    step = len(rows) // _SAMPLE
    # runs of neighbours, so that row numbers can still be told by their steps of one
    return [*rows[: _SAMPLE // 2], *rows[_SAMPLE // 2 :: step]]


def _kind(cell: Cell) -> str:
    if cell.kind == "number":
        return _number_kind(cell)
    if cell.kind != "text":
        return "other"
    folded = fold(cell.text)
    if is_unit(folded) or is_size(folded):
        return "unit"
    origin = find_origin(folded)
    if origin and len(folded) <= len(origin) + 2:
        return "origin"
    reading = read_price_text(folded)
    if reading.price_krw is not None:
        return "money" if _NUMBER.fullmatch(folded) else "strong"
    if reading.code in ("price_tiny", "price_fraction"):
        return "small"
    if reading.offers and not (reading.code in _WORDY and has_letters(folded[0])):
        return "money"
    return "name" if has_letters(folded) and not reading.code.startswith("phone") else "other"


def _number_kind(cell: Cell) -> str:
    value = cell.value or 0.0
    if value < 100:
        return "small"
    if value > 100_000_000:
        return "other"
    return "strong" if re.search(r"#,##0|₩|원", cell.format) else "money"


def _bare(cell: Cell) -> int | None:
    if cell.kind == "number" and cell.value is not None and abs(cell.value) < 1e12:
        return int(cell.value)
    return int(cell.text) if cell.text.isdecimal() and len(cell.text) < 12 else None


def _is_serial(numbers: list[int], filled: int) -> bool:
    """Steps of one in at least four of five places: a row number, not a price."""
    if len(numbers) < 3 or len(numbers) < filled * 0.8:
        return False
    steps = [b - a for a, b in itertools.pairwise(numbers)]
    return sum(step == 1 for step in steps) >= 0.7 * len(steps)
