"""The price said for a line. One certain amount is a price; several, vague or unit prices are questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jangteo.engines.pricelist.amounts import MAX_KRW, MIN_KRW, read_amount

_DIGITS = r"\d(?:[\d,]*\d)?(?:\.\d+)?"
_HANGUL = "일이삼사오육칠팔구십백천만"
_ATOM = rf"(?:{_DIGITS}|[{_HANGUL}])"
#: behind letters only figures that cannot be anything but won: 국산35,000
_GLUED = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+\s?원|\d+[천만]"
_AMOUNT = re.compile(
    rf"(?:(?<![a-z0-9.가-힣%])|(?<=[가-힣])(?<![{_HANGUL}])(?={_GLUED}))(?<!\d,)(?P<sign>₩\s?|w(?=\d))?(?P<number>{_ATOM}(?:{_ATOM}|(?<=[백천만])\s(?={_ATOM}*[십백천만원]){_ATOM})*)"
    rf"(?P<won>\s?(?:원정|원))?(?P<after>\s?(?:어치|부터|이상|이하|미만|대(?![가-힣])|선(?![가-힣])|정도|쯤|가량|내외|할인|세일|off|~(?![~^])|↑))?"
    rf"(?![0-9%a-z]|(?<!원)(?<!어치)[가-힣])"
)
_FRACTION = re.compile(r"(?<![a-z0-9.,가-힣~/-])\d{1,3}\.\d{1,2}(?![\d.,]*\s?(?:[a-z가-힣%]|\d))")
_HANGUL_ONLY = re.compile(rf"[{_HANGUL}\s]+")
_UNIT = r"(?:kg|g|ml|l|근|개|마리|장|병|팩|봉지|봉|단|포기|박스|알|구|미|통|손|모|입|줄|켤레|캔|판|인분)"
_PER_BEFORE = re.compile(rf"(?:(\d+)\s?)?({_UNIT})\s?당\s?[:=]?\s?$")
_PER_AFTER = re.compile(rf"\s?/\s?(?:(\d+)\s?(?=k?g|ml|l))?({_UNIT})(?![a-z가-힣])")
_SHIPPING = re.compile(
    r"(?:배송비|택배비|택배|배송료|배송|퀵비|퀵|보증금|적립|쿠폰)\s?(?:별도|는|은|:)?\s?$"
)
_CONDITION = re.compile(r"^\s?(?:이상|부터)?\s?(?:구매|주문)?\s?시?\s?(?:무료|무배|배송)")
_OLD = re.compile(
    r"(?:정가|정상가|시중가|소비자가|원가|마트가|권장가|전|도매가|도매|매입가)\s?[:=]?\s?$"
)
_SALE = re.compile(r"(?:할인가|특가|행사가|세일가|판매가|오늘가)\s?[:=]?\s?$")
#: before or after the discount?
_PERCENT_OFF = re.compile(r"\d\s?(?:%|프로|퍼센트)\s?(?:할인|세일|off|dc|인하)")
_EACH = re.compile(r"(?:각각|각)\s?$")
_ARROW = re.compile(r"\s?(?:→|->|=>|>)\s?")
_NO_PRICE_PLACES = frozenset(
    ["이천", "사천", "삼천", "오천", "만", "천", "백", "십만", "천만", "일", "이"]
)
_BARE_MIN = 1000


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of won in ``text[start:end]``; ``values`` has one entry when it is certain."""

    start: int
    end: int
    values: tuple[int, ...]
    strong: bool
    vague: bool = False
    per: tuple[int, str] | None = None
    per_span: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class PriceReading:
    """``krw`` of the whole line when certain; ``per`` a unit price: won, number and unit."""

    krw: int | None = None
    start: int = 0
    end: int = 0
    per: tuple[int, int, str] | None = None
    per_span: tuple[int, int] = (0, 0)
    #: a bare number, without 원, comma or place
    weak: bool = False
    asks: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)


def read_price(text: str, masked: str) -> PriceReading:
    """The price in a folded line ``text``; ``masked`` has its quantities and other numbers blanked."""
    reading = PriceReading()
    found = list(_amounts(text, masked, reading))
    if _PERCENT_OFF.search(text):
        reading.asks.append("price_unclear")
    arrows = any(_ARROW.fullmatch(text[a.end : b.start]) for a, b in _pairs(found))
    ranged = any(re.fullmatch(r"\s?[~-]\s?", text[a.end : b.start]) for a, b in _pairs(found))
    strong = [a for a in found if a.strong] or [a for a in found if not a.strong]
    reading.spans += [(a.start, a.end) for a in found]
    whole = [a for a in strong if a.per is None]
    per = [a for a in strong if a.per is not None]
    if per and per[0].per is not None and len(per[0].values) == 1:
        reading.per = (per[0].values[0], *per[0].per)
        reading.per_span = (per[0].start, per[0].end)
    if not whole:
        if not per:
            fraction = _FRACTION.search(masked)
            reading.asks.append("price_unclear" if fraction or reading.asks else "price")
        return reading
    values = {value for a in whole for value in a.values}
    if arrows or ranged or len(values) > 1 or reading.asks:
        reading.asks = ["price_several" if len(values) > 1 else "price_unclear"]
        return reading
    only = whole[0]
    if only.vague or len(only.values) != 1 or not MIN_KRW <= only.values[0] <= MAX_KRW:
        reading.asks = ["price_unclear"]
        return reading
    reading.krw, reading.start, reading.end = only.values[0], only.start, only.end
    reading.weak = not only.strong
    return reading


def _pairs(found: Sequence[Amount]) -> Iterator[tuple[Amount, Amount]]:
    return pairwise(found)


def _amounts(text: str, masked: str, reading: PriceReading) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(masked):
        number = match["number"]
        marked = bool(match["sign"] or match["won"])
        if not _is_amount(number, marked):
            continue
        before, behind = text[: match.start()], text[match.end() :]
        if _SHIPPING.search(before) or (
            marked and _CONDITION.match((match["after"] or "") + behind)
        ):
            reading.spans.append(match.span())
            continue
        if (match["after"] or "").strip() in ("할인", "세일", "off"):
            reading.spans.append(match.span())
            reading.asks.append("price_unclear")
            continue
        amount = read_amount(number)
        if amount is None:
            continue
        strong = marked or bool(re.search(rf",|[{_HANGUL}]", number))
        if not strong and not _plausible(amount.values):
            continue
        if _OLD.search(before) or _EACH.search(before):
            reading.asks.append("price_unclear")
        yield Amount(
            match.start(),
            match.end(),
            amount.values
            if amount.code in ("", "price_colloquial") and not amount.code
            else _loosely(number, amount.values),
            strong,
            bool((match["after"] or "").strip()),
            *_per(before, behind, match.span()),
        )


def _loosely(number: str, values: tuple[int, ...]) -> tuple[int, ...]:
    """만오 and 1.500 stay doubtful; 2만5 is said for 25,000 and never for 20,005."""
    return values if len(values) != 1 else (*values, -1)


def _is_amount(number: str, marked: bool) -> bool:
    if _HANGUL_ONLY.fullmatch(number):
        bare = number.replace(" ", "")
        if marked:
            return bool(re.search(r"[백천만]", bare))
        return bare not in _NO_PRICE_PLACES and bool(re.search(r"[천만]", bare)) and len(bare) > 1
    return True


def _plausible(values: tuple[int, ...]) -> bool:
    """A bare number is a price when it is round enough and no year."""
    value = values[0] if values else 0
    if value < _BARE_MIN or value % 10 or value > MAX_KRW:
        return False
    return not (1990 <= value <= 2040 and value % 100)


def _per(
    before: str, behind: str, span: tuple[int, int]
) -> tuple[tuple[int, str] | None, tuple[int, int]]:
    ahead = _PER_BEFORE.search(before)
    if ahead:
        return (int(ahead[1] or 1), ahead[2]), (ahead.start(), span[0])
    after = _PER_AFTER.match(behind)
    if after:
        return (int(after[1] or 1), after[2]), (span[1], span[1] + after.end())
    return None, (0, 0)
