"""What the results can be narrowed by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from jangteo.engines.retrieval.records import Document, Facet

#: upper bounds of the price bands, won, exclusive
PRICE_BANDS = (5_000, 10_000, 20_000, 30_000, 50_000, 100_000)
_MOST = 12


def price_band(price_krw: int) -> str:
    """The band of a price: "5000-10000"; the last has no end."""
    low = 0
    for bound in PRICE_BANDS:
        if price_krw < bound:
            return f"{low}-{bound}"
        low = bound
    return f"{low}-"


def facets_of(documents: Iterable[Document]) -> tuple[Facet, ...]:
    """Counts by price band, country or province of origin, stall, shelf, storage, and voucher accepted."""
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("price", "origin", "stall", "category", "storage", "voucher")
    }
    for document in documents:
        if document.price_krw is not None:
            counts["price"][price_band(document.price_krw)] += 1
        if document.origin:
            counts["origin"][document.origin.split()[0]] += 1
        if document.stall:
            counts["stall"][document.stall] += 1
        if document.category:
            counts["category"][document.category[-1]] += 1
        if document.storage:
            counts["storage"][document.storage] += 1
        if document.takes_voucher:
            counts["voucher"]["yes"] += 1
    return tuple(
        Facet(
            name=name,
            values=tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST]),
        )
        for name, found in counts.items()
        if found
    )
