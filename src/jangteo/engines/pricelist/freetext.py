"""One whole line of text: 대파 1단 2,500."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from jangteo.engines.pricelist.amounts import MIN_KRW
from jangteo.engines.pricelist.fold import fold, has_letters
from jangteo.engines.pricelist.oddities import has_phone, on_request
from jangteo.engines.pricelist.pricetext import (
    Offer,
    PriceReading,
    Token,
    bounded,
    read_price_text,
    tokens_of,
)
from jangteo.engines.pricelist.units import is_size, join_units, split_name, unglue

_BULLET = re.compile(r"^(?:[-•·▪◦∙*>+✓○●■□▶☞]\s*|\(?\d{1,3}[.)]\s+(?=\D)|[①-⑳]\s*)")
_NAME_END = " ㅡ:=-.·…,/|~→>\t"
_GLUED_WON = re.compile(
    r"([가-힣]+?)([일이삼사오육칠팔구]?[천만백][일이삼사오육칠팔구천백]*원)\s*$"
)


@dataclass(frozen=True, slots=True)
class LineReading:
    """The name and unit of a line, and what its price part says."""

    name: str
    unit: str
    price: PriceReading


#: letters of a line; longer ones are no goods with a price, and which of their amounts is meant nobody can say
MAX_LINE = 1000


def read_line(text: str) -> LineReading:
    """Name, unit and price of one line; a price without doubt only when one amount stands out."""
    line = unglue(_BULLET.sub("", fold(text[:MAX_LINE])))
    if len(text) > MAX_LINE:
        return _without_amount(line[:MAX_LINE])
    tokens = tokens_of(line)
    amounts = [t for t in tokens if t.kind == "amount" and _counts(line, t, tokens)]
    if has_phone(line) or not amounts:
        return _without_amount(line)
    head = line[: amounts[0].start].rstrip(_NAME_END + "₩(")
    name, unit = split_name(head)
    tail = line[amounts[0].start :]
    price = read_price_text(tail)
    if not has_letters(name):
        return _price_first(line, amounts[0])
    name, price = _size_of_first(name, price)
    return LineReading(name.rstrip(_NAME_END), _unit(unit, price), _checked(price, amounts, name))


def _counts(line: str, token: Token, tokens: list[Token]) -> bool:
    """A bare number below 100, or one glued to the name, is no price when a price follows."""
    later = [t for t in tokens if t.kind == "amount" and t.start > token.start]
    if token.strong or not later:
        return True
    if line[: token.start][-1:].isalpha() and any(t.strong for t in later):
        return False
    return any(value >= MIN_KRW for value in (token.amount.values if token.amount else ()))


def _size_of_first(name: str, price: PriceReading) -> tuple[str, PriceReading]:
    """고등어 대 5,000 중 4,000: the size before the first price belongs to that price."""
    stem, _, size = name.rpartition(" ")
    if len(price.offers) < 2 or not stem or not is_size(size) or price.offers[0].label:
        return name, price
    first = replace(price.offers[0], label=size)
    return stem, replace(price, code="several_offers", offers=(first, *price.offers[1:]))


def _unit(unit: str, price: PriceReading) -> str:
    return join_units(unit, price.unit)


def _checked(price: PriceReading, amounts: list[Token], name: str) -> PriceReading:
    """Bare numbers that look like years or counts, and amounts glued to a word, are questions."""
    value = price.price_krw
    if value is None:
        return price
    bare = not amounts[0].strong
    if bare and (value % 10 or (1990 <= value <= 2040 and value % 100)):
        return PriceReading(
            code="quantity_or_price", unit=price.unit, offers=(Offer(value, price.unit),)
        )
    return price


def _price_first(line: str, amount: Token) -> LineReading:
    """2,500 대파: a question, for what follows a price is as often a note as a name."""
    rest = line[amount.end :].strip(_NAME_END)
    name, unit = split_name(rest)
    values = amount.amount.values if amount.amount else ()
    offers = tuple(Offer(value, unit) for value in values)
    reading = bounded(PriceReading(code="price_unclear", offers=offers))
    return LineReading(name if has_letters(name) else "", unit, reading)


def _without_amount(line: str) -> LineReading:
    glued = _GLUED_WON.search(line)
    if glued and not has_phone(line):
        price = read_price_text(glued[2])
        offers = (Offer(price.price_krw),) if price.price_krw else price.offers
        name = line[: glued.start(2)].strip(_NAME_END)
        return LineReading(name, "", PriceReading(code="price_unclear", offers=offers))
    code = on_request(line)
    name, unit = split_name(_without_request(line) if code else line)
    return LineReading(name.rstrip(_NAME_END), unit, PriceReading(code=code or "price_blank"))


def _without_request(line: str) -> str:
    cut = re.sub(
        r"\s*[(\[]?(?:시세|싯가|시가|가격\s?문의|전화\s?문의|문의|품절|매진|미정)[)\]]?\s*$",
        "",
        line,
    )
    return cut.rstrip(_NAME_END) or line
