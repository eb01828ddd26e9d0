"""The bars of EAN-13 (GS1 General Specifications 5.2, ISO/IEC 15420)."""

from __future__ import annotations

from jangteo.engines.gs1.digits import is_gtin

#: modules of a symbol and the quiet zones it needs at its left and right
MODULES, QUIET_LEFT, QUIET_RIGHT = 95, 11, 7
#: the width of one module at 100 %, in millimetres; a symbol may be printed at 80 to 200 %
MODULE_MM = 0.33

_L = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
_R = tuple("".join("10"[int(bit)] for bit in code) for code in _L)
_G = tuple(code[::-1] for code in _R)
#: which of the left six digits use set G, told by the first digit
_PARITY = (
    "LLLLLL",
    "LLGLGG",
    "LLGGLG",
    "LLGGGL",
    "LGLLGG",
    "LGGLLG",
    "LGGGLL",
    "LGLGLG",
    "LGLGGL",
    "LGGLGL",
)


def ean13_modules(digits: str) -> str:
    """95 modules, "1" dark and "0" light. Raises `ValueError` for anything but 13 digits with a right check digit."""
    if len(digits) != 13 or not is_gtin(digits):
        raise ValueError(f"{digits!r} is no GTIN-13")
    sets = {"L": _L, "G": _G}
    parity = _PARITY[int(digits[0])]
    left = "".join(sets[p][int(d)] for p, d in zip(parity, digits[1:7], strict=True))
    right = "".join(_R[int(d)] for d in digits[7:])
    return f"101{left}01010{right}101"
