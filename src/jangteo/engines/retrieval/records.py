"""What goes into the index and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Texts to vectors of their meaning: one row per text, float32, length 1 each."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One offer as search sees it. Only ``id`` and ``name`` are needed; money is won, amounts grams and millilitres."""

    id: int
    name: str
    name_en: str = ""
    variety: str = ""
    brand: str = ""
    origin: str = ""
    grade: str = ""
    unit: str = ""
    price_krw: int | None = None
    #: won for 100 g or 100 ml
    per_100_krw: int | None = None
    net_g: float | None = None
    net_ml: float | None = None
    pieces: int | None = None
    stall: str = ""
    stall_id: int | None = None
    #: from the widest to the narrowest, or one shelf
    category: tuple[str, ...] = ()
    storage: str = ""
    description: str = ""
    takes_voucher: bool = False
    #: may be ordered now: in stock, its stall open
    available: bool = True


class Sort(StrEnum):
    """Order of the results."""

    RELEVANCE = "relevance"
    PRICE = "price"
    PER_100 = "per_100"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What a shopper ticked; every one that is set must hold."""

    min_krw: int | None = None
    #: exclusive when ``below`` is set
    max_krw: int | None = None
    origins: frozenset[str] = frozenset()
    stall_ids: frozenset[int] = frozenset()
    storages: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    takes_voucher: bool | None = None
    available: bool | None = None

    def holds(self, document: Document) -> bool:
        """Does every filter that is set hold for ``document``? An unknown price is in no range."""
        price = document.price_krw
        return (
            (self.min_krw is None or (price is not None and price >= self.min_krw))
            and (self.max_krw is None or (price is not None and price <= self.max_krw))
            and (not self.origins or any(o in document.origin for o in self.origins))
            and (not self.stall_ids or document.stall_id in self.stall_ids)
            and (not self.storages or document.storage in self.storages)
            and (not self.categories or not self.categories.isdisjoint(document.category))
            and (self.takes_voucher is None or document.takes_voucher == self.takes_voucher)
            and (self.available is None or document.available == self.available)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """Goods that the query may mean: written ``text`` without spaces, ``words`` as they were divided."""

    text: str
    words: tuple[str, ...]
    #: 1 for what was typed, less for a guess or a side ingredient
    weight: float = 1.0
    #: typed, keyboard, spelling, synonym, dish or need
    way: str = "typed"
    #: a name of the category tree that is meant as a whole
    is_category: bool = False
    #: the dish or need that asks for it
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """An amount of goods that was asked for."""

    grams: float | None = None
    millilitres: float | None = None
    pieces: float | None = None
    #: the unit word: 단, 마리, 모
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """A query, understood."""

    #: cleaned text as typed
    text: str
    aims: tuple[Aim, ...]
    #: letters in progress: consonants alone or a last syllable not finished
    initials: str = ""
    half: str = ""
    #: Latin words that may be romanised Korean or English
    latin: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    stalls: tuple[str, ...] = ()
    amount: Amount | None = None
    min_krw: int | None = None
    max_krw: int | None = None
    sort: Sort | None = None
    #: what the text should have been: shown as "did you mean"
    corrected: str = ""
    #: ("ko", "en") pairs that tell the shopper what was done with her text
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing to look for."""
        return not (self.aims or self.initials or self.half or self.latin)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One document found: ``score`` 0..1 and what it is made of, each 0..1."""

    id: int
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    #: the aim it answers, as text
    aim: str = ""
    way: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """How many results have each value, most first."""

    name: str
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """An answer to a query. ``total`` counts all that match, ``results`` holds the first of them."""

    meaning: Meaning
    results: tuple[Result, ...]
    total: int
    facets: tuple[Facet, ...] = ()
    #: shown when it differs from what was typed
    did_you_mean: str = ""
    #: when nothing matches: nearest in meaning, sound or letters
    nearest: tuple[Result, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A completion while typing and how many documents it has."""

    text: str
    documents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """What a database needs to find candidates: sets for GIN, strings for a btree by prefix."""

    #: words, canonical names, varieties, categories, stems of the English name
    words: tuple[str, ...]
    #: runs of three letters
    grams: tuple[str, ...]
    #: first consonants of the name and from each later word on
    initials: tuple[str, ...]
    #: letters of the name and from each later word on
    starts: tuple[str, ...]
    #: sound classes of the romanised name and words
    sounds: tuple[str, ...]


Vectors = NDArray[np.float32]
Texts = Sequence[str]
