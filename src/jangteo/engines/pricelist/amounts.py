"""One written amount of won: what it certainly says, or which values it may say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from jangteo.engines.pricelist.numerals import parse_korean_number

MIN_KRW = 100
MAX_KRW = 10_000_000

_PLAIN = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_ZERO_FRACTION = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)\.(0+)")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_DECIMAL = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)\.\d+")
_COMMAS = re.compile(r"\d+(?:,\d+)+")


@dataclass(frozen=True, slots=True)
class Amount:
    """``code`` is "" when the amount is certain; otherwise a reason and the values it may have."""

    values: tuple[int, ...]
    code: str = ""

    @property
    def certain(self) -> int | None:
        """The one value when nothing is in doubt."""
        return self.values[0] if not self.code and self.values else None


def read_amount(text: str) -> Amount | None:
    """The amount that ``text`` (digits, commas, dots, Korean numerals; no signs) writes."""
    text = text.strip().rstrip(".,")
    if not text:
        return None
    if text[0].isdigit() and not re.search(r"[^\d.,]", text):
        return _read_digits(text)
    number = parse_korean_number(text)
    if number is None:
        return None
    if number.loose is not None and number.loose != number.value:
        return Amount((number.loose, number.value), "price_colloquial")
    return Amount((number.value,))


def _read_digits(text: str) -> Amount | None:
    if _PLAIN.fullmatch(text):
        return _read_plain(text)
    if _THOUSANDS.fullmatch(text) and text[0] != "0":
        return Amount((int(text.replace(",", "")),))
    if _DOTTED.fullmatch(text):
        return Amount((int(text.replace(".", "")),), "price_dot")
    zero_fraction = _ZERO_FRACTION.fullmatch(text)
    if zero_fraction:
        return Amount((int(zero_fraction[1].replace(",", "")),))
    if _DECIMAL.fullmatch(text):
        return read_fraction(Decimal(text.replace(",", "")))
    if _COMMAS.fullmatch(text):
        return Amount(_comma_candidates(text), "price_comma")
    return Amount((), "price_unclear")


def _read_plain(text: str) -> Amount:
    value = int(text[:18])
    if len(text) > 1 and text[0] == "0" and value:
        return Amount((value,), "price_unclear")
    return Amount((value,))


def read_fraction(value: Decimal) -> Amount:
    """An amount with a part of a won: thousands when small (3.5 → 3,500), else the two neighbours."""
    if value < 1000 and (value * 1000) % 10 == 0:
        return Amount((int(value * 1000),), "price_fraction")
    return Amount((int(value), int(value) + 1), "price_fraction")


def _comma_candidates(text: str) -> tuple[int, ...]:
    """3,5 → 3,500; 1,2000 → 12,000; 12,00 → 1,200 or 12,000."""
    joined = int(text.replace(",", ""))
    head, tail = text.rsplit(",", 1)
    padded = int(head.replace(",", "") + tail.ljust(3, "0")[:3]) if len(tail) < 3 else joined
    return tuple(dict.fromkeys(v for v in (padded, joined) if MIN_KRW <= v <= MAX_KRW))
