"""An item as pages and the API show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from jangteo.apps.catalog.models import Item
from jangteo.apps.catalog.standard import FIELDS, JsonValue
from jangteo.engines.matching.lexicon import lexicon

_STATES = {
    "fresh": ("생물", "fresh"), "chilled": ("냉장", "chilled"), "frozen": ("냉동", "frozen"),
    "dried": ("건조", "dried"), "processed": ("가공", "processed"), "room": ("실온", "room temperature"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One field with its value in words; ``value`` as stored."""

    key: str
    label_ko: str
    label_en: str
    value: JsonValue
    text_ko: str
    text_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemCard:
    """``title``: variety, name, grade, amount and origin in one line, as people tell goods apart."""

    id: int
    code: str
    name: str
    title: str
    #: Korean names of the three levels, () when unknown
    category: tuple[str, ...]
    category_slug: str
    gtin: str
    amount: str
    origin: str
    state: str
    version: int
    facts: tuple[Fact, ...]


def card(item: Item) -> ItemCard:
    """The item's reading record."""
    fields: Mapping[str, Any] = item.fields
    leaf = lexicon().categories.get(item.category_slug)
    return ItemCard(
        id=item.pk,
        code=item.code,
        name=item.name,
        title=title_of(item.name, fields),
        category=leaf.path if leaf else (),
        category_slug=item.category_slug,
        gtin=item.gtin or "",
        amount=amount_text(fields),
        origin=str(fields.get("origin") or ""),
        state=item.state,
        version=item.version,
        facts=facts_of(fields),
    )


def title_of(name: str, fields: Mapping[str, Any]) -> str:
    """청송 사과(부사) 특 5kg: the words that tell this product from its neighbours."""
    variety = fields.get("variety")
    called = f"{name}({variety})" if variety and str(variety) not in name else name
    state = _STATES.get(str(fields.get("state") or ""), ("", ""))[0]
    shown_state = state if fields.get("state") in ("frozen", "dried") and state not in name else ""
    parts = (
        fields.get("origin"), fields.get("brand"), called, fields.get("grade"), fields.get("size"),
        shown_state, amount_text(fields),
    )  # fmt: skip
    return " ".join(str(part) for part in parts if part)


def amount_text(fields: Mapping[str, Any]) -> str:
    """5kg, 500ml x 12, 30개; "" when nothing is said."""
    grams, ml = fields.get("net_g"), fields.get("net_ml")
    net = ""
    if isinstance(grams, int):
        net = f"{grams / 1000:g}kg" if grams >= 1000 else f"{grams}g"
    elif isinstance(ml, int):
        net = f"{ml / 1000:g}L" if ml >= 1000 else f"{ml}ml"
    count, packs = fields.get("count"), fields.get("pack_count")
    pieces = f"{count}개" if isinstance(count, int) and count > 1 else ""
    one = " ".join(part for part in (net, pieces) if part)
    if isinstance(packs, int) and packs > 1:
        return f"{one} × {packs}" if one else f"{packs}묶음"
    return one


def facts_of(fields: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Every known field in the order of `standard.FIELDS`."""
    return tuple(
        Fact(
            key=key,
            label_ko=one.ko,
            label_en=one.en,
            value=fields[key],
            text_ko=_said(key, fields[key], one.unit)[0],
            text_en=_said(key, fields[key], one.unit)[1],
        )
        for key, one in FIELDS.items()
        if key in fields
    )


def _said(key: str, value: JsonValue, unit: str) -> tuple[str, str]:
    if key == "origin_country":
        names = [Locale(code).territories.get(str(value), str(value)) for code in ("ko", "en")]
        return names[0], names[1]
    return in_words(value, unit)


def in_words(value: JsonValue, unit: str = "") -> tuple[str, str]:
    """A stored value in Korean and English."""
    if isinstance(value, bool):
        return ("예", "yes") if value else ("아니요", "no")
    if isinstance(value, int):
        shown = f"{value:,}{unit}" if unit in ("g", "ml") else f"{value:,}"
        return shown, shown
    if isinstance(value, list):
        return ", ".join(value), ", ".join(value)
    return _STATES.get(value, (value, value))
