"""What one product line says, field by field, with confidence and the characters it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

#: the fields of the JSON form, in its order
FIELDS = (
    "name",
    "variety",
    "brand",
    "origin",
    "grade",
    "state",
    "net_g",
    "net_ml",
    "count",
    "pack_count",
    "total_g",
    "total_ml",
    "price_krw",
    "tax_exempt",
    "storage",
    "gtin",
)

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Found:
    """``value`` with ``confidence`` 0 to 1, read from ``line[start:end]``."""

    value: Value
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A question for a person: which field, and the question in two languages."""

    field: str
    ko: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketUnits:
    """What customary units weigh in one market.

    ``geun_g`` by category slug (level 2 or 3) overrides the 근 of the category table, ``gwan_g`` is one 관,
    ``measure_g`` the grams of (unit, goods), as ``{("되", "쌀"): 1600}``; goods "" means any. A 되 or 말 that
    no rule covers is asked, for it differs from market to market.
    """

    geun_g: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    gwan_g: int = 3750
    measure_g: Mapping[tuple[str, str], int] = field(default_factory=lambda: MappingProxyType({}))


DEFAULT = MarketUnits()


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """Everything read from ``line``: ``fields`` holds certain fields only, ``asks`` what a person must say.

    ``net_g`` and ``net_ml`` are of one pack, ``count`` is the pieces in that one pack, ``pack_count`` the packs,
    ``total_g`` and ``total_ml`` of all packs: 고등어 2손 is count 2, pack_count 2, four fish.

    ``category`` is the path of slugs' Korean names, three levels, or () when unsure; ``category_slug`` its leaf.
    ``unit_price_krw_100g`` is won per 100 g (or 100 ml), said or computed. ``approximate``: the weight was
    written with 약 or 내외, and ``net_g`` is the nominal one.
    """

    line: str
    fields: Mapping[str, Found]
    asks: tuple[Ask, ...] = ()
    category: tuple[str, ...] = ()
    category_slug: str = ""
    sample_slug: str = ""
    unit_price_krw_100g: float | None = None
    use: Found | None = None
    size: Found | None = None
    marks: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    origin_country: str = ""
    approximate: bool = False

    def value(self, name: str) -> Value | None:
        """The value of a field, None when it is not certain."""
        found = self.fields.get(name)
        return None if found is None else found.value


def to_json(understood: Understood) -> dict[str, object]:
    """The JSON form: every field of ``FIELDS`` (null when unsure), ``asks``, and the rest below ``details``."""
    made: dict[str, object] = {name: understood.value(name) for name in FIELDS}
    made["asks"] = [{"field": a.field, "ko": a.ko, "en": a.en} for a in understood.asks]
    made["details"] = {
        "category": list(understood.category),
        "category_slug": understood.category_slug or None,
        "unit_price_krw_100g": understood.unit_price_krw_100g,
        "use": understood.use.value if understood.use else None,
        "size": understood.size.value if understood.size else None,
        "marks": list(understood.marks),
        "allergens": list(understood.allergens),
        "origin_country": understood.origin_country or None,
        "approximate": understood.approximate,
        "spans": {name: [f.start, f.end] for name, f in understood.fields.items()},
        "confidence": {name: round(f.confidence, 2) for name, f in understood.fields.items()},
    }
    return made
