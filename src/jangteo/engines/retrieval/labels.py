"""A name as the matchers see it: read once, shared by every document that bears it, and its keys for a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jangteo.engines.matching.morphology import nouns_of
from jangteo.engines.retrieval.english import stem, stems
from jangteo.engines.retrieval.hangul import initials, letters, romanised, sound
from jangteo.engines.retrieval.records import Document, Keys
from jangteo.engines.retrieval.text import compact, fold
from jangteo.engines.retrieval.words import Goods, divide, goods_of, head_of

#: unknown characters in a name from which its morphology is asked
_UNKNOWN = 3
_MAX_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What is written on goods: brand, variety, name, English name and shelf, read for every matcher."""

    key: tuple[object, ...]
    #: the name, folded, with spaces
    shown: str
    #: without spaces: the name alone, and all of brand, variety and name
    name: str
    full: str
    #: what the name is divided into, with and without spaces
    words: frozenset[str]
    pieces: tuple[str, ...]
    head: str
    goods: tuple[Goods, ...]
    own: frozenset[str]
    #: every kind of goods named anywhere in the name
    named: frozenset[str]
    #: wider goods that the name ends in: 갈비 of 돼지갈비
    kinds: frozenset[str]
    name_letters: str
    full_letters: str
    #: letters of the name and of every later word
    starts: tuple[str, ...]
    initials: tuple[str, ...]
    sounds: tuple[str, ...]
    grams: frozenset[str]
    english: frozenset[str]
    #: parts of the shelf's path by where they stand, narrowest last
    shelf: tuple[str, ...]
    shelf_words: frozenset[str]
    path: tuple[str, ...]


def grams_of(text_letters: str) -> frozenset[str]:
    """Runs of three letters, the first and last two with an edge."""
    edged = f"^{text_letters}$"
    return frozenset(edged[i : i + 3] for i in range(len(edged) - 2))


def label_key(document: Document) -> tuple[object, ...]:
    """What two documents share when they share a label."""
    return (document.name, document.variety, document.brand, document.name_en, document.category)


def read_label(document: Document, *, morphology: bool = True) -> Label:
    """The label of ``document``. With ``morphology`` unknown long names are asked of Kiwi."""
    return _read(
        document.name[:_MAX_NAME],
        document.variety[:_MAX_NAME],
        document.brand[:_MAX_NAME],
        document.name_en[:200],
        document.category,
        morphology,
    )


@lru_cache(maxsize=4096)
def _read(
    written: str,
    variety: str,
    brand: str,
    english: str,
    category: tuple[str, ...],
    morphology: bool,
) -> Label:
    shown = fold(written)
    name = shown.replace(" ", "")
    before = compact(brand) + compact(variety)
    full = name if compact(variety) and name.startswith(before) else before + name
    head, goods = head_of(shown)
    words: set[str] = {name, full, *shown.split()} | {compact(variety), compact(brand)}
    pieces: list[str] = []
    for word in shown.split():
        parts, unknown = divide(word)
        words.update(parts)
        pieces.extend(parts)
        if morphology and unknown >= _UNKNOWN and not word.isascii():
            for run in nouns_of([word]):
                words.update(compact(piece) for piece in run)
    words.discard("")
    named = {g.name for piece in pieces for g in goods_of(piece)} | {g.name for g in goods}
    varieties = {compact(g.variety) for g in goods if g.variety}
    starts = list(dict.fromkeys([name, *_later(shown, pieces), full]))
    shelf = tuple(plain(part) for part in category)
    path = _path(shelf, goods)
    return Label(
        key=(written, variety, brand, english, category),
        shown=shown,
        name=name,
        full=full,
        words=frozenset(words | varieties),
        pieces=tuple(sorted([*pieces, *filter(None, [compact(variety), compact(brand)])])),
        head=head,
        goods=goods,
        own=frozenset(g.name for g in goods),
        named=frozenset(named),
        kinds=_kinds(name, goods),
        name_letters=letters(name),
        full_letters=letters(full),
        starts=tuple(letters(s) for s in starts),
        initials=tuple(dict.fromkeys(initials(s) for s in starts)),
        sounds=tuple(dict.fromkeys(sound(romanised(s)) for s in starts if len(s) > 1 or s == name)),
        grams=grams_of(letters(full)),
        english=frozenset(stems(english))
        | frozenset(stem(w) for w in shown.split() if w.isascii()),
        shelf=shelf,
        shelf_words=frozenset(_shelf_words([*category, *path])),
        path=path,
    )


def forget() -> None:
    """Empties the cache of names that were read."""
    _read.cache_clear()


def _kinds(name: str, goods: tuple[Goods, ...]) -> frozenset[str]:
    widest = {g.path[:1] for g in goods}
    return frozenset(
        name[at:]
        for at in range(1, len(name) - 1)
        if any(g.path[:1] in widest for g in goods_of(name[at:]))
    )


def _path(shelf: tuple[str, ...], goods: tuple[Goods, ...]) -> tuple[str, ...]:
    """The place in the tree: the document's own where it has one of three levels, else where its goods belong."""
    if len(shelf) >= 3 or not goods:
        return shelf
    found = tuple(plain(part) for part in goods[0].path)
    if len(goods) > 1 and shelf:
        for kind in goods:
            own = tuple(plain(part) for part in kind.path)
            if set(_shelf_words(own)) & set(_shelf_words(shelf)):
                return own
    return found


def plain(part: str) -> str:
    """A part of a category's path without spaces, in lower case; its · stays."""
    return part.lower().replace(" ", "")


def _later(shown: str, pieces: Sequence[str]) -> list[str]:
    words = shown.split()
    joined = ["".join(words[i:]) for i in range(1, len(words))]
    return joined + [piece for piece in pieces if len(piece) > 1]


def _shelf_words(parts: Iterable[str]) -> list[str]:
    """Names of shelves a shopper may type: 견과류 and 견과 of 견과·말린 과일."""
    found = []
    for part in parts:
        for word in [part, *part.split("·")]:
            name = compact(word)
            found += [name, name.removesuffix("류")] if len(name) > 2 else [name]
    return [word for word in found if word]


def document_keys(document: Document) -> Keys:
    """The keys under which a database finds ``document``; the same as `Index` uses."""
    label = read_label(document)
    words = {w for w in label.words if len(w) <= 30} | label.named
    words |= {f"@{w}" for w in label.shelf_words} | {f"e:{w}" for w in label.english}
    words |= {f"~{p}" for p in label.path[-1:]}
    return Keys(
        words=tuple(sorted(words)),
        grams=tuple(sorted(label.grams)),
        initials=label.initials,
        starts=label.starts,
        sounds=label.sounds,
    )
