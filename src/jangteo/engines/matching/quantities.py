"""Weights, volumes, pieces and packs written in a line, and what they say together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

_GRAMS = {"kg": 1000, "킬로그램": 1000, "킬로그람": 1000, "킬로": 1000, "키로": 1000, "키로그램": 1000,
          "g": 1, "그램": 1, "그람": 1, "gr": 1, "톤": 1_000_000}  # fmt: skip
_MILLILITRES = {"리터": 1000, "l": 1000, "ml": 1, "밀리리터": 1, "밀리": 1, "cc": 1, "cl": 10}
_CUSTOMARY = ("근", "관", "되", "말")
_PIECES = [
    "개입",
    "개들이",
    "개",
    "입",
    "과",
    "구",
    "미",
    "마리",
    "수",
    "장",
    "매",
    "알",
    "송이",
    "포기",
    "모",
    "쪽",
    "조각",
    "토막",
    "뿌리",
    "꼬치",
    "줄",
    "켤레",
    "벌",
    "주",
    "덩이",
    "덩어리",
    "인분",
    "롤",
    "정",
    "캡슐",
    "티백",
    "피스",
    "pcs",
    "pc",
    "족",
    "자루",
    "통",
    "그루",
    "본",
    "촉",
    "짝",
    "타",
    "꼬지",
    "컵입",
    "매입",
    "겹살",
    "마디",
    "접시",
    "그릇",
    "다스",
    "권",
    "자",
    "켤래",
    "놈",
    "대분",
    "스틱",
]
_PACKS = [
    "봉지",
    "봉다리",
    "봉",
    "팩",
    "박스",
    "box",
    "상자",
    "망",
    "단",
    "손",
    "축",
    "톳",
    "쾌",
    "두름",
    "판",
    "병입",
    "병",
    "캔입",
    "캔",
    "포대",
    "포입",
    "포",
    "세트",
    "셋트",
    "set",
    "묶음",
    "접",
    "다발",
    "ea",
    "곽",
    "갑",
    "컵",
    "페트",
    "pet",
    "바구니",
    "소쿠리",
    "무더기",
    "케이스",
    "말통",
    "채",
    "올",
    "봉입",
    "팩입",
    "can",
    "pack",
    "가마",
    "가마니",
    "두룸",
    "꾸러미",
    "단입",
    "망태",
    "통입",
    "파우치",
    "박스입",
]
#: a 손 of fish is two, and so on (표준국어대사전)
BUNDLES = {
    "손": 2,
    "축": 20,
    "톳": 100,
    "쾌": 20,
    "두름": 20,
    "두룸": 20,
    "접": 100,
    "다스": 12,
    "타": 12,
}
_NATIVE = {"한": 1, "두": 2, "세": 3, "석": 3, "서": 3, "네": 4, "넉": 4, "너": 4, "다섯": 5, "여섯": 6,
           "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "스무": 20, "서른": 30, "반": 0}  # fmt: skip
_ALL = sorted({*_GRAMS, *_MILLILITRES, *_CUSTOMARY, *_PIECES, *_PACKS}, key=len, reverse=True)
_UNIT = "|".join(map(re.escape, _ALL))
_NUM = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_TAIL = r"(?:들이|짜리|기준|내외|내|정도|이상|이하|전후|미만|가량|안팎|이내|입|씩|에|당|↑)"
_NEXT = (
    r"(?:특|왕|상|중|하|대|소|국|냉|묶음|박스|상자|세트|선물|[일이삼사오육칠팔구]*[천만](?:원|\d|[일이삼사오육칠팔구])|만원|할인|손질|"
    r"은|는|도|로|이면|단|망|봉|판|통|팩|이상|포장|한정)"
)
_WON_NEXT = re.compile(r"[일이삼사오육칠팔구]?[천만][일이삼사오육칠팔구천백\d]*\s?원?(?![가-힣])")
_TOKEN = re.compile(
    r"(?P<approx>(?<![가-힣])(?:약|대략)\s?)?"
    rf"(?:(?<![0-9.,/])(?P<low>{_NUM})\s?(?P<lowunit>kg|g|ml|l|과|미|구|수|입|개|마리)?\s?(?P<range>[~/]|-(?=\d))\s?(?P<high>{_NUM})"
    rf"|(?<![0-9.])(?P<num>{_NUM})|(?<![가-힣a-z0-9])(?P<native>{'|'.join(sorted(_NATIVE, key=len, reverse=True))}))"
    rf"\s?(?P<unit>{_UNIT})(?P<more>\s?반(?![가-힣]))?(?P<tail>\s?{_TAIL}(?![가-힣]))?",
    re.I,
)
_LATIN = re.compile(r"[a-z]+$")
_BARE_TIMES = re.compile(rf"\s?[x*]\s?(\d{{1,4}})(?![\d.]|,\d{{3}}|\s?(?:{_UNIT})(?![가-힣a-z]))")
_LEAD_TIMES = re.compile(r"(?<![\d.,x*])(\d{1,3})\s?[x*]\s?$")
_TIMES_BETWEEN = re.compile(r"\s?[x*]\s?\(?")
#: also goods of their own: 플라스틱 바구니
_WARES = frozenset(
    ["바구니", "소쿠리", "컵", "병", "캔", "손", "갑", "올", "채", "축", "톳", "파우치"]
)
_BARE_PACK = re.compile(
    rf"(?<![가-힣a-z0-9])(?:{'|'.join(sorted(set(_PACKS) - _WARES, key=len, reverse=True))})(?![가-힣a-z0-9])"
)
_NOT_NATIVE = frozenset(
    ["과", "입", "구", "미", "수", "g", "l", "자", "대분", "주", "본", "정", "타", "매"]
)
_SIZE_RANGE = re.compile(
    r"(?<![\d.,/~-])\d{1,3}\s?/\s?\d{1,3}(?![\d/]|\s?(?:kg|g|ml|l)\b)\s?(?:미|과|구|수|입|내)?(?:내외)?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """One written number with its unit. ``kind``: g, ml, customary, piece or pack; ``value`` None for a range."""

    kind: str
    unit: str
    value: Decimal | None
    start: int
    end: int
    approximate: bool = False
    half: bool = False
    #: joined to the quantity before it with x or *
    times: bool = False
    #: 100g당, /kg
    per: bool = False
    plus: bool = False
    total: bool = False


@dataclass(slots=True)
class Scan:
    """The quantities of a line in order, and the ranges of characters they take."""

    found: list[Quantity] = field(default_factory=list)
    #: pieces said as a size range (26/30, 16~18과)
    count_range: bool = False
    net_range: bool = False
    half_pack: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)


def scan(text: str) -> Scan:
    """The quantities of a folded ``text`` whose masked characters are spaces or NUL."""
    made = Scan()
    ends = -1
    for match in _TOKEN.finditer(text):
        if match.start() < ends or not _stands_alone(text, match):
            continue
        made.spans.append(match.span())
        ends = match.end()
        quantity = _quantity(text, match, made)
        if quantity is not None:
            made.found.append(quantity)
            ends = _bare_factor(text, match.end(), made) or ends
    for match in _SIZE_RANGE.finditer(text):
        if not any(a < match.end() and match.start() < b for a, b in made.spans):
            made.count_range = True
            made.spans.append(match.span())
    _bare_packs(text, made)
    return made


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """The unit must end its word: 5kg특 and 2단에 do, 3대째 and 한우 do not."""
    unit, rest = match["unit"].lower(), text[match.end() :]
    number = match["num"] or ""
    if "," in number and unit in _PACKS:
        return False
    if match["native"] and unit in _NOT_NATIVE:
        return False
    if not rest or not rest[0].isalpha():
        return True
    if _LATIN.search(unit) and not match["tail"]:
        return not re.match(r"[a-z]", rest) or bool(re.match(r"x\s?\d", rest))
    if match["tail"] and match["tail"].strip() in ("에", "씩", "입", "당"):
        return True
    if re.match(r"x\s?\d", rest):
        return True
    if match["native"]:
        return bool(_WON_NEXT.match(rest))
    return bool(re.match(_NEXT, rest))


def _quantity(text: str, match: re.Match[str], made: Scan) -> Quantity | None:
    unit, tail = match["unit"].lower(), (match["tail"] or "").strip()
    kind = _kind(unit)
    if match["range"]:
        return _ranged(match, kind, unit, made)
    half = match["native"] == "반"
    value = (
        Decimal(_NATIVE[match["native"]])
        if match["native"]
        else Decimal(match["num"].replace(",", ""))
    )
    before = text[: match.start()].rstrip(" (")
    value = value * _GRAMS[unit] if kind == "g" else value
    value = value * _MILLILITRES[unit] if kind == "ml" else value
    if match["more"]:
        if kind not in ("g", "ml", "customary"):
            made.half_pack = True
            return None
        value += Decimal("0.5") * (_GRAMS.get(unit) or _MILLILITRES.get(unit) or 1)
    if value <= 0 and not half and kind not in ("pack", "piece"):
        # 당 0g says nothing of the amount; 0개 is a slip that must be asked
        return None
    return Quantity(
        kind=kind,
        unit=unit,
        value=value,
        start=match.start(),
        end=match.end(),
        approximate=bool(match["approx"]) or tail in ("내외", "정도", "전후", "가량", "안팎"),
        half=half,
        times=bool(made.found) and bool(_TIMES_BETWEEN.fullmatch(text[made.spans[-2][1] : match.start()]))
        if len(made.spans) > 1
        else _lead(text, match, made),
        per=tail == "당" or (before.endswith("/") and (match["native"] is None) and _after_won(before)),
        plus=before.endswith("+") and bool(made.found),
        total=before.endswith(("총", "합", "합계", "도합")),
    )  # fmt: skip


def _after_won(before: str) -> bool:
    return bool(re.search(r"(?:원|\d,\d{3}|\d{3,})\s?/$", before))


def _lead(text: str, match: re.Match[str], made: Scan) -> bool:
    """10x500g: the number before the sign is a number of packs."""
    lead = _LEAD_TIMES.search(text[: match.start()])
    if not lead:
        return False
    made.spans.insert(0, lead.span())
    made.found.append(
        Quantity(kind="pack", unit="", value=Decimal(lead[1]), start=lead.start(), end=lead.end())
    )
    return True


def _ranged(match: re.Match[str], kind: str, unit: str, made: Scan) -> Quantity | None:
    if kind in ("g", "ml", "customary"):
        made.net_range = True
    elif kind == "piece":
        made.count_range = True
    else:
        return Quantity(kind="pack", unit=unit, value=None, start=match.start(), end=match.end())
    return None


def _bare_factor(text: str, end: int, made: Scan) -> int:
    """500g x 10 x 2: factors without a unit are packs."""
    last = 0
    while found := _BARE_TIMES.match(text, end):
        end = last = found.end()
        made.spans.append(found.span())
        made.found.append(
            Quantity(kind="pack", unit="", value=Decimal(found[1]), start=found.start(1), end=end, times=True)
        )  # fmt: skip
    return last


def _bare_packs(text: str, made: Scan) -> None:
    """한 봉지 written as 봉지 alone is one; beside a numbered pack it says nothing new."""
    for match in _BARE_PACK.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in made.spans):
            continue
        made.spans.append(match.span())
        made.found.append(
            Quantity(kind="pack", unit=match[0].lower(), value=Decimal(1), start=match.start(), end=match.end())
        )  # fmt: skip


def _kind(unit: str) -> str:
    if unit in _GRAMS:
        return "g"
    if unit in _MILLILITRES:
        return "ml"
    if unit in _CUSTOMARY:
        return "customary"
    return "pack" if unit in _PACKS else "piece"


def distinct(quantities: Sequence[Quantity]) -> list[Decimal]:
    """The different values, in order."""
    return list(dict.fromkeys(q.value for q in quantities if q.value is not None))
