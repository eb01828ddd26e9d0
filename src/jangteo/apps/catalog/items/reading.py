"""From an understood line to the fields of a standard product, each with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jangteo.apps.catalog.standard import FIELDS, JsonValue, clean_value
from jangteo.engines.matching import Understood
from jangteo.engines.sameitem import goods_of, gtin_of
from jangteo.platform.errors import InvalidInput

#: fields of an understood line that are fields of a product under the same name
_SAME = (
    "name", "variety", "brand", "origin", "grade", "state", "net_g", "net_ml", "count", "pack_count",
    "tax_exempt", "storage",
)  # fmt: skip
#: telephone numbers, as sellers write them behind their goods
_GAP = r"[\s().·/_~\-–—]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:[+＋][8８][2２]{_GAP}[0０]?{_GAP}|82[- ]?|[0０])\d{{1,2}}{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)|(?<!\d)1[568]\d{{2}}\s?[-–]\s?\d{{4}}(?!\d)"
)


def without_phones(text: str) -> str:
    """The text less telephone numbers: what is kept of a line can be read by everybody."""
    return _PHONE.sub("", text)


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemDraft:
    """Fields keyed by `standard.FIELDS`, their provenance, and the leaf of the category tree ("" when unsure).

    ``provenance``: key -> {"source": "line", "confidence": 0 to 1, "text": the characters it was read from}; that of the
    name also holds the line it was read from, less price, barcode and telephone numbers, and its words that
    are no field and what the goods are called in it.
    """

    fields: dict[str, JsonValue]
    provenance: dict[str, dict[str, Any]]
    category_slug: str


def fields_from(understood: Understood, *, is_variable_measure: bool = False) -> ItemDraft:
    """What the line says for certain; what is unsure is absent. ``is_variable_measure``: sold by weight.

    A barcode of a shop's own making is left out: it means other goods elsewhere. So is an amount that is no whole
    gram, millilitre or piece, which a standard product cannot hold.
    """
    fields: dict[str, JsonValue] = {}
    provenance: dict[str, dict[str, Any]] = {}

    def take(key: str, value: object, confidence: float, start: int, end: int) -> None:
        clean = _clean(key, value)
        if clean is None:
            return
        fields[key] = clean
        provenance[key] = {
            "source": "line",
            "confidence": round(confidence, 2),
            "text": without_phones(understood.line[start:end])[:80],
        }

    for key in _SAME:
        found = understood.fields.get(key)
        if found is not None:
            take(key, found.value, found.confidence, found.start, found.end)
    for key, found in (("size", understood.size), ("use", understood.use)):
        if found is not None:
            take(key, found.value, found.confidence, found.start, found.end)
    barcode = understood.fields.get("gtin")
    if barcode is not None:
        take("gtin", gtin_of(str(barcode.value)), barcode.confidence, barcode.start, barcode.end)
    if understood.origin_country and "origin" in fields:
        origin = understood.fields["origin"]
        take(
            "origin_country", understood.origin_country, origin.confidence, origin.start, origin.end
        )
    if understood.allergens:
        take("allergens", ", ".join(understood.allergens), 1.0, 0, 0)
    if is_variable_measure:
        fields["is_variable_measure"] = True
        provenance["is_variable_measure"] = {"source": "unit", "confidence": 1.0, "text": "100g"}
    if "name" in provenance:
        goods = goods_of(understood)
        provenance["name"]["line"] = without_phones(goods.text)[:200].strip()
        provenance["name"]["core"] = without_phones(goods.core)[:200]
        provenance["name"]["rest"] = without_phones(goods.rest)[:200].strip()
    ordered = {key: fields[key] for key in FIELDS if key in fields}
    return ItemDraft(
        fields=ordered,
        provenance={key: provenance[key] for key in ordered},
        category_slug=understood.category_slug,
    )


def _clean(key: str, value: object) -> JsonValue | None:
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    try:
        return clean_value(FIELDS[key], value)
    except InvalidInput:
        return None


def draft_from_fields(
    fields: Mapping[str, JsonValue], category_slug: str, source: str
) -> ItemDraft:
    """A draft of fields that a person typed; ``source`` is a machine word such as "office"."""
    return ItemDraft(
        fields=dict(fields),
        provenance={key: {"source": source, "confidence": 1.0, "text": ""} for key in fields},
        category_slug=category_slug,
    )
