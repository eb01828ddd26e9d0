"""Suggests which category of another tree a leaf of ours is, from names alone; a person decides.

Trees of other shops have licences of their own, so none is kept here: the file is the user's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from jangteo.engines.matching.lexicon import lexicon
from jangteo.platform.errors import JangteoError
from jangteo.platform.text import fold

#: below this a suggestion is worth nobody's time
LEAST = 0.6


class TreeUnreadable(JangteoError):
    """{file} cannot be read as a category tree: a UTF-8 CSV with the columns no and name is needed."""

    ko = "{file}은 분류표로 읽을 수 없어요. no와 name 칸이 있는 UTF-8 CSV여야 해요."
    status = 422
    exit_code = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreign:
    """A category of another tree: its number and the names from the root down."""

    number: str
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A leaf of ours, the category suggested, and how alike the names are, 0 to 1."""

    slug: str
    path: tuple[str, str, str]
    number: str
    name: str
    score: float


def read_tree(file: Path) -> list[Foreign]:
    """Rows ``no, name`` with " > " between levels. Raises `TreeUnreadable`."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return [
                Foreign(number=row["no"], path=tuple(p.strip() for p in row["name"].split(">")))
                for row in csv.DictReader(stream)
            ]
    except (OSError, UnicodeDecodeError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise TreeUnreadable(file=file.name) from error


def suggest(tree: Iterable[Foreign]) -> Iterator[Suggestion]:
    """The best category for each of our leaves, where there is one worth showing."""
    known = [(one, [_names(step) for step in one.path]) for one in tree]
    for category in lexicon().categories.values():
        wanted = _names(category.path[2])
        parents = [name for step in category.path[:2] for name in _names(step)]
        best, score = None, 0.0
        for one, steps in known:
            here = max((_alike(a, b) for a in wanted for b in steps[-1]), default=0.0)
            above = max((_alike(a, b) for a in parents for s in steps[:-1] for b in s), default=0.0)
            value = 0.8 * here + 0.2 * above
            if value > score:
                best, score = one, value
        if best is not None and score >= LEAST:
            yield Suggestion(
                slug=category.slug,
                path=category.path,
                number=best.number,
                name=" > ".join(best.path),
                score=score,
            )


def _names(text: str) -> list[str]:
    """배추·무 and 배추/무 are two names each."""
    for sign in "·,/&":
        text = text.replace(sign, "|")
    return [fold(part) for part in text.split("|") if part.strip()]


def _alike(first: str, second: str) -> float:
    return 1.0 if first == second else fuzz.ratio(first, second) / 100
