"""Numbers in a line that are neither amounts nor prices: barcodes, telephones, dates, sizes, promotions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jangteo.engines.matching.gtin import is_gtin

_DIGITS = re.compile(r"(?<![\d.,-])\d{8,14}(?![\d]|[.,]\d|-\d)")
_PHONES = (
    re.compile(r"(?<!\d)(?:\+82[-\s]?)?0\d{1,2}[-.)\s]{1,2}\d{3,4}[-.\s]\d{4}(?!\d)"),
    re.compile(r"(?<!\d)01[016789]\d{7,8}(?!\d)"),
    re.compile(r"(?<!\d)1[568]\d{2}-\d{4}(?!\d)"),
    re.compile(r"(?<!\d)\d{2,6}(?:-\d{2,8}){2,3}(?!\d)"),
)
_OTHERS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"https?://\S+|www\.\S+|\S+@\S+\.\w+",
        r"(?<!\d)(?:19|20)?\d{2}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}\s?일?(?!\d)",
        r"(?<![\d/.,])\d{1,2}/\d{1,2}(?=\s?(?:까지|부터|입고|출고|수확|작업|제조|도착|\())",
        r"\d{1,2}월\s?\d{1,2}일?|\d{1,2}월(?:초|중순|말|산)?|(?<!\d)\d{1,2}:\d{2}(?!\d)",
        r"(?:19|20)?\d{2}\s?년(?:\s?산|도|도산|햇)?|\d{1,2}\s?년\s?(?:산|묵은|숙성|근|된|이상)?",
        r"(?<![\d.,])\d+(?:\.\d+)?\s?(?:%|퍼센트|프로(?![가-힣])|브릭스|brix|도(?=\s|$))(?:\s?(?:할인|세일|off))?",
        r"\d+(?:\.\d+)?\s?(?:cm|mm|㎝|㎜|인치|oz|호(?![가-힣])|겹|단계|칸|구짜리|와트|w(?![a-z])|v(?![a-z])|평|매짜리면)(?:\s?[x*]\s?\d+(?:\.\d+)?\s?(?:cm|mm|m)?)*",
        r"(?<![\d.,])\d+(?:\.\d+)?\s?m(?![a-z])(?!l)",
        r"(?<![\d.,])\d{2,4}\s?[x*]\s?\d{2,4}(?![\d,]|\s?(?:kg|g|ml|l|개|봉|팩|입|매|장|원))",
        r"\d+(?:\.\d+)?\s?(?:kcal|칼로리|°c|℃|도씨|시간|분(?=\s|$)|일분|회분|등(?![가-힣급])|차(?=\s|$)|번(?![가-힣]))",
        r"(?:no|№|#|번호)\s?[.:]?\s?\d+",
        r"^\s*\(?\d{1,3}[.)]\s+(?=\D)|^\s*0\d{2,6}\s",
        r"(?<![a-z\d])[a-z]{1,4}-?\d{3,}(?![\d,]*원)",
        r"d-\d+|\d+\s?대째|\d+\s?곡(?!\w)",
        r"\d+(?:\.\d+)?만\s?원?\s?이상\s?(?:구매|주문)?\s?시?",
    )
)
_PLUS = re.compile(
    r"(?<![\d+.,])([1-5])\s?\+\s?([1-3])(?![\d+%]|\s?(?:등급|kg|g|ml|l|개|팩|봉|단|\+))"
)
_HALF_WORD = re.compile(r"(?<![가-힣])반(?:단|통|망|박스|상자|되|말|봉|팩|쪽)(?![가-힣])")


@dataclass(slots=True)
class Noise:
    """What was taken out, as ranges of the folded text."""

    gtin: str = ""
    gtin_span: tuple[int, int] = (0, 0)
    bad_gtin: bool = False
    #: 1+1: packs that come for one price
    plus: int = 0
    plus_span: tuple[int, int] = (0, 0)
    spans: list[tuple[int, int]] = field(default_factory=list)


def find_noise(text: str, beef: bool) -> Noise:
    """The numbers of a folded ``text`` that are no amounts; ``beef``: 1+ is a grade there, no promotion."""
    noise = Noise()
    for pattern in _PHONES:
        noise.spans += [m.span() for m in pattern.finditer(text)]
    for match in _DIGITS.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in noise.spans):
            continue
        noise.spans.append(match.span())
        if is_gtin(match[0]) and not noise.gtin:
            noise.gtin, noise.gtin_span = match[0], match.span()
        elif len(match[0]) >= 12 or match[0].startswith("88"):
            noise.bad_gtin = True
    plus = None if beef else _PLUS.search(text)
    if plus:
        noise.plus = int(plus[1]) + int(plus[2])
        noise.plus_span = plus.span()
        noise.spans.append(plus.span())
    for pattern in _OTHERS:
        noise.spans += [m.span() for m in pattern.finditer(text)]
    return noise


def blank(text: str, spans: list[tuple[int, int]], filler: str = "\x00") -> str:
    """``text`` with the characters of ``spans`` replaced by ``filler``; its length stays."""
    if not spans:
        return text
    chars = list(text)
    for start, end in spans:
        for index in range(start, min(end, len(chars))):
            chars[index] = filler
    return "".join(chars)
