"""GTIN-8, -12, -13 and -14: the check digit (GS1 General Specifications, 7.9)."""

from __future__ import annotations

_LENGTHS = (8, 12, 13, 14)


def is_gtin(digits: str) -> bool:
    """Whether ``digits`` are as many as a GTIN has, end in its check digit and are not all zero."""
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdecimal()):
        return False
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits[:-1]))
    )
    return (10 - weighted % 10) % 10 == int(digits[-1]) and any(d != "0" for d in digits)
