"""What identifies an item, and by what it is found.

`block_keys` are hashes of the whole identity, of the identity less one field each (so that an item is found although
one side does not say one thing: leave-one-out blocking, cf. Papadakis et al., "Blocking and filtering techniques for
entity resolution", ACM Computing Surveys 2020) and of a few looser combinations.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jangteo.apps.catalog.models import Item
from jangteo.engines.sameitem import Goods, goods_from, gtin_of
from jangteo.platform.text import fold

#: the longest key the column holds
_MOST = 200
#: fresh and chilled are one state: sellers write either for goods on ice
_STATES = {"chilled": "fresh"}


def goods_of_fields(
    fields: Mapping[str, object],
    category_slug: str = "",
    *,
    text: str = "",
    core: str = "",
    rest: str = "",
) -> Goods:
    """Fields of a product in the form the matcher compares.

    ``text``: its full name as somebody wrote it, ``core`` and ``rest`` as `Goods`; without ``core`` the text is read for it,
    which takes a millisecond.
    """
    made = goods_from(
        {
            **fields,
            "category_slug": category_slug or None,
            "text": text if text and not core else None,
            "variable_measure": fields.get("is_variable_measure") is True,
        }
    )
    return replace(made, text=text, core=core, rest=rest) if core else made


def goods_of_item(item: Item) -> Goods:
    """An item in the form the matcher compares."""
    text, rest = words_of(item.provenance)
    core = str((item.provenance.get("name") or {}).get("core") or "")
    return goods_of_fields(item.fields, item.category_slug, text=text, core=core, rest=rest)


def words_of(provenance: Mapping[str, Any]) -> tuple[str, str]:
    """The line a name was read from (without price and barcode), and its words that are no field; "" when typed."""
    name: Mapping[str, Any] = provenance.get("name") or {}
    return str(name.get("line") or ""), str(name.get("rest") or "")


def identity(fields: Mapping[str, object]) -> dict[str, str]:
    """The parts of ``fields`` that tell goods apart, each in the one form it is compared in; no empty ones."""
    goods = goods_of_fields(fields)
    packs = goods.pack_count if goods.pack_count and goods.pack_count > 1 else None
    parts = {
        "name": fold(goods.name or ""),
        "variety": fold(goods.variety or ""),
        "brand": fold(goods.brand or ""),
        "origin": goods.origin or "",
        # 1+ and 1++ are equal once their signs are folded away
        "grade": (goods.grade or "").replace(" ", ""),
        "state": _STATES.get(goods.state or "", goods.state or ""),
        "size": fold(goods.size or ""),
        "net": _net(goods),
        "loose": "1" if goods.variable_measure else "",
        "count": str(goods.count) if goods.count and goods.count > 1 else "",
        "packs": str(packs or ""),
    }
    return {key: value for key, value in parts.items() if value}


def match_key(fields: Mapping[str, object], rest: str = "") -> str:
    """All that identifies goods in one line; "" when they have no name. ``rest``: words of the line that are no field.

    Equal keys are the same goods by the simple rule. GTIN stands apart: it decides alone.
    """
    parts = identity(fields)
    if "name" not in parts:
        return ""
    # 까르보 may be no field, and still is what makes it another product
    words = sorted({fold(word) for word in rest.split()} - {""})
    if words:
        parts["rest"] = " ".join(words)
    key = "|".join(f"{name}={value}" for name, value in parts.items())
    if len(key) <= _MOST:
        return key
    return f"{key[: _MOST - 41]}#{hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()}"


def block_keys(fields: Mapping[str, object], category_slug: str = "") -> dict[int, float]:
    """Hash -> weight of everything an item with these fields is found by, the more telling the heavier."""
    parts = identity(fields)
    found: dict[str, float] = {}
    gtin = gtin_of(str(fields.get("gtin") or "") or None)
    if gtin:
        found[f"gtin:{gtin}"] = 100.0
    if "name" in parts:
        found[_joined("all", parts)] = 10.0
        for left_out in parts:
            if len(parts) > 1:
                rest = {key: value for key, value in parts.items() if key != left_out}
                found.setdefault(_joined("all", rest), 6.0)
    for names, weight in _LOOSER:
        if all(name in parts for name in names):
            found.setdefault(_joined("", {name: parts[name] for name in names}), weight)
    for name in _names(fields, parts):
        found.setdefault(f"name:{name}", 1.5)
        if len(name) >= 4:
            # 고등어자반 and 자반고등어
            found.setdefault("letters:" + "".join(sorted(name)), 1.0)
    if category_slug and "net" in parts:
        found.setdefault(f"shelf:{category_slug}:{parts['net']}", 0.5)
    return {_hashed(text): weight for text, weight in found.items()}


_LOOSER: tuple[tuple[tuple[str, ...], float], ...] = (
    (("name", "variety", "net", "packs"), 4.0),
    (("name", "variety", "net"), 3.5),
    (("name", "brand", "net"), 3.5),
    (("name", "net", "packs"), 3.0),
    (("name", "net"), 2.5),
    (("name", "variety"), 2.5),
    (("name", "brand"), 2.5),
    (("brand", "variety"), 2.0),
    (("brand", "net"), 1.0),
    (("variety", "net"), 1.0),
)


def _names(fields: Mapping[str, object], parts: Mapping[str, str]) -> list[str]:
    """Name, variety and the other names an item is known by."""
    others: Any = fields.get("other_names") or ()
    said = [parts.get("name", ""), parts.get("variety", ""), *(fold(str(one)) for one in others)]
    return list(dict.fromkeys(name for name in said if name))


def _joined(kind: str, parts: Mapping[str, str]) -> str:
    return kind + ":" + "|".join(f"{name}={value}" for name, value in parts.items())


def _hashed(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _net(goods: Goods) -> str:
    if goods.variable_measure:
        return ""
    for amount, unit in ((goods.net_g, "g"), (goods.net_ml, "ml")):
        if amount and math.isfinite(amount):
            return f"{amount:g}{unit}"
    return ""
