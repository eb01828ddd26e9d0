"""What people typed into a form, turned into numbers, times and days; `InvalidInput` names the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import get_language

from jangteo.platform.errors import InvalidInput

WEEKDAYS = tuple(range(7))


def number(form: QueryDict, name: str) -> int:
    """A whole number; commas, spaces and 원 are allowed."""
    found = optional_number(form, name)
    if found is None:
        raise _wrong(name, "숫자를 적어 주세요.", "Enter a number.")
    return found


def optional_number(form: QueryDict, name: str) -> int | None:
    """The same; empty is None."""
    text = re.sub(r"[,\s원]", "", form.get(name, ""))
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,12}", text):
        raise _wrong(name, "숫자만 적어 주세요.", "Enter digits only.")
    return int(text)


def percent_bp(form: QueryDict, name: str) -> int:
    """A percentage with at most two decimals, as basis points: 3.3 -> 330."""
    try:
        points = Decimal(form.get(name, "").strip().removesuffix("%") or "0") * 100
    except InvalidOperation:
        raise _wrong(name, "3.3처럼 숫자로 적어 주세요.", "Enter a number such as 3.3.") from None
    if not points.is_finite() or points != points.to_integral_value():
        raise _wrong(name, "소수 둘째 자리까지 적어 주세요.", "Use at most two decimals.")
    return int(points)


def bp_text(points: int) -> str:
    """Basis points as people write a percentage: 330 -> "3.3"."""
    return f"{Decimal(points) / 100:f}"


def clock_time(form: QueryDict, name: str) -> time:
    """A time of day, 09:30."""
    found = optional_time(form, name)
    if found is None:
        raise _wrong(name, "시각을 골라 주세요.", "Choose a time.")
    return found


def optional_time(form: QueryDict, name: str) -> time | None:
    """The same; empty is None."""
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise _wrong(name, "09:30처럼 적어 주세요.", "Write it like 09:30.") from None


def day(form: QueryDict, name: str) -> date:
    """A calendar day, 2026-11-21."""
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise _wrong(name, "날짜를 골라 주세요.", "Choose a day.") from None


def weekdays(form: QueryDict, name: str) -> tuple[int, ...]:
    """Ticked weekdays, 0 Monday ... 6 Sunday."""
    return tuple(int(text) for text in form.getlist(name) if text in map(str, WEEKDAYS))


def words(form: QueryDict, name: str) -> tuple[str, ...]:
    """Words parted by commas or lines."""
    parts = (part.strip() for part in re.split(r"[,\n]", form.get(name, "")))
    return tuple(part for part in parts if part)


def short_numbers(form: QueryDict, name: str) -> tuple[int, ...]:
    """Small numbers parted by anything: "3, 8" -> (3, 8)."""
    return tuple(int(text) for text in re.findall(r"\d{1,2}", form.get(name, "")))


def numbered(form: Mapping[str, str], prefix: str) -> dict[int, int]:
    """Fields such as ``left-17=2`` as {17: 2}. Raises `InvalidInput` for anything but digits."""
    found = {}
    for key, text in form.items():
        rest = key.removeprefix(prefix)
        if rest == key or not rest.isdecimal() or not text.strip():
            continue
        if not text.strip().isdecimal() or len(text.strip()) > 6:
            raise _wrong(key, "수량은 숫자로 적어 주세요.", "Enter quantities as digits.")
        found[int(rest)] = int(text)
    return found


def told(problem: InvalidInput) -> dict[str, str]:
    """The error at its field, in the visitor's language."""
    return {problem.field: problem.message(get_language() or "ko")}


def _wrong(field: str, ko: str, en: str) -> InvalidInput:
    return InvalidInput(field=field, ko=ko, en=en)
