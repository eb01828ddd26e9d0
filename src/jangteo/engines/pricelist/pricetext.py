"""The text of a price cell: a price, a question with proposals, or a refusal.

The text is cut into amounts, units and other words. One amount with at most one unit and no doubtful word is a
price; everything else that holds an amount is a question; what holds none is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jangteo.engines.pricelist.amounts import MAX_KRW, MIN_KRW, Amount, read_amount
from jangteo.engines.pricelist.fold import fold
from jangteo.engines.pricelist.oddities import odd_price, unwrap
from jangteo.engines.pricelist.units import (
    ONE_UNIT,
    PER_UNIT,
    SLASH_UNIT,
    UNIT_WORDS,
    find_origin,
    is_unit,
    unglue,
    unit_of,
)

_DIGITS = r"\d(?:[\d,.]*\d)?"
_HANGUL = "일이삼사오육륙칠팔구영십백천만억"
_ATOM = rf"(?:{_DIGITS}|[{_HANGUL}])"
_NUMBER = rf"(?>{_ATOM}(?:{_ATOM}|(?<=[십백천만억])\s{_ATOM})*)"
_AFTER = "부터|이상|이하|미만|정도|내외|선|대|할인|까지|균일|에|입니다|씩|짜리|정"
_AMOUNT = (
    rf"(?<![A-Za-z0-9.])(?P<sign>(?:₩|\\|￦|@|KRW|W(?=\s?\d))\s?)?(?P<number>{_NUMBER})"
    rf"(?P<won>\s?(?:원정|원|won\b|krw\b|₩))?[.,]?-?(?![0-9A-Za-z%]|(?!{_AFTER})[가-힣])"
)
_HANGUL_ONLY = re.compile(rf"[{_HANGUL}\s]+")
_TOKEN = re.compile(
    rf"(?P<slash>{SLASH_UNIT})|(?P<unit>{ONE_UNIT}|{PER_UNIT}|\d\s?\+\s?\d(?![\d,]))|(?P<amount>{_AMOUNT})"
    rf"|(?P<word>[가-힣]+|[A-Za-z]+|\d+)|(?P<mark>\S)",
    re.I,
)
_LEADING_PER = re.compile(rf"^({UNIT_WORDS})(?:\s?[:=]?\s|\s?/\s?)(?=[\d₩])", re.I)
_BARE_GROUP = re.compile(rf"\(\s?(?=(?:{UNIT_WORDS})\s?\))", re.I)
_PARTED = re.compile(r"₩?\s?([1-9]\d{0,2})(?:,?\s|\s,|['_`])\s?(\d{3})\s?원?")
_LETTERS_FOR_DIGITS = re.compile(r"(?=.*\d)(?=.*[OolI])[1-9lI][\d,OolI]*\s?원?")
_DIGITS_FOR_LETTERS = str.maketrans("OolI", "0011")
_HARMLESS = frozenset(
    [
        "가격",
        "판매가",
        "단가",
        "균일",
        "균일가",
        "특가",
        "현재가",
        "부가세포함",
        "부가세",
        "포함",
        "세금포함",
        "vat",
        "국산",
        "원",
        "정",
        "씩",
        "짜리",
        "에",
        "입니다",
    ]
)
_RANGE_MARKS = frozenset("~-")
_PLAIN_MARKS = frozenset("()[]:=.,'\"*!")
_PRICE_WORD = re.compile(r"가격|가$|할인|세일|특가|행사|정상")
_VAGUE = re.compile(
    r"약|정도|내외|부터|이상|이하|미만|까지|대|선|최저|최대|최소|쯤|안팎|시세|싯가|시가|변동|예정"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An amount and the unit it is for ("" when not said); ``label`` names a size."""

    price_krw: int
    unit: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class PriceReading:
    """``price_krw`` when certain; else ``code``, with ``refused`` or the ``offers`` to propose."""

    price_krw: int | None = None
    unit: str = ""
    code: str = ""
    refused: bool = False
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text: ``kind`` is amount, unit, word or mark."""

    kind: str
    text: str
    start: int
    end: int
    amount: Amount | None = None
    #: written with 원, ₩, a thousands comma or a place such as 천, so not a bare number
    strong: bool = False


def tokens_of(folded: str) -> list[Token]:
    """The pieces of a folded text, in order."""
    return list(_tokens(folded))


def _tokens(folded: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(folded):
        kind = "unit" if found.lastgroup == "slash" else str(found.lastgroup)
        if found.group("amount") is not None:
            yield _amount_token(found)
        elif found.group("slash") or found.group("unit"):
            yield Token("unit", found[0].strip(" /"), found.start(), found.end())
        else:
            yield Token(kind, found[0], found.start(), found.end())


def _amount_token(found: re.Match[str]) -> Token:
    number = found["number"]
    amount = read_amount(number)
    if amount is None or _only_a_word(found):
        return Token("word", found[0], found.start(), found.end())
    marked = bool(found["sign"] or found["won"])
    strong = marked or bool(re.search(r"[,십백천만억]", number))
    return Token("amount", found[0], found.start(), found.end(), amount, strong)


def _only_a_word(found: re.Match[str]) -> bool:
    """A lone 이, 사 or 대 is a word; 만, 천 and 오천 are amounts only when nothing is glued before."""
    number = found["number"]
    if not _HANGUL_ONLY.fullmatch(number):
        return False
    before = found.string[found.start() - 1 : found.start()]
    return bool(re.match(r"[가-힣]", before)) or (
        found["won"] is None and not re.search(r"[천만]|.백", number)
    )


def read_price_text(text: str) -> PriceReading:
    """What the text of a price cell says (never a guess: doubt comes back as ``code``)."""
    folded = fold(unwrap(text))
    odd = odd_price(folded)
    if odd is not None:
        return _odd_reading(*odd)
    folded = unglue(_BARE_GROUP.sub("(1", _LEADING_PER.sub(r"1\1 ", folded)))
    return bounded(_misprint(folded) or _decide(folded, tokens_of(folded)))


def _misprint(folded: str) -> PriceReading | None:
    """12 000, 5'000 and 5,00O: digits parted by a space or quote, or letters for digits."""
    parted = _PARTED.fullmatch(folded)
    if parted:
        return PriceReading(code="price_comma", offers=(Offer(int(parted[1] + parted[2])),))
    if not _LETTERS_FOR_DIGITS.fullmatch(folded):
        return None
    amount = read_amount(folded.translate(_DIGITS_FOR_LETTERS).rstrip("원 "))
    return PriceReading(
        code="price_unclear", offers=tuple(Offer(v) for v in (amount.values if amount else ()))
    )


def _odd_reading(code: str, refused: bool, values: tuple[int, ...]) -> PriceReading:
    return PriceReading(code=code, refused=refused, offers=tuple(Offer(v) for v in values if v))


def bounded(reading: PriceReading) -> PriceReading:
    """A certain price outside of 100 won to 10,000,000 won becomes a question or a refusal."""
    price = reading.price_krw
    if price is None:
        kept = tuple(o for o in reading.offers if MIN_KRW <= o.price_krw <= MAX_KRW * 10)
        return replace(reading, offers=kept)
    if price == 0:
        return PriceReading(code="zero_price", refused=True)
    if price < MIN_KRW:
        offers = () if reading.unit == "1g" else (Offer(price * 1000, reading.unit),)
        return PriceReading(unit=reading.unit, code="price_tiny", offers=offers)
    if price > MAX_KRW:
        offers = (Offer(price, reading.unit),) if price <= MAX_KRW * 10 else ()
        return PriceReading(unit=reading.unit, code="price_huge", offers=offers)
    return reading


def _decide(folded: str, tokens: list[Token]) -> PriceReading:
    amounts = [t for t in tokens if t.kind == "amount"]
    units = _joined_units([t for t in tokens if t.kind == "unit"], folded)
    if not amounts:
        code = "unit_without_price" if units and _nothing_else(tokens) else "price_unreadable"
        return PriceReading(code=code, refused=code == "price_unreadable")
    if len(amounts) > 1:
        return _many(tokens, amounts)
    return _one(folded, tokens, amounts[0], units)


def _joined_units(units: list[Token], folded: str) -> list[Token]:
    """1박스(10kg) is one unit, not two."""
    if len(units) == 2 and folded[units[0].end : units[1].start].strip() == "(":
        text = f"{units[0].text}({units[1].text})"
        return [Token("unit", text, units[0].start, units[1].end)]
    return units


def _nothing_else(tokens: list[Token]) -> bool:
    return all(t.kind in ("unit", "mark") for t in tokens)


def _one(folded: str, tokens: list[Token], token: Token, units: list[Token]) -> PriceReading:
    unit = unit_of(units[0].text) if len(units) == 1 else ""
    amount = token.amount or Amount((), "price_unclear")
    code = amount.code or _doubt(folded, tokens, units)
    if code:
        offers = tuple(Offer(value, unit) for value in amount.values)
        return PriceReading(unit=unit, code=code, offers=offers)
    return PriceReading(price_krw=amount.certain, unit=unit)


def _doubt(folded: str, tokens: list[Token], units: list[Token]) -> str:
    """Why one amount is not a certain price: words or marks around it, or a second unit."""
    words = [t.text.casefold() for t in tokens if t.kind == "word"]
    strange = [word for word in words if word not in _HARMLESS and find_origin(word) != word]
    marks = {t.text for t in tokens if t.kind == "mark"}
    if any(_VAGUE.fullmatch(word) for word in words) or "~" in marks:
        return "price_approximate"
    if strange or len(units) > 1 or not marks <= _PLAIN_MARKS | set("/-₩\\"):
        return "price_unclear"
    if "+" in "".join(t.text for t in units) or re.match(r"^\(.*\)$", folded):
        return "price_unclear"
    if re.search(r"-\s*$", folded) or re.match(r"\s*-", folded):
        return "price_unclear"
    return ""


def _many(tokens: list[Token], amounts: list[Token]) -> PriceReading:
    between = [t.text for t in tokens if amounts[0].end <= t.start < amounts[1].start]
    ranged = len(amounts) == 2 and bool(set(between) & _RANGE_MARKS)
    if ranged:
        return PriceReading(code="price_range", offers=_range_offers(tokens, amounts))
    offers = tuple(_offers_in_turn(tokens))
    code = "several_offers" if all(o.unit or o.label for o in offers) else "several_prices"
    return PriceReading(code=code, offers=offers)


def _range_offers(tokens: list[Token], amounts: list[Token]) -> tuple[Offer, ...]:
    units = [t for t in tokens if t.kind == "unit"]
    unit = unit_of(units[0].text) if len(units) == 1 else ""
    values = [t.amount.values[0] for t in amounts if t.amount and t.amount.values]
    if values and max(values) < MIN_KRW:
        values = [value * 1000 for value in values]
    if len(values) == 2 and values[0] < MIN_KRW <= values[1]:
        place = re.search(r"[천만]", amounts[1].text)
        values[0] *= {"천": 1000, "만": 10_000}[place[0]] if place else 1000
    return tuple(Offer(value, unit) for value in dict.fromkeys(values))


def _offers_in_turn(tokens: list[Token]) -> Iterator[Offer]:
    """Each amount with the unit or word that stands before it (1개 1000 3개 2500)."""
    unit = label = ""
    for token in tokens:
        if token.kind == "unit":
            unit = unit_of(token.text)
        elif token.kind == "word" and not _PRICE_WORD.search(token.text):
            unit, label = (unit_of(token.text), "") if is_unit(token.text) else (unit, token.text)
        elif token.kind == "amount" and token.amount is not None:
            yield from (Offer(value, unit, label) for value in token.amount.values)
            unit = label = ""


__all__ = ["Offer", "PriceReading", "Token", "bounded", "read_price_text", "tokens_of"]
