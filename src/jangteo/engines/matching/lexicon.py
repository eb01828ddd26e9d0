"""The words the engine knows: goods, varieties, brands and places, read once from the tables in ``data/``."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jangteo.engines.matching.words import FIXED_WORDS

_HERE = Path(__file__).parent
#: varieties of one syllable that are called by it
_SHORT = frozenset("꿀밤찰")
_EXEMPT = {"exempt": True, "taxed": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A leaf of the three-level tree and what goods in it are unless the line says otherwise."""

    slug: str
    path: tuple[str, str, str]
    sample_slug: str
    state: str
    tax_exempt: bool | None
    storage: str
    geun_g: int | None


@dataclass(frozen=True, slots=True)
class Word:
    """A known word. ``kind``: item, variety, brand, place, or one of the kinds of ``FIXED_WORDS``."""

    kind: str
    value: str
    category: str = ""
    variety: str = ""
    brand: str = ""
    #: overrides of the category: "" none, "-" unknown
    state: str = ""
    tax: str = ""
    storage: str = ""
    #: names this variety belongs to; of a place its kind and country
    names: tuple[str, ...] = ()
    #: the one name that the variety alone implies
    implies: str = ""
    iso: str = ""
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """All words by their surface without spaces, in lower case."""

    words: dict[str, tuple[Word, ...]]
    categories: dict[str, Category]
    items: dict[str, Word]
    spellings: tuple[tuple[str, str], ...]
    longest: int
    #: surfaces that hold digits, longest first: read before quantities and prices
    with_digits: tuple[str, ...]
    starts: frozenset[str] = field(default_factory=frozenset)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The tables as one lexicon; read once per process."""
    words: dict[str, list[Word]] = defaultdict(list)
    items: dict[str, Word] = {}
    aliases: dict[str, list[Word]] = defaultdict(list)
    for row in _rows("data/items.csv"):
        word = Word(
            "item",
            row["name"],
            row["category"],
            row["variety"],
            row["brand"],
            row["state"],
            row["tax"],
            row["storage"],
        )
        surface = row["alias"].lower()
        words[surface].append(word)
        items.setdefault(row["name"], word)
        if not word.variety:
            aliases[row["name"]].append(
                Word(
                    "item", row["alias"], word.category, "", "", word.state, word.tax, word.storage
                )
            )
    _add_varieties(words, items, aliases)
    for row in _rows("data/brands.csv"):
        words[row["alias"].lower()].append(Word("brand", row["brand"]))
    for row in _rows("data/places.csv"):
        doubtful = row["note"] == "ambiguous"
        surface = row["word"].lower()
        word = Word("place", row["word"], names=(row["kind"],), iso=row["iso"], doubtful=doubtful)
        words[surface].append(word)
        if not surface.endswith("산"):
            words[surface + "산"].append(
                Word("place", row["word"] + "산", names=(row["kind"],), iso=row["iso"])
            )
    for kind, listed in FIXED_WORDS.items():
        for surface, value in listed.items():
            words[surface].append(Word(kind, value))
    known = {surface: tuple(found) for surface, found in words.items()}
    digits = [
        surface
        for surface, found in known.items()
        if any(c.isdigit() for c in surface)
        and not surface.isdecimal()
        and any(w.kind in ("item", "brand", "variety") for w in found)
    ]
    return Lexicon(
        words=known,
        categories=_categories(),
        items=items,
        spellings=tuple((r["written"], r["standard"]) for r in _rows("data/spellings.csv")),
        longest=max(map(len, known)),
        with_digits=tuple(sorted(digits, key=len, reverse=True)),
        starts=frozenset(surface[0] for surface in known),
    )


def _add_varieties(
    words: dict[str, list[Word]], items: dict[str, Word], aliases: dict[str, list[Word]]
) -> None:
    """Varieties alone (부사) and glued before their goods (꿀고구마)."""
    names: dict[str, list[str]] = defaultdict(list)
    implied: dict[str, list[str]] = defaultdict(list)
    rows = list(_rows("data/varieties.csv"))
    listed = {(row["name"], row["variety"].lower()) for row in rows}
    for row in rows:
        names[row["variety"]].append(row["name"])
        if row["implies"]:
            implied[row["variety"]].append(row["name"])
        for item in aliases.get(row["name"], []):
            surface = (row["variety"] + item.value).lower()
            if surface not in words:
                words[surface].append(
                    Word(
                        "item",
                        row["name"],
                        item.category,
                        _called(row["name"], row["variety"], surface, listed),
                        "",
                        item.state,
                        item.tax,
                        item.storage,
                    )
                )
    for variety, owners in names.items():
        one = list(dict.fromkeys(implied[variety]))
        implies = one[0] if len(one) == 1 and one[0] in items else ""
        words[variety.lower()].append(
            Word("variety", variety, names=tuple(owners), implies=implies)
        )


def _called(name: str, variety: str, surface: str, listed: set[tuple[str, str]]) -> str:
    """적상추 and 흑토마토 are called so as a whole; 설향딸기 is 설향, 꿀고구마 is 꿀."""
    whole = len(variety) == 1 and variety not in _SHORT
    return surface if whole or (name, surface) in listed else variety


def _categories() -> dict[str, Category]:
    return {
        row["slug"]: Category(
            slug=row["slug"],
            path=(row["level1_ko"], row["level2_ko"], row["level3_ko"]),
            sample_slug=row["sample_slug"],
            state=row["state"],
            tax_exempt=_EXEMPT.get(row["tax"]),
            storage=row["storage"],
            geun_g=int(row["geun_g"]) if row["geun_g"] else None,
        )
        for row in _rows("categories.csv")
    }
