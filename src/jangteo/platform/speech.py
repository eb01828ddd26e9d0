"""Amounts, prices and times as Korean is spoken and written at a stall: 대파 두 단, 오천 원, 오후 두 시 십 분.

Goods are counted with native numbers (한, 두, 세 ...) before their counter, money and weights with Sino-Korean ones
(표준국어대사전, 수 관형사). Pure functions; what they return is Korean whatever the language of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from jangteo.platform.clock import seoul

_DIGITS = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_PLACES = ("", "십", "백", "천")
_GROUPS = ("", "만", "억", "조")
_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
#: what stalls say for "one of them" in writing
_NATIVE_VALUES = {word: n for n, word in enumerate(_ONES) if n} | {"열": 10, "스무": 20}
_UNIT = re.compile(r"\s*(\d+|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무)\s*([가-힣A-Za-z]+)")
_MEASURES = {
    "g": "그램",
    "kg": "킬로",
    "ml": "밀리리터",
    "l": "리터",
    "그램": "그램",
    "킬로": "킬로",
    "킬로그램": "킬로",
    "리터": "리터",
    "밀리리터": "밀리리터",
}
#: counters that take Sino-Korean numbers
_SINO_COUNTERS = ("인분", "분", "호", "등분")


def sino_number(number: int) -> str:
    """``12300`` -> "만 이천삼백"; spaces after 만 and 억 (한글 맞춤법 제44항). ``0`` -> "영"."""
    if number == 0:
        return "영"
    if number < 0:
        return f"마이너스 {sino_number(-number)}"
    groups = []
    for index, name in enumerate(_GROUPS):
        value = number // 10_000**index % 10_000
        if value:
            # 10,000 is 만, not 일만
            digits = "" if (index == 1 and value == 1) else _below_ten_thousand(value)
            groups.append(digits + name)
    return " ".join(reversed(groups))


def _below_ten_thousand(value: int) -> str:
    text = ""
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += ("" if digit == 1 and place else _DIGITS[digit]) + _PLACES[place]
    return text


def native_number(number: int) -> str:
    """The number before a counter: ``2`` -> "두", ``20`` -> "스무", ``21`` -> "스물한"; from 100 on Sino-Korean."""
    if not 1 <= number <= 99:
        return sino_number(number)
    tens, ones = divmod(number, 10)
    if tens == 2 and not ones:
        return "스무"
    return _TENS[tens] + _ONES[ones]


def spoken_won(amount_krw: int) -> str:
    """``5000`` -> "오천 원", ``12000`` -> "만 이천 원"."""
    return f"{sino_number(amount_krw)} 원"


def spoken_clock(moment: datetime) -> str:
    """A Korean wall-clock time: "오후 두 시", "오후 두 시 반", "오전 열한 시 십 분"."""
    local = seoul(moment)
    half = "오전" if local.hour < 12 else "오후"
    text = f"{half} {native_number(local.hour % 12 or 12)} 시"
    if local.minute == 30:
        return f"{text} 반"
    return f"{text} {sino_number(local.minute)} 분" if local.minute else text


def _split(unit: str) -> tuple[int, str] | None:
    """ "1단" -> (1, "단"), "5마리" -> (5, "마리"), "1근 600g" -> (1, "근"); None when the unit begins otherwise."""
    found = _UNIT.match(unit)
    if found is None:
        return None
    number, counter = found.groups()
    return (int(number) if number.isdigit() else _NATIVE_VALUES[number]), counter


def _spoken_unit(number: int, counter: str) -> str:
    measure = _MEASURES.get(counter.lower())
    if measure:
        return f"{sino_number(number)} {measure}"
    if counter.endswith(_SINO_COUNTERS):
        return f"{sino_number(number)} {counter}"
    return f"{native_number(number)} {counter}"


def spoken_amount(quantity: int, unit: str, *, is_weighed: bool = False) -> str:
    """So many of a unit, as said: (2, "한 단") -> "두 단", (3, "5마리") -> "다섯 마리씩 세 개".

    Weighed goods count steps of 100 g: (12, ...) -> "일 킬로 이백 그램".
    """
    if is_weighed:
        return _spoken_grams(quantity * 100)
    parts = _split(unit)
    if parts is None:
        return f"{native_number(quantity)} 개"
    number, counter = parts
    if number == 1 and counter.lower() not in _MEASURES:
        return _spoken_unit(quantity, counter)
    one = _spoken_unit(number, counter)
    return one if quantity == 1 else f"{one}씩 {native_number(quantity)} 개"


def _spoken_grams(grams: int) -> str:
    kilos, rest = divmod(grams, 1000)
    parts = [f"{sino_number(kilos)} 킬로"] if kilos else []
    if rest or not kilos:
        parts.append(f"{sino_number(rest)} 그램")
    return " ".join(parts)


def written_amount(quantity: int, unit: str, *, is_weighed: bool = False) -> str:
    """The same in figures, short enough to read at arm's length: "2단", "1.2kg", "5마리 × 3", "2개"."""
    if is_weighed:
        grams = quantity * 100
        return f"{grams}g" if grams < 1000 else f"{grams / 1000:g}kg"
    parts = _split(unit)
    if parts is None:
        return f"{quantity}개" if not unit else f"{unit} × {quantity}"
    number, counter = parts
    if number == 1 and counter.lower() not in _MEASURES:
        return f"{quantity}{counter}"
    one = f"{number}{counter}"
    return one if quantity == 1 else f"{one} × {quantity}"


def spoken_list(goods: Iterable[tuple[str, str]]) -> str:
    """Names with their spoken amounts: "대파 두 단, 두부 세 모"."""
    return ", ".join(f"{name} {amount}" for name, amount in goods)
