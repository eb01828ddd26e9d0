"""Writings of goods, group by group: what the matcher learns from.

A file holds one JSON object a line: ``family`` (what is easily confused), ``group`` (one item) and ``lines`` (different
writings of it). Two lines of one group are the same item; two groups of a family are different items.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jangteo.engines.matching import understand_many
from jangteo.engines.sameitem.goods import Goods, goods_of
from jangteo.engines.sameitem.nearest import Index

#: the groups that ship: all that the matcher may learn from
LEARN = Path(__file__).parent / "data" / "groups.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Writings of one item."""

    family: str
    group: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A pair of goods, whether they are the same item, and their family."""

    left: Goods
    right: Goods
    same: bool
    family: str


def read_groups(path: Path) -> list[Group]:
    """The groups of a file. `OSError` and `ValueError` for one that is not there or not whole."""
    found = []
    for row in path.read_text(encoding="utf-8").splitlines():
        made = json.loads(row)
        found.append(Group(family=made["family"], group=made["group"], lines=tuple(made["lines"])))
    return found


#: of each writing so many of the likest goods of other families are learned as different
STRANGERS = 2


def examples(groups: Sequence[Group]) -> list[Example]:
    """Every pair of writings within a family: those of one group are the same item, those of two are not."""
    return [
        Example(left=a, right=b, same=x == y, family=family)
        for family, members in goods_by_family(groups).items()
        for (x, a), (y, b) in itertools.combinations(members, 2)
    ]


def strangers(groups: Sequence[Group], each: int = STRANGERS) -> list[Example]:
    """Of every writing the ``each`` likest goods of other families: different items."""
    every = [(f, goods) for f, members in goods_by_family(groups).items() for _, goods in members]
    index = Index.of([goods for _, goods in every])
    made: list[Example] = []
    for family, goods in every:
        near = [c.right for c in index.nearest(goods, 40) if every[c.right][0] != family]
        made += [
            Example(left=goods, right=every[place][1], same=False, family=family)
            for place in near[:each]
        ]
    return made


def goods_by_family(groups: Sequence[Group]) -> dict[str, list[tuple[str, Goods]]]:
    """Of each family: (group, goods) of every writing, in order."""
    lines = [line for group in groups for line in group.lines]
    at = iter([goods_of(understood) for understood in understand_many(lines)])
    families: dict[str, list[tuple[str, Goods]]] = {}
    for group in groups:
        families.setdefault(group.family, []).extend((group.group, next(at)) for _ in group.lines)
    return families
