"""What is certain before any model is asked: equal barcodes are one item, contradicting fields are two.

What counts as the same item is written in docs/decisions (same item). Only what both sides say can contradict.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from jangteo.engines.pairing import tokens
from jangteo.engines.sameitem.goods import (
    DEEP_SEA,
    HOME,
    IMPORTED,
    Goods,
    letters_of,
    shelf_of,
)

#: two nominal amounts within this share are one amount, rounded differently
_ROUNDING = 0.01
#: ... and where one side wrote 약 or 내외
_ABOUT = 0.08
#: fresh and chilled are one state: sellers write either for goods on ice
_STATES = {"fresh": "fresh", "chilled": "fresh"}
_STATE_KO = {
    "fresh": "생물", "chilled": "냉장", "frozen": "냉동", "dried": "건조", "processed": "가공",
}  # fmt: skip


_ORIGIN_KO = {
    HOME: "국산", IMPORTED: "수입", DEEP_SEA: "원양산", "CN": "중국", "US": "미국", "AU": "호주", "JP": "일본",
    "RU": "러시아", "VN": "베트남", "NO": "노르웨이", "CL": "칠레", "TH": "태국", "ES": "스페인", "NZ": "뉴질랜드",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why: the field (``gtin``, ``net``, ``packs``, ``count``, ``state``, ``species``, ``origin``, ``grade``, ``size``,
    ``name``, ``variety``, ``brand``, ``several``, ``model``), and a sentence in two languages."""

    field: str
    ko: str
    en: str


def in_korean(field: str, value: str | None) -> str:
    """A field's value as people read it: states and origins are kept as codes."""
    if not value:
        return ""
    known = {"state": _STATE_KO, "origin": _ORIGIN_KO}.get(field, {})
    return known.get(value, value)


def same_barcode(a: Goods, b: Goods) -> bool | None:
    """Are the two valid GTINs equal? None unless both have one."""
    return a.gtin == b.gtin if a.gtin and b.gtin else None


def contradictions(a: Goods, b: Goods) -> list[Reason]:
    """Every field in which the two cannot be one item; empty when nothing contradicts."""
    found = [
        *_shelf(a, b), *_state(a, b), *_origin(a, b), *_word(a, b, "grade", "등급이", "Grade"),
        *_word(a, b, "size", "크기가", "Size"),
        *_brand(a, b),
    ]  # fmt: skip
    if not (a.variable_measure or b.variable_measure):
        found += _amount(a, b)
    return found


def unsaid(a: Goods, b: Goods) -> list[Reason]:
    """What only one side says although an item is not known without it: its amount."""
    if a.variable_measure or b.variable_measure:
        return []
    one, other = (bool(x.net_g or x.net_ml) for x in (a, b))
    if one == other or _pieces_agree(a, b):
        return []
    return [
        Reason(
            field="net",
            ko="내용량이 한쪽에만 있어요.",
            en="Only one side states its net content.",
        )
    ]


def _shelf(a: Goods, b: Goods) -> list[Reason]:
    """Another second level of the category tree is another species (or part, or kind of goods)."""
    one, other = shelf_of(a.category)[:2], shelf_of(b.category)[:2]
    if not one or not other or one == other or _related(a, b):
        return []
    return [
        Reason(
            field="species",
            ko=f"다른 갈래의 상품이에요 ({one[-1]} · {other[-1]}).",
            en=f"They are different kinds of goods ({one[-1]}, {other[-1]}).",
        )
    ]


def _related(a: Goods, b: Goods) -> bool:
    """Does one name stand in the other side's words? Then the kind may be misread, and the model has the last word."""
    if not a.name or not b.name:
        return True
    one, other = ("".join(f"{x.variety or ''}{x.name}{x.rest}".split()) for x in (a, b))
    return a.name in other or b.name in one


def _state(a: Goods, b: Goods) -> list[Reason]:
    if not a.state or not b.state:
        return []
    if _STATES.get(a.state, a.state) == _STATES.get(b.state, b.state):
        return []
    # "processed" comes from the kind of goods, and the kind may be misread: 멸치 볶음용, 멸치볶음
    if "processed" in (a.state, b.state) and a.category != b.category and _related(a, b):
        return []
    one, other = (_STATE_KO.get(x, x) for x in (a.state, b.state))
    return [
        Reason(
            field="state",
            ko=f"상태가 달라요 ({one} · {other}).",
            en=f"The state differs ({a.state}, {b.state}).",
        )
    ]


def _origin(a: Goods, b: Goods) -> list[Reason]:
    one, other = a.origin, b.origin
    if not one or not other or one == other:
        return []
    # imported, of a country that was not said: it may be the other's country
    if IMPORTED in (one, other) and not {HOME, DEEP_SEA} & {one, other}:
        return []
    return [
        Reason(
            field="origin",
            ko="원산지가 달라요.",
            en="The origin differs.",
        )
    ]


@lru_cache(maxsize=1)
def _houses() -> dict[str, frozenset[str]]:
    """Of each brand the houses it belongs to: 백설 and CJ are two ways to name one maker."""
    found: dict[str, set[str]] = {}
    with (Path(__file__).parent / "data" / "houses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for brand in row["brands"].split():
                found.setdefault(brand.lower(), set()).add(row["house"])
    return {brand: frozenset(houses) for brand, houses in found.items()}


def _brand(a: Goods, b: Goods) -> list[Reason]:
    """Two brands of different houses; none where one stands in the other side's text, or is written nearly alike."""
    if not a.brand or not b.brand or a.brand == b.brand:
        return []
    one, other = a.brand.lower(), b.brand.lower()
    houses = _houses()
    if houses.get(one, frozenset()) & houses.get(other, frozenset()):
        return []
    texts = [letters_of(f"{x.text}{x.name or ''}{x.rest}") for x in (a, b)]
    if letters_of(one) in texts[1] or letters_of(other) in texts[0]:
        return []
    # one typed stroke apart: 풀무원, 풀뮤원
    if Levenshtein.distance(tokens.jamo(one), tokens.jamo(other), score_cutoff=1) <= 1:
        return []
    return _word(a, b, "brand", "상표가", "Brand")


def _word(a: Goods, b: Goods, field: str, ko: str, en: str) -> list[Reason]:
    one, other = getattr(a, field), getattr(b, field)
    if not one or not other or one == other:
        return []
    return [
        Reason(
            field=field,
            ko=f"{ko} 달라요 ({one} · {other}).",
            en=f"{en} differs ({one}, {other}).",
        )
    ]


def _amount(a: Goods, b: Goods) -> list[Reason]:
    slack = _ABOUT if a.approximate or b.approximate else _ROUNDING
    for field, unit in (("net_g", "g"), ("net_ml", "ml")):
        one, other = getattr(a, field), getattr(b, field)
        if one and other and abs(one - other) > slack * max(one, other):
            return [
                Reason(
                    field="net",
                    ko=f"내용량이 달라요 ({_said(one, unit)} · {_said(other, unit)}).",
                    en=f"Net content differs ({_said(one, unit)}, {_said(other, unit)}).",
                )
            ]
    both_net = bool((a.net_g and b.net_g) or (a.net_ml and b.net_ml))
    if a.count and b.count and (a.count, a.pack_count or 1) != (b.count, b.pack_count or 1):
        if a.count * (a.pack_count or 1) == b.count * (b.pack_count or 1):
            return []
        return [_number("count", "개수가", "Number of pieces", a.count * (a.pack_count or 1), b.count * (b.pack_count or 1))]  # fmt: skip
    if not a.pack_count or not b.pack_count or a.pack_count == b.pack_count:
        return []
    if _pieces_agree(a, b):
        return []
    # without a weight "1" is what an understood line says when it says nothing
    if not both_net and 1 in (a.pack_count, b.pack_count) and (a.count or b.count):
        return []
    return [_number("packs", "묶음 수가", "Number of packs", a.pack_count, b.pack_count)]


def _pieces_agree(a: Goods, b: Goods) -> bool:
    """5입 and 120g*5: one line counts pieces, the other packs."""
    one, other = (
        {x.pack_count or 1} | ({x.count * (x.pack_count or 1)} if x.count else set())
        for x in (a, b)
    )
    return max(one) == max(other) > 1


def _number(field: str, ko: str, en: str, one: int, other: int) -> Reason:
    return Reason(
        field=field,
        ko=f"{ko} 달라요 ({one} · {other}).",
        en=f"{en} differs ({one}, {other}).",
    )


def _said(amount: float, unit: str) -> str:
    if amount >= 1000:
        return f"{amount / 1000:g}{'kg' if unit == 'g' else 'L'}"
    return f"{amount:g}{unit}"
