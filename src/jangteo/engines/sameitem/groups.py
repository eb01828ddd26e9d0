"""Writings of goods, group by group: what the matcher learns from.

A file holds one JSON object a line: ``family`` (what is easily confused), ``group`` (one item) and ``lines`` (different
writings of it). Two lines of one group are the same item; two groups of a family are different items.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jangteo.engines.matching import understand_many
from jangteo.engines.sameitem.goods import Goods, goods_of

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


def examples(groups: Sequence[Group], *, items: bool = True) -> list[Example]:
    """Every pair of writings within a family: the same group 1, another group 0.

    ``items``: also pairs of a line and an item, that is of its fields without the words left over.
    """
    lines = [line for group in groups for line in group.lines]
    goods = [goods_of(understood) for understood in understand_many(lines)]
    at = iter(goods)
    families: dict[str, list[tuple[str, Goods]]] = {}
    for group in groups:
        of = families.setdefault(group.family, [])
        of += [(group.group, next(at)) for _ in group.lines]
    made: list[Example] = []
    for family, members in families.items():
        for (x, a), (y, b) in itertools.combinations(members, 2):
            made.append(Example(left=a, right=b, same=x == y, family=family))
            if items and b.rest:
                as_item = replace(b, rest="")
                made.append(Example(left=a, right=as_item, same=x == y, family=family))
    return made


def labelled(found: Iterable[Example]) -> tuple[list[tuple[Goods, Goods]], list[int]]:
    """Pairs and labels of examples."""
    every = list(found)
    return [(e.left, e.right) for e in every], [int(e.same) for e in every]
