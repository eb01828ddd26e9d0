"""A made-up base of items and lines about them, for timing only: each number names one item, the truth is arithmetic.

Items are drawn from kinds of goods (the names, varieties and categories of `engines/matching`), producers, amounts,
packs, origins and grades. Item i is the combination (A * i + C) mod M, so that no two are equal without looking, and a
combination tells its number: whether a near miss is in the base is known. About one combination in seven is in the base:
every item has siblings there that differ in one field.
"""

from __future__ import annotations

import bisect
import math
import random
from dataclasses import dataclass, replace
from functools import lru_cache

from jangteo.engines.matching.lexicon import lexicon
from jangteo.engines.sameitem.goods import Goods, letters_of

#: combinations for each item of the base
SPARE = 7
_BRANDS_A_KIND = 40
_SYLLABLES = (
    "가나다라마바사아자하고노도로모보소오구누두루무부수우기니디리미비시이은은한봄산들해달별솔강섬"
)
_ENDINGS = ("농장", "식품", "상회", "영농", "수산", "축산", "방앗간", "푸드", "농원", "")
_BRANDS = 4000
_GRAMS = (100, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000, 10000)
_PACKS = (1, 2, 3, 5, 10)
_ORIGINS = ("KR", "CN", "US")
_ABROAD = {"KR": ("국산", "국내산", ""), "CN": ("중국산", "중국"), "US": ("미국산", "미국")}
_GRADES = ("특", "상")
#: what of a line is not said, or misread; the shares are guesses, the truth is known all the same
NO_ORIGIN, NO_GRADE, NO_VARIETY, NO_NET = 0.3, 0.3, 0.04, 0.01
UNKNOWN_BRAND, TYPO, MISREAD = 0.3, 0.06, 0.4
#: of the lines so many are about no item of the base
STRANGE = 0.3


@dataclass(frozen=True, slots=True)
class Kind:
    """A name with its choices; a combination is a place in variety x amount x pack x origin x grade x brand."""

    name: str
    category: str
    state: str
    raw: bool
    varieties: tuple[str, ...]
    grams: tuple[int, ...]
    brands: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        origins, grades = (len(_ORIGINS), len(_GRADES)) if self.raw else (1, 1)
        return (len(self.varieties), len(self.grams), 3, origins, grades, len(self.brands))


@dataclass(frozen=True, slots=True)
class World:
    """``items`` in the base, out of ``kinds``."""

    items: int
    kinds: tuple[Kind, ...]
    starts: tuple[int, ...]
    combinations: int
    step: int

    def identity(self, number: int) -> tuple[Kind, tuple[int, ...]]:
        """The kind and the choices of item ``number``."""
        place = (number * self.step + 12345) % self.combinations
        at = bisect.bisect_right(self.starts, place) - 1
        kind, rest = self.kinds[at], place - self.starts[at]
        choices = []
        for size in reversed(kind.sizes):
            rest, choice = divmod(rest, size)
            choices.append(choice)
        return kind, tuple(reversed(choices))

    def number_of(self, kind: Kind, choices: tuple[int, ...]) -> int:
        """The number of a combination: below ``items`` it is in the base."""
        rest = 0
        for size, choice in zip(kind.sizes, choices, strict=True):
            rest = rest * size + choice
        place = self.starts[self._place(kind)] + rest
        return (place - 12345) * pow(self.step, -1, self.combinations) % self.combinations

    def _place(self, kind: Kind) -> int:
        return _places(self.items)[kind.name, kind.category]


@lru_cache(maxsize=2)
def _places(items: int) -> dict[tuple[str, str], int]:
    return {(k.name, k.category): place for place, k in enumerate(world(items).kinds)}


@lru_cache(maxsize=2)
def world(items: int) -> World:
    """The world of a base of ``items``; always the same."""
    rng = random.Random(20)
    brands = sorted(
        {"".join(rng.choices(_SYLLABLES, k=rng.choice((2, 3)))) + rng.choice(_ENDINGS) for _ in range(_BRANDS)}
    )  # fmt: skip
    words = lexicon()
    named = sorted(
        (name, word.category)
        for name, word in words.items.items()
        if word.category in words.categories
    )
    varieties: dict[str, list[str]] = {}
    for row in _varieties():
        varieties.setdefault(row[0], []).append(row[1])
    rng.shuffle(named)
    kinds: list[Kind] = []
    starts: list[int] = []
    total = 0
    for name, category in named:
        if total >= items * SPARE:
            break
        about = words.categories[category]
        raw = about.state == "fresh" and about.tax_exempt is True
        kinds.append(
            Kind(
                name=name, category=category, state=about.state or "processed", raw=raw,
                varieties=("", *varieties.get(name, ())[:3]),
                grams=tuple(sorted(rng.sample(_GRAMS, 5))),
                brands=tuple(rng.sample(brands, _BRANDS_A_KIND)),
            )
        )  # fmt: skip
        starts.append(total)
        total += math.prod(kinds[-1].sizes)
    if total < items * 2:
        raise ValueError(f"this world has room for {total // 2} items")
    step = 7_368_787
    while math.gcd(step, total) > 1:
        step += 1
    return World(items, tuple(kinds), tuple(starts), total, step)


def _varieties() -> list[tuple[str, str]]:
    return sorted(
        {
            (name, word.value)
            for found in lexicon().words.values()
            for word in found
            if word.kind == "variety"
            for name in word.names
        }
    )


def item(world_: World, number: int) -> Goods:
    """Item ``number`` as the base holds it."""
    return _goods(*world_.identity(number))


def _goods(kind: Kind, choices: tuple[int, ...]) -> Goods:
    variety, grams, packs, origin, grade, brand = choices
    called = f"{kind.varieties[variety]}{kind.name}"
    made = kind.brands[brand]
    net = kind.grams[grams]
    return Goods(
        name=kind.name, variety=kind.varieties[variety] or None, brand=made,
        origin=_ORIGINS[origin] if kind.raw else None, grade=_GRADES[grade] if kind.raw else None,
        state=kind.state, net_g=float(net), pack_count=_PACKS[packs], category=kind.category,
        text=f"{made} {called} {net}g", core=letters_of(called),
    )  # fmt: skip


def line(world_: World, number: int) -> tuple[Goods, int]:
    """Line ``number`` as it would be understood, and the item it is of (-1: none of the base)."""
    rng = random.Random(number * 7919 + 5)
    kind, choices = world_.identity(rng.randrange(world_.items))
    truth = world_.number_of(kind, choices)
    if rng.random() < STRANGE:
        kind, choices = _stranger(world_, rng, kind, choices)
        truth = world_.number_of(kind, choices)
        truth = truth if truth < world_.items else -1
    return _written(rng, kind, _goods(kind, choices)), truth


def _stranger(
    world_: World, rng: random.Random, kind: Kind, choices: tuple[int, ...]
) -> tuple[Kind, tuple[int, ...]]:
    """A near miss: one field is another; where the base happens to hold that too, anything that it does not hold."""
    fields = [place for place, size in enumerate(kind.sizes) if size > 1]
    for _ in range(8):
        place = rng.choice(fields)
        other = rng.randrange(kind.sizes[place])
        if other == choices[place]:
            continue
        changed = (*choices[:place], other, *choices[place + 1 :])
        if world_.number_of(kind, changed) >= world_.items:
            return kind, changed
    return world_.identity(rng.randrange(world_.items, world_.combinations))


def _written(rng: random.Random, kind: Kind, goods: Goods) -> Goods:
    """How a stall writes it and the engine reads it: words left out, unknown producers, typing errors."""
    name, category, brand, variety = (
        goods.name or "",
        goods.category,
        goods.brand or "",
        goods.variety,
    )
    if variety and rng.random() < NO_VARIETY:
        variety = None
    said = f"{variety or ''}{name}"
    known_name = True
    if rng.random() < TYPO:
        said = _typo(rng, said)
        known_name = rng.random() >= MISREAD
    unknown_brand = rng.random() < UNKNOWN_BRAND
    origin = None if rng.random() < NO_ORIGIN else goods.origin
    grade = None if rng.random() < NO_GRADE else goods.grade
    net = None if rng.random() < NO_NET else goods.net_g
    packs = goods.pack_count or 1
    weight = (
        "" if net is None else rng.choice((f"{net:g}g", f"{net / 1000:g}kg", f"{net / 1000:g}키로"))
    )
    words = [brand, said, weight, rng.choice(_ABROAD[origin]) if origin else "", grade or ""]
    if packs > 1:
        words.append(rng.choice((f"*{packs}", f"{packs}봉", f"x{packs}EA")))
    if rng.random() < 0.3:
        words = [words[3], words[0], words[1], words[4], words[2], *words[5:]]
    text = rng.choice((" ", " ", "")).join(word for word in words if word)
    return replace(
        goods, name=name if known_name else None, category=category if known_name else None,
        variety=variety if known_name else None, brand=None if unknown_brand else brand,
        origin=origin, grade=grade, net_g=net, text=text,
        rest=" ".join(([brand] if unknown_brand else []) + ([] if known_name else [said])),
        core=letters_of(f"{brand if unknown_brand else ''}{said}"),
    )  # fmt: skip


def _typo(rng: random.Random, text: str) -> str:
    """One syllable with another vowel, twice, or left out."""
    place = rng.randrange(len(text))
    way = rng.randrange(3)
    if way == 0 and "가" <= text[place] <= "힣":
        code = ord(text[place]) - 0xAC00
        vowel = (code // 28 % 21 + rng.randrange(1, 21)) % 21
        other = chr(0xAC00 + code // 588 * 588 + vowel * 28 + code % 28)
        return text[:place] + other + text[place + 1 :]
    if way == 1 or len(text) < 3:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1 :]
