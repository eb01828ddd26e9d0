"""Korean as the writer needs it: amounts, won, dates and templates with particles and one politeness.

A template holds ``{name:은/는}`` (a value and its particle), ``{name:이다}`` (a value and its copula in the tone) and
``<드려요|드립니다>`` (the same ending in 해요 and in 합쇼).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from datetime import date
from typing import Any

from jangteo.engines.copywriting.records import Tone
from jangteo.platform.josa import josa

#: how a unit sign is read, for the particle behind it
_READ = (("kg", "킬로그램"), ("ml", "밀리리터"), ("l", "리터"), ("g", "그램"), ("%", "퍼센트"), ("++", "플러스"), ("+", "플러스"))  # fmt: skip
_NATIVE = {1: "한", 2: "두", 3: "세", 4: "네", 5: "다섯", 6: "여섯", 7: "일곱", 8: "여덟", 9: "아홉", 10: "열"}  # fmt: skip
_SINO_COUNTED = frozenset(["구", "입", "미", "매", "인분", "g", "kg", "ml", "l"])
_ENDING = re.compile(r"<([^<>|]*)\|([^<>|]*)>")
_UNIT = re.compile(r"(\d+)\s?([가-힣]+)(.*)")


def spoken(word: str) -> str:
    """``word`` with its last sign as it is read aloud (500g → 500그램)."""
    bare = word.rstrip(" )\"'”’」』]")
    low = bare.lower()
    for sign, read in _READ:
        before = low[: -len(sign)]
        if low.endswith(sign) and (sign[0] in "%+" or before[-1:].isdigit()):
            return bare[: len(bare) - len(sign)] + read
    return bare


def with_particle(word: str, pair: str) -> str:
    """``word`` and the particle of ``pair`` ("은/는", "이나/나", "이라/라" ...) that its last sound asks for."""
    return word + josa(spoken(word), pair)


class _Filler(string.Formatter):
    def __init__(self, tone: Tone) -> None:
        self.tone = tone

    def format_field(self, value: Any, format_spec: str) -> str:
        word = str(value)
        if format_spec == "이다":
            return with_particle(word, "이에요/예요") if self.tone == "해요" else word + "입니다"
        return with_particle(word, format_spec) if format_spec else word


def fill(template: str, values: Mapping[str, str], tone: Tone) -> str:
    """``template`` with ``values`` in ``tone``; ``KeyError`` when a value is missing."""
    chosen = _ENDING.sub(lambda m: m[1] if tone == "해요" else m[2], template)
    return _Filler(tone).vformat(chosen, (), values)


def holes(template: str) -> set[str]:
    """The names of the values that ``template`` needs."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def grams(value: float) -> str:
    """500 → 500g, 1500 → 1.5kg."""
    return f"{_plain(value / 1000)}kg" if value >= 1000 else f"{_plain(value)}g"


def millilitres(value: float) -> str:
    """300 → 300ml, 1800 → 1.8L."""
    return f"{_plain(value / 1000)}L" if value >= 1000 else f"{_plain(value)}ml"


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def won(value: int, *, words: bool = False) -> str:
    """32,000원; with ``words`` 3만 2천 원 where that is exact to the thousand."""
    if not words or value < 1000 or value % 1000 or value >= 100_000_000:
        return f"{value:,}원"
    man, thousands = divmod(value, 10_000)
    parts = [f"{man}만"] if man else []
    if thousands:
        parts.append(f"{thousands // 1000}천")
    return " ".join(parts) + " 원"


def counted(number: int, unit: str) -> str:
    """두 마리, 15개: small numbers in words before a counter."""
    if number in _NATIVE and unit not in _SINO_COUNTED:
        return f"{_NATIVE[number]} {unit}"
    return f"{number}{unit}"


def unit_words(unit: str) -> str:
    """What one price buys, as it is said: 1단 → 한 단, 1근(600g) → 한 근(600g); else as written."""
    found = _UNIT.fullmatch(unit.strip())
    if found is None:
        return unit.strip()
    return counted(int(found[1]), found[2]) + found[3]


def day(value: date, *, year: bool) -> str:
    """12월 5일, or 2026년 12월 5일."""
    return (
        f"{value.year}년 {value.month}월 {value.day}일"
        if year
        else f"{value.month}월 {value.day}일"
    )


def listed(words: tuple[str, ...], link: str = "과/와") -> str:
    """소라와 홍합; 소라, 홍합과 굴: the last two joined by a particle."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join([*words[:-2], with_particle(words[-2], link) + " " + words[-1]])
