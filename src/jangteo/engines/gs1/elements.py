"""Element strings: application identifiers and their values, as GS1-128 and GS1 DataMatrix carry them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jangteo.engines.gs1.digits import is_gtin

#: the separator after a value whose length is not fixed (FNC1 as scanners send it)
GS = "\x1d"
_SYMBOLOGY = ("]C1", "]e0", "]d2", "]Q3")


class Gs1Error(ValueError):
    """Not written as GS1 defines it."""


#: AI -> (form of the value, its length is fixed by the first digits of the AI: no separator after it).
#: Character set 82 of the GS1 General Specifications for the alphanumeric ones.
_X = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"
_FORMS: dict[str, tuple[str, bool]] = {
    "00": (r"\d{18}", True),
    "01": (r"\d{14}", True),
    "02": (r"\d{14}", True),
    "10": (_X + r"{1,20}", False),
    "11": (r"\d{6}", True),
    "13": (r"\d{6}", True),
    "15": (r"\d{6}", True),
    "16": (r"\d{6}", True),
    "17": (r"\d{6}", True),
    "21": (_X + r"{1,20}", False),
    "22": (_X + r"{1,20}", False),
    "30": (r"\d{1,8}", False),
    "37": (r"\d{1,8}", False),
    "422": (r"\d{3}", False),
    "7003": (r"\d{10}", False),
    **{f"310{n}": (r"\d{6}", True) for n in range(6)},
    **{f"392{n}": (r"\d{1,15}", False) for n in range(4)},
    **{f"393{n}": (r"\d{4,18}", False) for n in range(4)},
    **{f"395{n}": (r"\d{6}", False) for n in range(4)},
}
_DATES = {"11", "13", "15", "16", "17"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One application identifier and its value as it stands in the symbol."""

    ai: str
    value: str

    def amount(self) -> Decimal:
        """The number of a weight or price, with the decimals its AI says. Raises `Gs1Error` for other AIs."""
        if self.ai[:3] not in ("310", "392", "395"):
            raise Gs1Error(f"({self.ai}) holds no amount")
        return Decimal(self.value).scaleb(-int(self.ai[3]))


def element_string(elements: Sequence[Element]) -> str:
    """The data of a symbol, without the first FNC1; a separator stands after each open value but the last.

    Raises `Gs1Error` for an unknown AI, a value of another form, a wrong check digit or an impossible date.
    """
    parts = []
    for place, element in enumerate(elements):
        form = _check(element)
        parts.append(element.ai + element.value)
        if not form and place + 1 < len(elements):
            parts.append(GS)
    return "".join(parts)


def bracketed(elements: Sequence[Element]) -> str:
    """As people read it below a symbol: (01)98801234567896(3103)000525."""
    for element in elements:
        _check(element)
    return "".join(f"({e.ai}){e.value}" for e in elements)


def parse_elements(data: str) -> tuple[Element, ...]:
    """What a scanner sent: with or without its symbology identifier. Raises `Gs1Error`."""
    rest = data[3:] if data[:3] in _SYMBOLOGY else data
    found: list[Element] = []
    while rest := rest.removeprefix(GS):
        ai = next((rest[:n] for n in (2, 3, 4) if rest[:n] in _FORMS), None)
        if ai is None:
            raise Gs1Error(f"no application identifier at {rest[:4]!r}")
        form, is_fixed = _FORMS[ai]
        rest = rest[len(ai) :]
        if is_fixed:
            length = int(form[3:-1])
            value, rest = rest[:length], rest[length:]
        else:
            value, _, rest = rest.partition(GS)
        element = Element(ai=ai, value=value)
        _check(element)
        found.append(element)
    if not found:
        raise Gs1Error("nothing in it")
    return tuple(found)


def _check(element: Element) -> bool:
    """Is the length fixed? Raises `Gs1Error`."""
    if element.ai not in _FORMS:
        raise Gs1Error(f"unknown application identifier ({element.ai})")
    form, is_fixed = _FORMS[element.ai]
    if not re.fullmatch(form, element.value):
        raise Gs1Error(f"({element.ai}) cannot hold {element.value!r}")
    if element.ai in ("01", "02") and not is_gtin(element.value):
        raise Gs1Error(f"the check digit of {element.value} is wrong")
    if element.ai in _DATES:
        parse_yymmdd(element.value, today=date(2026, 1, 1))
    return is_fixed


def yymmdd(day: date) -> str:
    """A date as the AIs 11 to 17 hold it."""
    return f"{day:%y%m%d}"


def parse_yymmdd(text: str, *, today: date) -> date:
    """The day of a date AI; day 00 is the last of its month.

    The century is the one within 49 years back and 50 ahead of ``today`` (General Specifications 7.12). Raises
    `Gs1Error`.
    """
    if not re.fullmatch(r"\d{6}", text):
        raise Gs1Error(f"{text!r} is no date")
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    century = today.year - today.year % 100
    gap = year - today.year % 100
    full = century + year + (-100 if gap >= 51 else 100 if gap <= -50 else 0)
    try:
        return date(full, month, day or calendar.monthrange(full, month)[1])
    except (ValueError, calendar.IllegalMonthError) as error:
        raise Gs1Error(f"{text!r} is no date") from error
