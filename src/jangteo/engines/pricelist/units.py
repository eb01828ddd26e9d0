"""What a price is for: 한 단, 2마리, 100g당, 1박스(10kg); and the weight and origin that words state."""

from __future__ import annotations

import re
from decimal import Decimal

from jangteo.engines.pricelist.fold import fold, has_letters

_MEASURES = "kg|㎏|킬로그램|킬로|키로|그램|g|ml|cl|dl|cc|리터|l"
_COUNTERS = (
    "마리|포기|박스|상자|묶음|봉지|세트|두름|송이|켤레|그릇|인분|접시|다발|뿌리|꼬치|조각|토막|자루|포대|바구니|소쿠리|"
    "망태|무더기|스푼|캔들|컵|단|근|개|봉|팩|망|모|통|병|캔|줄|판|손|톳|접|쾌|축|장|알|구|입|미|포|되|말|관|쪽|잔|롤|매|갑|"
    "곽|벌|짝|box|pack|pcs|ea|set"
)
UNIT_WORDS = f"{_MEASURES}|{_COUNTERS}"
_NATIVE = {
    "한": "1",
    "두": "2",
    "세": "3",
    "석": "3",
    "서": "3",
    "네": "4",
    "넉": "4",
    "너": "4",
    "다섯": "5",
    "여섯": "6",
    "일곱": "7",
    "여덟": "8",
    "아홉": "9",
    "열": "10",
    "스무": "20",
    "서른": "30",
    "반": "반",
}
_NATIVE_WORDS = "|".join(sorted(_NATIVE, key=len, reverse=True))
_NUMBER = r"(?:\d{1,2}/\d{1,2}|\d+(?:\.\d+)?(?:\s?[~-]\s?\d+(?:\.\d+)?)?)"
_TAIL = r"(?:들이|짜리|기준|내외|정도|이상|전후|입|당|씩|에)?"
_MULTIPLE = rf"(?:\s?[x*X]\s?\d+\s?(?:{UNIT_WORDS})?)?"
# digits may stand glued to the name (대파1단); native numbers may not (두부한모 stays a name)
ONE_UNIT = (
    rf"(?:(?:(?<![0-9A-Za-z.,])(?:약\s?)?{_NUMBER}\s?|(?<![0-9A-Za-z가-힣])(?:{_NATIVE_WORDS})\s?)"
    rf"(?:{UNIT_WORDS}){_TAIL}{_MULTIPLE}(?:/(?:{UNIT_WORDS}))?(?![0-9A-Za-z가-힣%]))"
)
PER_UNIT = rf"(?:(?<![0-9A-Za-z가-힣])(?:{UNIT_WORDS})당(?![0-9A-Za-z가-힣]))"
SLASH_UNIT = rf"(?:/\s?(?:{_NUMBER}\s?)?(?:{UNIT_WORDS})(?![0-9A-Za-z가-힣]))"

_BARE = re.compile(rf"(?:{UNIT_WORDS})", re.I)
_QUANTIFIED = re.compile(rf"({_NUMBER}|{_NATIVE_WORDS})\s*(.+)", re.S)
_GROUP_INSIDE = (
    rf"(?:약\s?)?{ONE_UNIT}(?:[\s,/·x]+(?:{ONE_UNIT}|(?:{UNIT_WORDS})(?![가-힣A-Za-z])))*"
)
_TRAILING_GROUP = re.compile(rf"\s*[(\[]\s*({_GROUP_INSIDE})\s*[)\]]\s*$", re.I)
_TRAILING_UNIT = re.compile(
    rf"[\s,/]*((?:{ONE_UNIT}|{PER_UNIT})(?:\s(?:{UNIT_WORDS})(?![가-힣A-Za-z]))?)\s*$", re.I
)
_SURE = (
    r"(?:kg|g|ml|l|리터|마리|근|박스|상자|봉지|봉|병|개|팩|포기|망|캔)(?:들이|짜리|내외|당|씩|입)?"
)
_INNER_UNIT = re.compile(rf"(?<=\s)(\d+(?:\.\d+)?\s?{_SURE})(?=\s)", re.I)
_BEFORE_GROUP = re.compile(rf"\s({ONE_UNIT})(?=\s?\([^()]*\)$)", re.I)
_LEADING_UNIT = re.compile(
    rf"^((?:\d+(?:\.\d+)?|{_NATIVE_WORDS})\s?(?:kg|g|ml|l|마리|근|포기|박스|상자|봉지|병){_TAIL})\s+",
    re.I,
)
_STEPS = (
    _TRAILING_GROUP,
    _TRAILING_UNIT,
    _TRAILING_UNIT,
    _TRAILING_GROUP,
    _BEFORE_GROUP,
    _INNER_UNIT,
    _LEADING_UNIT,
)
_WHOLE_UNIT = re.compile(
    rf"^(?:{ONE_UNIT}|{PER_UNIT}|(?:{UNIT_WORDS}))"
    rf"(?:[\s,/·]*(?:{ONE_UNIT}|(?:{UNIT_WORDS})|[(\[]\s*{_GROUP_INSIDE}\s*[)\]]))*$",
    re.I,
)
_WEIGHT = re.compile(
    r"(?<![0-9.,~-])(\d+(?:\.\d+)?)\s?(kg|킬로그램|킬로|키로|그램|g)(?![A-Za-z])"
    r"(?:\s?[x*]\s?(\d+))?",
    re.I,
)
_COUNT = re.compile(rf"(\d+)\s?(?:{_COUNTERS})", re.I)

SIZE_WORDS = frozenset(
    [
        "특대",
        "왕특",
        "대",
        "중",
        "소",
        "특",
        "왕",
        "상",
        "중상",
        "하",
        "대자",
        "중자",
        "소자",
        "소소",
        "중소",
        "s",
        "m",
        "l",
        "xl",
    ]
)

_COUNTRIES = (
    "국내|수입|중국|미국|호주|칠레|노르웨이|러시아|일본|베트남|태국|캐나다|뉴질랜드|스페인|페루|인도|인도네시아|필리핀|대만|"
    "브라질|멕시코|덴마크|네덜란드|독일|프랑스|이탈리아|영국|북한|원양|연근해|모로코|아르헨티나|에콰도르|이란|터키|우크라이나"
)
_REGIONS = (
    "제주|강원|강원도|경기|경북|경남|경상|전북|전남|전라|충북|충남|충청|완도|통영|여수|목포|포항|영덕|울릉도|고흥|해남|진도|"
    "의성|창녕|무안|남해|청송|영주|안동|상주|성주|나주|논산|금산|이천|여주|철원|대관령|평창|횡성|영광|신안|서산|태안|속초|"
    "동해|서해|기장|거제|삼천포|보성|하동|영동|김천|청양|괴산|음성|고창|부안|임실|순창|장흥|담양|구례|밀양|창원|진영"
)
_ORIGIN = re.compile(rf"국산|(?:{_COUNTRIES}|{_REGIONS})산(?![가-힣])")


def unit_of(text: str) -> str:
    """``text`` of a unit cell in one spelling: 한 단 → 1단, 단 → 1단, 1 KG → 1kg, kg당 → 1kg."""
    folded = fold(text).strip(" /")
    folded = re.sub(r"(?<=[0-9A-Za-z가-힣])(?:당|씩|짜리|기준|에)$", "", folded)
    if _BARE.fullmatch(folded):
        return "1" + _lower(folded)
    found = _QUANTIFIED.fullmatch(folded)
    if found and _BARE.match(found[2]):
        return _NATIVE.get(found[1], found[1]) + _lower(found[2])
    return folded


def _lower(text: str) -> str:
    return re.sub(r"kg|ml|(?<![a-z])g(?![a-z])|㎏", _one_case, text, flags=re.I)


def _one_case(found: re.Match[str]) -> str:
    return found[0].lower().replace("㎏", "kg")


_GLUED = re.compile(
    rf"((?<![0-9A-Za-z가-힣.,])(?:\d+(?:\.\d+)?|{_NATIVE_WORDS})\s?(?:{UNIT_WORDS})에?)"
    r"(?=\d|[일이삼사오육칠팔구]?[만천][\d일이삼사오육칠팔구만천백십]*\s?원)",
    re.I,
)


def unglue(folded: str) -> str:
    """``folded`` with a space between a unit and the price glued to it (3개만원 → 3개 만원)."""
    return _GLUED.sub(r"\1 ", folded)


def is_unit(text: str) -> bool:
    """Whether the whole of ``text`` states a unit."""
    return bool(_WHOLE_UNIT.match(fold(text)))


def join_units(*parts: str) -> str:
    """One unit text of several, each said once."""
    kept: list[str] = []
    for part in parts:
        if part and not any(part in other for other in kept):
            kept.append(part)
    return " ".join(kept)


def split_name(name: str) -> tuple[str, str]:
    """``name`` without the units in it, and those units joined."""
    rest, units, inside = name, list[str](), ""
    for pattern in _STEPS:
        found = pattern.search(fold(rest))
        if found is None:
            continue
        folded = fold(rest)
        shorter = f"{folded[: found.start()]} {folded[found.end() :]}".strip(" ,/-")
        if has_letters(shorter):
            rest = re.sub(r"\s+", " ", shorter)
            if pattern is _TRAILING_GROUP and not inside:
                inside = unit_of(found[1])
            else:
                units.insert(0, unit_of(found[1]))
    outside = join_units(*units)
    return rest, f"{outside}({inside})" if outside and inside else outside or inside


def net_grams(text: str) -> int | None:
    """Grams that ``text`` states once: 2.5kg, 500g x 10, 1봉(300g); ``None`` when it leaves doubt."""
    weights = _WEIGHT.findall(fold(text))
    if len(weights) != 1:
        return None
    number, measure, times = weights[0]
    grams = Decimal(number) * (1 if measure.lower() in ("g", "그램") else 1000) * int(times or 1)
    other_counts = [int(count) for count in _COUNT.findall(_WEIGHT.sub(" ", fold(text)))]
    if not times and any(count != 1 for count in other_counts):
        return None
    return int(grams) if grams == grams.to_integral_value() and grams > 0 else None


def find_origin(text: str) -> str | None:
    """The first word of origin in ``text`` (국산, 노르웨이산, 제주산)."""
    found = _ORIGIN.search(fold(text))
    return found[0] if found else None


def is_size(text: str) -> bool:
    """Whether ``text`` is a bare size or grade word: 대, 중, 소, 특."""
    return fold(text).strip("()").casefold() in SIZE_WORDS
