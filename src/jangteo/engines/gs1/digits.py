"""Trade item numbers: check digit, one length for all, variable measure, numbers that stay in a shop."""

from __future__ import annotations

_LENGTHS = (8, 12, 13, 14)
_KEPT_IN_A_SHOP = ("02", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29")


def check_digit(body: str) -> int:
    """The digit that follows ``body`` (GS1 General Specifications 7.9: weights 3, 1, 3 ... from the right).

    Raises `ValueError` for anything but digits.
    """
    if not (body.isascii() and body.isdecimal()):
        raise ValueError("a check digit is made of digits")
    weighted = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(reversed(body)))
    return (10 - weighted % 10) % 10


def is_gtin(digits: str) -> bool:
    """GTIN-8, -12, -13 or -14 with a right check digit and not all zeros."""
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdecimal()):
        return False
    return check_digit(digits[:-1]) == int(digits[-1]) and bool(digits.strip("0"))


def to_gtin14(digits: str) -> str:
    """14 digits with leading zeros. Raises `ValueError` for what is no GTIN."""
    if not is_gtin(digits):
        raise ValueError(f"{digits!r} is no GTIN")
    return digits.zfill(14)


def is_restricted(digits: str) -> bool:
    """A number of restricted circulation (GTIN-13 prefix 02 or 20-29): means something in one shop only."""
    number = digits.zfill(14) if digits.isdecimal() else ""
    return number[:1] == "0" and number[1:3] in _KEPT_IN_A_SHOP


def variable_measure(gtin: str) -> str:
    """The GTIN-14 of the same goods sold by weight: indicator 9 and a new check digit.

    Raises `ValueError` for what is no GTIN and for a number of restricted circulation, which has none.
    """
    number = to_gtin14(gtin)
    if is_restricted(number):
        raise ValueError(f"{gtin!r} stays in a shop")
    body = "9" + number[1:13]
    return f"{body}{check_digit(body)}"


def restricted_gtin13(item: int, price_krw: int | None = None, *, prefix: str = "2") -> str:
    """A GTIN-13 for one shop's own goods, in the layout ``DIIIIIPPPPPPC`` of common label scales.

    ``prefix`` is one digit, ``item`` up to 99,999, the price up to 999,999 won (0 when it is not in the code). Raises
    `ValueError` for what does not fit: a price that overflows must never be printed short.
    """
    price = price_krw or 0
    if prefix != "2" or not 0 < item <= 99_999 or not 0 <= price <= 999_999:
        raise ValueError("item has 5 digits and price 6")
    body = f"{prefix}{item:05d}{price:06d}"
    return f"{body}{check_digit(body)}"
