"""What a column holds, told from its values alone: scores of each role, with what they are made of.

Every role has a few features, shares from 0 to 1 of the column's filled cells, and a score that is their weighted sum;
the weights stand in `_WEIGHTS` and were set by hand on the open sheets of the tests. The role with the highest score
wins when it is at least `LEAST`; else the column is a note. Headings are values among many and hardly count.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from jangteo.engines.pricelist.fold import fold, has_letters
from jangteo.engines.pricelist.grid import Cell, Row
from jangteo.engines.pricelist.headers import heading_of
from jangteo.engines.pricelist.profile import Profile, profile_column
from jangteo.engines.pricelist.wording import is_section

#: a role below this score is none
LEAST = 0.5
_SAMPLE = 300
_PHONE = re.compile(r"0\d{1,2}[-). ]?\d{3,4}[-. ]?\d{4}|1[568]\d{2}-\d{4}")
_DATE = re.compile(
    r"(?:19|20)?\d{2}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}\s?일?\.?|\d{1,2}\s?월\s?\d{1,2}\s?일|\d{1,2}/\d{1,2}"
)
_SERIAL = re.compile(r"\(?\d{1,4}[.)]?")
_CODE = re.compile(r"(?=.*\d)[A-Za-z]{1,5}[-_]?\d{1,8}[A-Za-z]?")
_PERCENT = re.compile(r"\d{1,2}(?:\.\d+)?\s?%")
_SIZES = frozenset(
    ["특", "상", "중", "하", "대", "소", "특대", "왕", "1등급", "2등급", "1+", "1++"]
)
_TRADER = re.compile(r"(?:상회|농원|농장|수산|청과|유통|상사|식품|축산|마트|조합|농협|상점|푸드)$")


class ColumnRole(Enum):
    """What a column may hold."""

    NAME = "name"
    PRICE = "price"
    UNIT = "unit"
    ORIGIN = "origin"
    NOTE = "note"
    QUANTITY = "quantity"
    CATEGORY = "category"
    GRADE = "grade"
    BARCODE = "barcode"
    PHONE = "phone"
    DATE = "date"
    NUMBER = "number"
    CODE = "code"
    DISCOUNT = "discount"
    SUPPLIER = "supplier"
    #: a whole line of goods in one cell
    LINE = "line"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """The likeliest role, its score, and every role's score above 0."""

    index: int
    role: ColumnRole
    score: float
    scores: Mapping[ColumnRole, float]


Features = dict[str, float]
#: score of a role = sum of weight x feature; features are shares of the filled cells
_WEIGHTS: dict[ColumnRole, dict[str, float]] = {
    ColumnRole.PRICE: {"money": 1.0, "strong": 0.25, "thousands": 0.7, "serial": -2.0, "barcode": -2.0, "date": -2.0, "phone": -2.0, "years": -2.0, "line": -2.0},
    ColumnRole.NAME: {"words": 0.9, "distinct": 0.2, "short": 0.15, "sentence": -0.8, "trader": -0.9, "repeats": -0.7, "unit": -1.0, "origin": -1.0, "date": -1.0, "line": -1.0, "code": -1.0, "size": -1.0, "right": -0.1},
    ColumnRole.CATEGORY: {"words": 0.6, "repeats": 0.6, "section": 0.5, "trader": -1.0, "unit": -1.0, "origin": -1.0, "date": -1.0, "size": -1.0},
    ColumnRole.UNIT: {"unit": 1.1, "size": -0.8, "line": -1.0},
    ColumnRole.GRADE: {"size": 1.3},
    ColumnRole.ORIGIN: {"origin": 1.1, "line": -1.0},
    ColumnRole.QUANTITY: {"small": 0.8, "serial": -1.5, "round": -0.4, "beside_price": 0.2, "thousands": -1.5},
    ColumnRole.NUMBER: {"serial": 1.3, "small": 0.1},
    ColumnRole.BARCODE: {"barcode": 1.2},
    ColumnRole.PHONE: {"phone": 1.2},
    ColumnRole.DATE: {"date": 1.2, "years": 0.8},
    ColumnRole.CODE: {"code": 1.1},
    ColumnRole.DISCOUNT: {"percent": 1.2},
    ColumnRole.SUPPLIER: {"trader": 1.2},
    ColumnRole.NOTE: {"words": 0.55, "sentence": 0.6, "gaps": 0.3, "right": 0.15, "unit": -0.5, "origin": -0.8, "money": -0.5},
    ColumnRole.LINE: {"line": 1.2},
}  # fmt: skip


def classify_columns(rows: Sequence[Row]) -> tuple[ColumnGuess, ...]:
    """One guess for each column of ``rows``, headings and titles among them or not."""
    used = [row for row in rows if len(row.filled()) >= 2] or [row for row in rows if row.filled()]
    used = used[:_SAMPLE]
    width = max((len(row.cells) for row in used), default=0)
    features = [_features(used, index) for index in range(width)]
    names = [f["words"] > 0.6 and f["unit"] < 0.3 and f["origin"] < 0.3 for f in features]
    priced = any(f["money"] > 0.6 and not f["serial"] for f in features)
    for index, one in enumerate(features):
        one["right"] = float(any(names[:index]))
        one["beside_price"] = float(priced and one["money"] < 0.6)
        # 45 under names without any other amount: prices in thousands
        one["thousands"] = float(not priced and one["small"] > 0.8 and one["serial"] < 0.5)
    return _together([_guess(index, one) for index, one in enumerate(features)], features)


def _guess(index: int, features: Features) -> ColumnGuess:
    if not features["filled"]:
        return ColumnGuess(index, ColumnRole.BLANK, 1.0, {ColumnRole.BLANK: 1.0})
    scores = {
        role: round(sum(weight * features.get(name, 0.0) for name, weight in weights.items()), 3)
        for role, weights in _WEIGHTS.items()
    }
    above = {role: score for role, score in scores.items() if score > 0}
    best = max(above, key=lambda role: above[role], default=ColumnRole.NOTE)
    score = above.get(best, 0.0)
    return ColumnGuess(index, best if score >= LEAST else ColumnRole.NOTE, score, above)


def _together(guesses: list[ColumnGuess], features: list[Features]) -> tuple[ColumnGuess, ...]:
    """A sheet has one column of names: of several the most varied, the first of equals; the others are notes."""
    names = [g for g in guesses if g.role is ColumnRole.NAME]
    if len(names) > 1:
        best = max(names, key=lambda g: (round(features[g.index]["distinct"], 1), -g.index))
        guesses = [
            ColumnGuess(g.index, ColumnRole.NOTE, g.score, g.scores)
            if g in names and g is not best
            else g
            for g in guesses
        ]
    if not names:
        wordy = [g for g in guesses if g.role in (ColumnRole.CATEGORY, ColumnRole.NOTE)]
        wordy = [g for g in wordy if features[g.index]["words"] > 0.5]
        if wordy:
            first = max(wordy, key=lambda g: (features[g.index]["distinct"], -g.index))
            guesses[first.index] = ColumnGuess(
                first.index, ColumnRole.NAME, first.score, first.scores
            )
    return tuple(guesses)


def _features(rows: Sequence[Row], index: int) -> Features:
    profile = profile_column(rows, index)
    cells = [cell for row in rows if (cell := row.cell(index)).text]
    # a heading is not a value
    values = [cell for cell in cells if heading_of(cell.text) is None] or cells
    texts = [fold(cell.text) for cell in values]
    count = len(texts) or 1

    def share(found: Sequence[bool]) -> float:
        return sum(found) / count

    made = {
        "filled": float(bool(texts)),
        "money": profile.money * len(cells) / count if cells else 0.0,
        "strong": profile.strong * len(cells) / count if cells else 0.0,
        "unit": min(1.0, profile.units * len(cells) / count if cells else 0.0),
        "origin": min(1.0, profile.origins * len(cells) / count if cells else 0.0),
        "years": float(profile.years),
        "serial": float(profile.serial or _is_serial(texts)),
        "barcode": share([_is_barcode(text) for text in texts]),
        "phone": share([bool(_PHONE.fullmatch(text)) for text in texts]),
        "date": share([_is_date(cell) for cell in values]),
        "percent": share([bool(_PERCENT.fullmatch(text)) for text in texts]),
        "code": share([bool(_CODE.fullmatch(text)) for text in texts]),
        "size": share([text in _SIZES for text in texts]),
        "trader": share([bool(_TRADER.search(text)) for text in texts]),
        "sentence": share([len(text) > 12 or text.count(" ") >= 2 for text in texts]),
        "short": share([2 <= len(text) <= 12 for text in texts]),
        "words": share([_is_wordy(text) for text in texts]),
        "section": share([is_section(text) for text in texts]),
        "small": share([text.isdecimal() and int(text) < 1000 for text in texts]),
        "round": share([text.isdecimal() and int(text) % 50 == 0 for text in texts]),
        "line": _line_share(rows, profile, texts),
        "gaps": 1.0 - min(1.0, count / max(1, len(rows))),
    }
    distinct = len(set(texts)) / count
    return made | {"distinct": distinct, "repeats": float(distinct <= 0.6 and count >= 4)}


def _is_wordy(text: str) -> bool:
    return has_letters(text) and not re.search(r"\d[\d,]{2,}|[천만]\s?원|^\d", text)


def _is_serial(texts: Sequence[str]) -> bool:
    numbers = [int(re.sub(r"\D", "", t)) for t in texts if _SERIAL.fullmatch(t)]
    return (
        len(numbers) >= 3
        and len(numbers) >= 0.8 * len(texts)
        and all(b - a == 1 for a, b in itertools.pairwise(numbers))
    )


def _is_barcode(text: str) -> bool:
    """8, 12, 13 or 14 digits whose last is their check digit (GS1 General Specifications, 7.9)."""
    if not text.isdecimal() or len(text) not in (8, 12, 13, 14):
        return False
    weights = [3 if place % 2 == 0 else 1 for place in range(len(text) - 1)]
    total = sum(int(d) * w for d, w in zip(reversed(text[:-1]), weights, strict=True))
    return (10 - total % 10) % 10 == int(text[-1]) or len(text) >= 13


def _is_date(cell: Cell) -> bool:
    return cell.kind == "date" or bool(_DATE.fullmatch(fold(cell.text)))


def _line_share(rows: Sequence[Row], profile: Profile, texts: Sequence[str]) -> float:
    """대파 1단 3500 in one cell of a sheet that has no other."""
    if any(len(row.filled()) > 1 for row in rows) or profile.money > 0.5:
        return 0.0
    return sum(
        bool(re.search(r"[가-힣]", text) and re.search(r"\d[\d,]{2,}|[천만]", text))
        for text in texts
    ) / (len(texts) or 1)
