"""A reading as plain JSON values."""

from __future__ import annotations

from typing import Any

from jangteo.engines.pricelist.records import (
    Accepted,
    Asked,
    Ignored,
    PriceListReading,
    Refused,
)

Json = dict[str, Any]


def to_json(reading: PriceListReading, language: str = "ko") -> Json:
    """``reading`` as JSON values; sentences in ``language`` (``ko`` or ``en``), sheet null for text files."""
    english = language.startswith("en")
    problem = reading.file_error
    return {
        "accepted": [_accepted(one) for one in reading.accepted],
        "asked": [_asked(one, english) for one in reading.asked],
        "refused": [_plain(one, english) for one in reading.refused],
        "ignored": [_plain(one, english) for one in reading.ignored],
        "file_error": None if problem is None else problem.en if english else problem.ko,
    }


def _accepted(one: Accepted) -> Json:
    return {
        "sheet": one.sheet or None,
        "row": one.row,
        "name": one.name,
        "price_krw": one.price_krw,
        "unit": one.unit,
        "net_g": one.net_g,
        "origin": one.origin,
        "note": one.note,
    }


def _asked(one: Asked, english: bool) -> Json:
    return {
        "sheet": one.sheet or None,
        "row": one.row,
        "name": one.name,
        "reason": one.reason_en if english else one.reason_ko,
        "proposals": [
            {"name": p.name, "unit": p.unit, "price_krw": p.price_krw} for p in one.proposals
        ],
    }


def _plain(one: Refused | Ignored, english: bool) -> Json:
    return {
        "sheet": one.sheet or None,
        "row": one.row,
        "reason": one.reason_en if english else one.reason_ko,
    }
