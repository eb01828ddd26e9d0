"""One offer's goods as labels need them: the offer's own word first, then the label's, then the standard product's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import prefetch_related_objects

from jangteo.apps.catalog.models import Item, Offer
from jangteo.apps.catalog.publishing.kinds import LabelKind, kind_of
from jangteo.engines.matching import understand
from jangteo.engines.matching.lexicon import lexicon

_PARTS = re.compile(r"[\s,·/()\[\]]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Goods:
    """What is known of the goods of one offer. Texts are "" and numbers None where nothing is known."""

    name: str
    name_en: str
    variety: str
    brand: str
    #: as the seller says it, such as "국내산(진도)"
    origin: str
    #: ISO 3166-1 alpha-2; "" when the words do not say one country
    country: str
    grade: str
    part: str
    #: 한우, 육우 ...
    breed: str
    #: "fresh", "chilled", "frozen", "dried", "processed" or ""
    goods_state: str
    unit: str
    #: won for one unit, VAT included
    price_krw: int
    net_g: int | None
    net_ml: int | None
    pieces: int | None
    pack_count: int | None
    #: sold in steps of 100 g
    is_weighed: bool
    #: "exempt" or "taxed"
    tax: str
    #: "room", "chilled" or "frozen"
    storage: str
    storage_note: str
    use_by_days: int | None
    use_by_text: str
    allergens: str
    ingredients: str
    nutrition: str
    is_gmo: bool | None
    cautions: str
    food_type: str
    report_no: str
    maker: str
    maker_address: str
    importer: str
    trace_no: str
    certification: str
    certification_no: str
    catch_area: str
    #: 14 digits
    gtin: str
    #: the standard product's own number
    item_code: str
    gpc_brick: str
    #: leaf of the category tree and its three Korean names; "" and () while unknown
    category_slug: str
    category_path: tuple[str, ...]
    #: slug of the shop's shelf
    shelf: str
    kind: LabelKind

    @property
    def is_imported(self) -> bool:
        return self.country not in ("", "KR")


def goods_of(offer: Offer, item: Item | None = None) -> Goods:
    """The offer's goods; a merged item is followed. ``item`` when it is known already. At most a few queries."""
    item = item or (current_item(offer.item) if offer.item_id else None)
    return Goods(**goods_values(offer, item))


def goods_values(offer: Offer, item: Item | None) -> dict[str, Any]:
    """The fields of `Goods`."""
    shared: Mapping[str, Any] = item.fields if item else {}
    label: Mapping[str, Any] = offer.label or {}

    def text(key: str, own: str = "") -> str:
        return str(own or label.get(key) or shared.get(key) or "")

    def whole(key: str, own: int | None = None) -> int | None:
        found = own or label.get(key) or shared.get(key)
        return int(found) if found else None

    shelf = offer.category.slug if offer.category_id and offer.category else ""
    leaf = (item.category_slug if item else "") or leaf_of(offer.name, shelf)
    origin = text("origin", offer.origin)
    told: dict[str, Any] = {
        "name": offer.name,
        "name_en": offer.name_en or str(shared.get("name_en") or ""),
        "variety": text("variety"),
        "brand": text("brand"),
        "origin": origin,
        # the item's country goes with the item's words; other words of the seller's speak for themselves
        "country": country_of(origin) or ("" if offer.origin else str(shared.get("origin_country") or "")),
        "grade": text("grade"),
        "part": text("part"),
        "breed": text("breed"),
        "goods_state": text("state"),
        "unit": offer.unit,
        "price_krw": offer.price_krw,
        "net_g": offer.net_g or (None if offer.net_ml else whole("net_g")),
        "net_ml": offer.net_ml or (None if offer.net_g else whole("net_ml")),
        "pieces": offer.pieces or whole("count"),
        "pack_count": whole("pack_count"),
        "is_weighed": offer.is_weighed,
        "tax": offer.tax,
        "storage": offer.storage,
        "storage_note": text("storage_note"),
        "use_by_days": offer.use_by_days or whole("use_by_days"),
        "use_by_text": text("use_by_text"),
        "allergens": text("allergens", offer.allergens),
        "ingredients": text("ingredients"),
        "nutrition": text("nutrition"),
        "is_gmo": label.get("is_gmo", shared.get("is_gmo")),
        "cautions": text("cautions"),
        "food_type": text("food_type"),
        "report_no": text("report_no"),
        "maker": text("maker"),
        "maker_address": text("maker_address"),
        "importer": text("importer"),
        "trace_no": text("trace_no"),
        "certification": text("certification"),
        "certification_no": text("certification_no"),
        "catch_area": text("catch_area"),
        "gtin": (item.gtin or "") if item else "",
        "item_code": item.code if item else "",
        "gpc_brick": item.gpc_brick if item else "",
        "category_slug": leaf,
        "category_path": path_of(leaf),
        "shelf": shelf,
    }  # fmt: skip
    told["kind"] = kind_of(
        leaf=leaf,
        shelf=shelf,
        tax=offer.tax,
        is_packed=bool(told["gtin"] or told["report_no"] or told["importer"] or told["maker"]),
    )
    return told


def current_item(item: Item | None) -> Item | None:
    """The item it became, however often it was merged."""
    seen: set[int] = set()
    while item is not None and item.merged_into_id is not None and item.pk not in seen:
        seen.add(item.pk)
        item = item.merged_into
    return item


def current_items(offers: Sequence[Offer]) -> dict[int, Item]:
    """The items of many offers by the offers' ``item_id``, merged ones followed: one query for each step of merging."""
    wanted = {offer.item_id for offer in offers if offer.item_id}
    found = {item.pk: item for item in Item.objects.filter(pk__in=wanted)}
    while True:
        more = {
            item.merged_into_id for item in found.values() if item.merged_into_id
        } - found.keys()
        if not more:
            break
        found |= {item.pk: item for item in Item.objects.filter(pk__in=more)}

    def last(item: Item) -> Item:
        for _ in range(len(found)):
            if item.merged_into_id is None:
                break
            item = found[item.merged_into_id]
        return item

    return {pk: last(found[pk]) for pk in wanted if pk in found}


def goods_of_many(offers: Sequence[Offer]) -> list[Goods]:
    """`goods_of` of many offers, saved or not, in a few queries."""
    prefetch_related_objects(list(offers), "category")
    items = current_items(offers)
    return [Goods(**goods_values(offer, items.get(offer.item_id or 0))) for offer in offers]


@lru_cache(maxsize=8192)
def leaf_of(name: str, shelf: str) -> str:
    """The leaf of the category tree a name says, on the shelf the goods stand on; "" when it is not certain."""
    slug = understand(name).category_slug
    if not slug:
        return ""
    on = lexicon().categories[slug].sample_slug
    return slug if not shelf or on in ("", shelf) or not _is_shelf(shelf) else ""


@lru_cache(maxsize=1)
def _shelves() -> frozenset[str]:
    return frozenset(c.sample_slug for c in lexicon().categories.values() if c.sample_slug)


def _is_shelf(slug: str) -> bool:
    return slug in _shelves()


def path_of(leaf: str) -> tuple[str, ...]:
    """Three Korean names of a leaf; () for none."""
    found = lexicon().categories.get(leaf)
    return found.path if found else ()


@lru_cache(maxsize=4096)
def country_of(origin: str) -> str:
    """The country the words begin with: 국내산(진도) KR, 러시아산(국내 가공) RU, 수입산 "". Longest known word first."""
    words = lexicon().words
    for part in _PARTS.split(origin.strip().lower()):
        for length in range(len(part), 1, -1):
            places = [w for w in words.get(part[:length], ()) if w.kind == "place"]
            if not places:
                continue
            kind = places[0].names[0]
            if kind in ("country", "home"):
                return places[0].iso
            # 진도산, 전남: a Korean place without the country is Korean (원산지표시법 시행령 제5조 별표 1)
            return "KR" if kind in ("province", "place") else ""
    return ""


def is_told_only_as_foreign(origin: str) -> bool:
    """수입산, 외국산: not from here, and no country said."""
    words = lexicon().words
    parts: Iterable[str] = filter(None, _PARTS.split(origin.strip().lower()))
    kinds = {w.names[0] for part in parts for w in words.get(part, ()) if w.kind == "place"}
    return "import" in kinds and "country" not in kinds
