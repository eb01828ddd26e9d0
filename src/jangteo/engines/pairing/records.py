"""What a record of a product is, and which of its attributes say what.

A record is a dict of attribute -> text; attributes a record lacks are empty. A `Schema` names the attribute that holds
the name, the one that holds the price and the others that are read as text. It is told, or learned from records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: attribute -> text
Record = Mapping[str, str]
#: a record of one list and a record of another
Pair = tuple[Record, Record]

_NUMBER = re.compile(r"\s*[\d,]+(?:\.\d+)?\s*원?\s*")
_NAMES = ("title", "name", "product", "상품명", "품명")
#: an attribute whose filled values are so often plain numbers holds prices
_MOSTLY = 0.9


class BadPairs(ValueError):
    """These pairs cannot be learned from: give records with at least one attribute and labels of both kinds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Schema:
    """``title``: attribute of the name. ``price``: of the price, "" for none. ``texts``: the other attributes."""

    title: str
    price: str = ""
    texts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain values; `from_json` reads them back."""
        return {"title": self.title, "price": self.price, "texts": list(self.texts)}

    @classmethod
    def from_json(cls, found: Mapping[str, object]) -> Schema:
        """The schema that `to_json` wrote."""
        texts = found["texts"]
        if not isinstance(texts, list):
            raise TypeError("texts must be a list")
        return cls(title=str(found["title"]), price=str(found["price"]), texts=tuple(texts))


def schema_of(records: Iterable[Record]) -> Schema:
    """The schema of ``records``: a known word for a name or else the attribute with the most filled text; the first
    attribute of (nearly) only numbers is the price. `BadPairs` when there is no attribute at all."""
    filled: dict[str, list[str]] = {}
    for record in records:
        for key, value in record.items():
            filled.setdefault(key, [])
            if value.strip():
                filled[key].append(value)
    numeric = [k for k, v in filled.items() if v and _share_of_numbers(v) >= _MOSTLY]
    prices = sorted(numeric, key=lambda k: ("price" not in k and "가격" not in k, k))
    price = prices[0] if prices else ""
    texts = [key for key in filled if key != price]
    if not texts:
        raise BadPairs
    known = [name for name in _NAMES if name in texts]
    title = (
        known[0] if known else max(texts, key=lambda k: (len(filled[k]), sum(map(len, filled[k]))))
    )
    return Schema(title=title, price=price, texts=tuple(sorted(set(texts) - {title})))


def _share_of_numbers(values: Sequence[str]) -> float:
    return sum(bool(_NUMBER.fullmatch(v)) for v in values) / len(values)


def key_of(record: Record) -> tuple[tuple[str, str], ...]:
    """What makes two records the same text."""
    return tuple(sorted(record.items()))
