"""What two goods have in common and where they differ, as a row of numbers; NaN where nothing can be said.

Symmetric: (a, b) and (b, a) give one row. What is said on one side only counts by how much it would tell: a leftover
that the tables know as a variety or as goods of its own (뱃살, 까르보) weighs otherwise than a word of praise.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein

from jangteo.engines.matching.lexicon import lexicon
from jangteo.engines.pairing import tokens
from jangteo.engines.sameitem.goods import Goods, letters_of, shelf_of

_WORDS = ("name", "variety", "brand", "origin", "grade", "state", "size")
#: the columns of `row`
NAMES: tuple[str, ...] = (
    *(f"{name}.{what}" for name in _WORDS for what in ("same", "one_sided", "near")),
    "shelf.same", "core.ratio", "core.jamo", "core.set", "core.longer", "core.shorter",
    "apart.more", "apart.less", "apart.both", "apart.near", "apart.jamo_near",
    "apart.known_more", "apart.known_less", "apart.variety", "apart.item", "apart.brand", "apart.in_text",
    "apart.latin", "apart.digits",
    "name_in.both", "variety_in", "brand_in", "text.set", "text.ratio",
    "net.same", "net.one_sided", "pieces.same", "pieces.one_sided", "packs.same", "numbers.apart",
    "numbers.shared", "rest.more", "rest.less",
)  # fmt: skip


#: what the fields of amount hold already, however it is written
_AMOUNT = re.compile(
    r"\d+(?:\.\d+)?\s?(?:kg|g|ml|l|cc|리터|미리|개|입|봉|팩|포|박스|단|근|마리|미|구|알|캔|병|판|모|장|매|줄|통|손|ea)(?![a-z])"
    r"|[*x×]\s?\d+"
)


def alike(a: Goods, b: Goods) -> bool:
    """Is every field of the two equal, the absent ones too, and are their names made of the same letters?

    Numbers that are no amount (24 of 24cm, 100 of 100T) must be equal too.
    """
    a, b = _branded(a, b), _branded(b, a)
    return bool(a.name) and key_of(a) == key_of(b) and _numbers(a) == _numbers(b)


def _numbers(goods: Goods) -> frozenset[str]:
    return tokens.numbers(_AMOUNT.sub(" ", tokens.clean(goods.text)))


def key_of(goods: Goods) -> tuple[object, ...]:
    """What `alike` goods have in common."""
    return (
        goods.name, goods.variety, goods.brand, goods.origin, goods.grade, goods.state, goods.size,
        goods.net_g, goods.net_ml, goods.count, goods.pack_count, "".join(sorted(goods.core)),
    )  # fmt: skip


def row(a: Goods, b: Goods) -> list[float]:
    """The comparison of two goods, in the order of `NAMES`."""
    a, b = _branded(a, b), _branded(b, a)
    found: list[float] = []
    for name in _WORDS:
        found += _words(getattr(a, name), getattr(b, name))
    found.append(_shelf(a.category, b.category))
    found += _cores(a.core, b.core)
    found += _aparts(a, b)
    found += _standing(a, b)
    found += _amounts(a, b)
    return found


def _branded(one: Goods, other: Goods) -> Goods:
    """``one`` with the other's brand where it stands among its letters: a producer that no table knows is a brand too."""
    if one.brand or not other.brand:
        return one
    brand = letters_of(other.brand)
    if len(brand) < 2 or brand not in letters_of(one.text or one.core):
        return one
    core = one.core.replace(brand, "", 1) if len(one.core) > len(brand) else one.core
    rest = " ".join(word for word in one.rest.split() if letters_of(word) not in brand)
    return replace(one, brand=other.brand, core=core, rest=rest)


def _words(x: str | None, y: str | None) -> tuple[float, float, float]:
    if x and y:
        return float(x == y), 0.0, _jamo_ratio(x, y)
    return math.nan, float(bool(x or y)), math.nan


def _shelf(x: str | None, y: str | None) -> float:
    """Levels of the category tree the two share, 0 to 3."""
    one, other = shelf_of(x), shelf_of(y)
    if not one or not other:
        return math.nan
    return float(next((i for i, (p, q) in enumerate(zip(one, other, strict=True)) if p != q), 3))


def _cores(x: str, y: str) -> list[float]:
    lengths = sorted((len(x), len(y)))
    if not x or not y:
        return [math.nan, math.nan, math.nan, *lengths[::-1]]
    return [
        fuzz.ratio(x, y), _jamo_ratio(x, y), fuzz.partial_ratio(x, y) if x < y else fuzz.partial_ratio(y, x),
        *lengths[::-1],
    ]  # fmt: skip


def _aparts(a: Goods, b: Goods) -> list[float]:
    mine, yours = apart(a.core, b.core), apart(b.core, a.core)
    sizes = sorted((sum(map(len, mine)), sum(map(len, yours))), reverse=True)
    glued, other = "".join(mine), "".join(yours)
    near = _jamo_ratio(glued, other) if glued and other else math.nan
    plain = JaroWinkler.similarity(glued, other) if glued and other else math.nan
    kinds = [_kinds(piece) for piece in (*mine, *yours)]
    known = sorted((sum(bool(_kinds(p)) for p in mine), sum(bool(_kinds(p)) for p in yours)))
    text = tokens.compact(f"{a.text}{b.text}".lower())
    twice = [p for p in (*mine, *yours) if text.count(p) > 1]
    return [
        *sizes, float(bool(mine) and bool(yours)), plain, near, *map(float, known[::-1]),
        *(float(any(kind in found for found in kinds)) for kind in ("variety", "item", "brand")),
        float(len(twice)),
        float(any(c.isascii() and c.isalpha() for c in glued + other)),
        float(any(c.isdigit() for c in glued + other)),
    ]  # fmt: skip


def apart(core: str, other: str) -> list[str]:
    """The pieces of ``core`` that do not stand in ``other``, in whatever order they stand there."""
    pieces, left = [core], list[str]()
    while pieces:
        piece = pieces.pop()
        if not piece or piece in other:
            continue
        match = SequenceMatcher(None, piece, other, autojunk=False).find_longest_match()
        if match.size < 2:
            left.append(piece)
            continue
        pieces += [piece[: match.a], piece[match.a + match.size :]]
    return left[::-1]


@lru_cache(maxsize=20_000)
def _kinds(piece: str) -> frozenset[str]:
    """What the tables know the piece as, also with one letter of its neighbours' missing at an end."""
    words = lexicon().words
    return frozenset(w.kind for w in words.get(piece, ()))


def _standing(a: Goods, b: Goods) -> list[float]:
    """Do the words of one side stand in the other's text?"""
    one, other = (
        tokens.compact(f"{x.text} {x.name or ''} {x.variety or ''}".lower()) for x in (a, b)
    )
    names = [float(bool(x.name) and str(x.name).lower() in y) for x, y in ((a, other), (b, one))]
    varieties = [float(str(x.variety).lower() in y) for x, y in ((a, other), (b, one)) if x.variety]
    brands = [float(str(x.brand).lower() in y) for x, y in ((a, other), (b, one)) if x.brand]
    first, second = sorted((a.text, b.text))
    return [
        sum(names), min(varieties, default=math.nan), min(brands, default=math.nan),
        fuzz.token_set_ratio(first, second), fuzz.ratio(first, second),
    ]  # fmt: skip


def _amounts(a: Goods, b: Goods) -> list[float]:
    nets = [(x.net_g or 0, x.net_ml or 0) for x in (a, b)]
    said = [any(net) for net in nets]
    pieces = [
        (x.count or 1) * (x.pack_count or 1) if x.count or x.pack_count else 0 for x in (a, b)
    ]
    both = all(pieces)
    packs = a.pack_count == b.pack_count if a.pack_count and b.pack_count else None
    numbers = [_numbers(x) for x in (a, b)]
    rests = sorted((len(a.rest), len(b.rest)), reverse=True)
    return [
        float(nets[0] == nets[1]) if all(said) else math.nan, float(said[0] != said[1]),
        float(pieces[0] == pieces[1]) if both else math.nan, float(any(pieces) and not both),
        math.nan if packs is None else float(packs),
        float(len(numbers[0] ^ numbers[1])), float(len(numbers[0] & numbers[1])), *map(float, rests),
    ]  # fmt: skip


def _jamo_ratio(x: str, y: str) -> float:
    return Levenshtein.normalized_similarity(tokens.jamo(x), tokens.jamo(y))
