"""Text of a product, read into words, model codes, numbers and amounts with units.

Works on Latin and Korean text. Two ways of writing one thing give one token: 대파 한 단 and 대파 1단, 7.0 and 7,
500 GB and 0.5TB, dp5 and "dp 5" (as numbers), KX-TG9343T and kxtg9343t (as codes).
Unicode: NFKC (UAX #15); jamo: Hangul syllables are taken apart by the arithmetic of the Unicode standard, section 3.12.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

#: text beyond is not read: a name is short, and what is pasted by mistake must not hold up a batch
MAX_CHARS = 2000
#: a hook that rewrites cleaned text before it is read (synonyms of a market, say)
Normaliser = Callable[[str], str]

_NATIVE = {
    "한": 1, "두": 2, "세": 3, "석": 3, "서": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9, "열": 10, "스무": 20,
}  # fmt: skip
_COUNTERS = (
    "마리|포기|박스|상자|묶음|봉지|송이|다발|뿌리|조각|토막|자루|포대|바구니|무더기|단|근|개|봉|팩|망|모|통|병|캔|줄|판|손|"
    "접|축|알|장|되|말|관|쪽|컵|세트"
)
_KOREAN_COUNT = re.compile(rf"(?<![가-힣0-9])({'|'.join(_NATIVE)})\s?({_COUNTERS})(?![가-힣])")
_SPELLED = re.compile(r"(\d)\s*(킬로그램|킬로|키로|그램|밀리리터|리터|미리|봉지|상자)(?![가-힣])")
_ONE_SPELLING = {
    "킬로그램": "kg", "킬로": "kg", "키로": "kg", "그램": "g", "밀리리터": "ml", "미리": "ml",
    "리터": "l", "봉지": "봉", "상자": "박스",
}  # fmt: skip

_WORD = re.compile(r"\d+(?:,\d{3})+(?!\d)|[a-z]*\d+\.\d+[a-z]*|[a-z0-9]+|[가-힣]+|[^\W\d_]+")
_PARTS = re.compile(r"([a-z]*)([\d.,]+)([a-z]*)")
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?")
_GLUE = re.compile(
    r"(?<![a-z0-9])(\d+(?:\.\d+)?)[ -](kb|mb|gb|tb|kg|g|oz|lb|lbs|ml|l|cm|mm|ft|mp|hz|khz|mhz|ghz|mbps|mah|w)(?![a-z0-9'])"
)
_CHUNK = re.compile(r"[^\s,;()\[\]{}]+")
_NOT_CODE = re.compile(r"[^a-z0-9]")
_JAMO_BASE, _JAMO_LAST = 0xAC00, 0xD7A3

#: unit -> (dimension, how many of the dimension's base unit)
UNITS: dict[str, tuple[str, float]] = {
    "kb": ("bytes", 1e-3), "mb": ("bytes", 1.0), "gb": ("bytes", 1e3), "tb": ("bytes", 1e6),
    "g": ("weight", 1.0), "kg": ("weight", 1e3), "oz": ("weight", 28.35), "lb": ("weight", 453.6),
    "lbs": ("weight", 453.6), "pound": ("weight", 453.6), "pounds": ("weight", 453.6),
    "ml": ("volume", 1.0), "l": ("volume", 1e3), "cc": ("volume", 1.0), "liter": ("volume", 1e3),
    "'": ("length", 2.54), '"': ("length", 2.54), "in": ("length", 2.54), "inch": ("length", 2.54),
    "inches": ("length", 2.54), "cm": ("length", 1.0), "mm": ("length", 0.1), "m": ("length", 100.0),
    "ft": ("length", 30.48), "feet": ("length", 30.48), "foot": ("length", 30.48),
    "w": ("watts", 1.0), "watt": ("watts", 1.0), "watts": ("watts", 1.0), "kw": ("watts", 1e3),
    "hz": ("hertz", 1.0), "khz": ("hertz", 1e3), "mhz": ("hertz", 1e6), "ghz": ("hertz", 1e9),
    "mp": ("pixels", 1.0), "megapixel": ("pixels", 1.0), "megapixels": ("pixels", 1.0),
    "mah": ("charge", 1.0), "v": ("volts", 1.0), "volt": ("volts", 1.0), "mbps": ("speed", 1.0),
    "gbps": ("speed", 1e3), "x": ("zoom", 1.0), "pack": ("pieces", 1.0), "pk": ("pieces", 1.0),
    "pcs": ("pieces", 1.0), "ea": ("pieces", 1.0), "count": ("pieces", 1.0), "ct": ("pieces", 1.0),
    "piece": ("pieces", 1.0), "user": ("seats", 1.0), "users": ("seats", 1.0), "seat": ("seats", 1.0),
    "seats": ("seats", 1.0), "license": ("seats", 1.0), "licenses": ("seats", 1.0),
    "pc": ("seats", 1.0), "channel": ("channels", 1.0), "ch": ("channels", 1.0),
    "port": ("ports", 1.0), "ports": ("ports", 1.0), "page": ("pages", 1.0), "pages": ("pages", 1.0),
    "sheet": ("pages", 1.0), "sheets": ("pages", 1.0), "day": ("days", 1.0), "days": ("days", 1.0),
    "year": ("years", 1.0), "years": ("years", 1.0),
} | {word: (word, 1.0) for word in _COUNTERS.split("|")}  # fmt: skip
_AMOUNT = re.compile(
    r"(?<![a-z0-9.])(\d+(?:,\d{3})*(?:\.\d+)?)[\s-]?("
    + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
    + r")(?![a-z0-9가-힣])"
)
Amount = tuple[str, float]

_COLOURS = {
    word: words.split()[0]
    for words in (
        "black 검정 검은 블랙 흑색", "white 흰 하얀 화이트 백색", "red 빨강 빨간 레드 적색 홍색",
        "blue 파랑 파란 블루 청색", "green 초록 녹색 그린", "yellow 노랑 노란 옐로우 황색", "gray grey 회색",
        "pink 분홍 핑크", "purple 보라 자주 자색", "orange 주황", "brown 갈색", "silver 은색", "gold 금색",
        "beige", "clear", "titanium", "graphite", "plum", "bronze", "charcoal", "copper", "teal",
        "navy 남색", "ivory", "magenta", "cyan", "violet", "lavender", "burgundy", "stainless", "chrome", "onyx",
    )
    for word in words.split()
}  # fmt: skip


def clean(text: str, normaliser: Normaliser | None = None) -> str:
    """``text`` folded: NFKC, lower case, no control characters, single spaces, at most `MAX_CHARS`, counts in digits."""
    folded = unicodedata.normalize("NFKC", text[:MAX_CHARS]).lower()
    folded = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in folded)
    folded = " ".join(folded.split())[:MAX_CHARS]
    folded = _KOREAN_COUNT.sub(lambda m: f"{_NATIVE[m[1]]}{m[2]}", folded)
    folded = _SPELLED.sub(lambda m: m[1] + _ONE_SPELLING[m[2]], folded)
    return folded if normaliser is None else normaliser(folded)[:MAX_CHARS]


def number(text: str) -> str:
    """One spelling of a number: 7.0 -> 7, 1,200 -> 1200, 08 -> 8."""
    plain = text.replace(",", "")
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0"


def words(cleaned: str) -> list[str]:
    """The words of a `clean` text in order; numbers in one spelling, glued to their unit (3 kg -> 3kg)."""
    return [_one_spelling(word) for word in _WORD.findall(_GLUE.sub(r"\1\2", cleaned))]


def _one_spelling(word: str) -> str:
    found = _PARTS.fullmatch(word)
    return found[1] + number(found[2]) + found[3] if found else word


def compact(cleaned: str) -> str:
    """Only letters and digits, glued together."""
    return "".join(c for c in cleaned if c.isalnum())


def jamo(cleaned: str) -> str:
    """Hangul syllables taken apart into letters (대파 -> ᄃ ᅢ ᄑ ᅡ): one wrong letter then costs one letter, not a syllable."""
    if cleaned.isascii():
        return cleaned
    return "".join(
        unicodedata.normalize("NFD", c) if _JAMO_BASE <= ord(c) <= _JAMO_LAST else c
        for c in cleaned
    )


def grams(text: str, low: int, high: int) -> list[str]:
    """All runs of ``low`` to ``high`` characters; a text shorter than ``low`` is one gram, an empty one none."""
    if len(text) < low:
        return [text] if text else []
    return [text[i : i + n] for n in range(low, high + 1) for i in range(len(text) - n + 1)]


def word_grams(tokens: Iterable[str], low: int, high: int) -> list[str]:
    """Grams inside each word, its borders marked by spaces."""
    return [gram for token in tokens for gram in grams(f" {token} ", low, high)]


def codes(cleaned: str) -> frozenset[str]:
    """Model codes: letters with digits of four or more characters, or five digits and more, without their dashes."""
    found = set[str]()
    for chunk in _CHUNK.findall(cleaned):
        for part in {chunk, *chunk.split("/")}:
            code = _NOT_CODE.sub("", part)
            digits = sum(c.isdigit() for c in code)
            mixed = 0 < digits < len(code) and len(code) >= 4 and not _AMOUNT.fullmatch(code)
            if (mixed or digits >= 5) and len(code) <= 24:
                found.add(code)
    return frozenset(found)


def numbers(cleaned: str) -> frozenset[str]:
    """All numbers, also those inside words (cs3 -> 3), in one spelling."""
    return frozenset(number(n) for n in _NUMBER.findall(cleaned))


def amounts(cleaned: str) -> frozenset[Amount]:
    """Amounts with units in base units of their dimension (see `UNITS`): 0.5 tb -> ("bytes", 500000.0)."""
    found = set[Amount]()
    for value, unit in _AMOUNT.findall(cleaned):
        dimension, factor = UNITS[unit]
        found.add((dimension, round(float(value.replace(",", "")) * factor, 4)))
    return frozenset(found)


def colours(found: Iterable[str]) -> frozenset[str]:
    """The colours among words, each by its English name; two colours of one thing are two things."""
    return frozenset(_COLOURS[word] for word in found if word in _COLOURS)


def price(text: str) -> float | None:
    """The positive number that ``text`` states, in whatever currency it is; ``None`` for no number."""
    found = re.search(r"\d+(?:,\d{3})*(?:\.\d+)?", unicodedata.normalize("NFKC", text[:100]))
    value = float(found[0].replace(",", "")) if found else 0.0
    return value if value > 0 else None
