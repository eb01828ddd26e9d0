"""The price cell of a row: text, number, date or formula, under the scale that its heading states."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from jangteo.engines.pricelist.amounts import MAX_KRW, MIN_KRW, read_fraction
from jangteo.engines.pricelist.fold import fold
from jangteo.engines.pricelist.grid import Cell
from jangteo.engines.pricelist.pricetext import Offer, PriceReading, bounded, read_price_text

_FOREIGN_FORMAT = re.compile(r"[¥€£]|USD|JPY|CNY|EUR|\[\$[$€¥£]|(?<!\[)\$(?!₩)")
_DATE_NUMBER = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
#: numbers that lost their leading zero: 01012345678 stored as 1012345678
_PHONE_NUMBER = re.compile(r"1[016789]\d{7,8}")


def read_price_cell(cell: Cell, scale: int = 1) -> PriceReading:
    """What a price cell says; ``scale`` is the won of a written 1 that the heading declares."""
    if cell.kind == "blank":
        return PriceReading(code="price_blank")
    if cell.kind == "number":
        reading = _read_number(cell, scale)
    elif cell.kind == "text":
        reading = read_price_text(cell.text)
    else:
        return _read_other(cell)
    return reading if scale == 1 or cell.kind == "number" else _rescaled(reading, cell, scale)


def _read_other(cell: Cell) -> PriceReading:
    if cell.kind == "error":
        return PriceReading(code="formula_error", refused=True)
    if cell.kind == "formula":
        return PriceReading(code="formula_without_value")
    return PriceReading(code="date" if cell.kind == "date" else "price_unreadable", refused=True)


def _read_number(cell: Cell, scale: int) -> PriceReading:
    odd = _odd_number(cell)
    if odd:
        return PriceReading(code=odd, refused=True)
    value = Decimal(repr(cell.value or 0.0))
    rounded = value.to_integral_value()
    if abs(value - rounded) < Decimal("0.000001"):
        value = rounded
    if re.search(r"[천만]", cell.format):
        return PriceReading(code="price_scale", offers=_scale_offers(value, cell.format))
    if scale != 1:
        return _scaled(value, scale)
    if value != rounded:
        amount = read_fraction(value)
        return bounded(
            PriceReading(code=amount.code, offers=tuple(Offer(v) for v in amount.values))
        )
    return bounded(PriceReading(price_krw=int(value)))


def _odd_number(cell: Cell) -> str:
    value = cell.value or 0.0
    if "%" in cell.format:
        return "percent"
    if _FOREIGN_FORMAT.search(cell.format):
        return "foreign_currency"
    if value == 0:
        return "zero_price"
    if value < 0:
        return "negative_price"
    if value != value or value in (float("inf"), float("-inf")):
        return "price_unreadable"
    digits = f"{value:.0f}"
    if len(digits) in (12, 13, 14):
        return "barcode"
    if _PHONE_NUMBER.fullmatch(digits) and len(digits) >= 9:
        return "phone_number"
    return "date" if _DATE_NUMBER.fullmatch(digits) else ""


def _scale_offers(value: Decimal, number_format: str) -> tuple[Offer, ...]:
    place = 10_000 if "만" in number_format else 1000
    values = (int(value * place), int(value))
    return tuple(Offer(v) for v in values if MIN_KRW <= v <= MAX_KRW)


def _scaled(value: Decimal, scale: int) -> PriceReading:
    """12 under (천원) is 12,000; 12,000 under (천원) contradicts the heading and is asked."""
    price = value * scale
    if value >= 1000 or price != price.to_integral_value() or price > MAX_KRW:
        offers = tuple(Offer(int(v)) for v in (value, price) if MIN_KRW <= v <= MAX_KRW)
        return PriceReading(code="price_scale", offers=offers)
    return bounded(PriceReading(price_krw=int(price)))


def _rescaled(reading: PriceReading, cell: Cell, scale: int) -> PriceReading:
    """Text under a scaled heading: a bare number is scaled, an amount in won contradicts it."""
    folded = fold(cell.text)
    if re.fullmatch(r"\d+(?:\.\d+)?", folded):
        return _scaled(Decimal(folded), scale)
    if reading.price_krw is None or re.search(r"[원천만₩]", folded):
        return reading
    offers = (Offer(reading.price_krw, reading.unit),)
    return replace(reading, price_krw=None, code="price_scale", offers=offers)
