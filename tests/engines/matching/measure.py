"""Precision and recall of the fields over the annotated lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jangteo.engines.matching import FIELDS, Understood, understand_many

LINES = Path(__file__).parent / "lines"


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """``right`` answers of ``answered``; ``there`` is how often the annotation has a value."""

    right: int
    answered: int
    there: int

    @property
    def precision(self) -> float:
        """Right answers among all answers, 1 when there are none."""
        return self.right / self.answered if self.answered else 1.0

    @property
    def recall(self) -> float:
        """Right answers among all annotated values, 1 when there are none."""
        return self.right / self.there if self.there else 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Scores by field, all fields together as ``all``, and the share of right leaf categories."""

    scores: dict[str, Score]
    category: float


def annotated(split: str) -> list[dict[str, Any]]:
    """The annotated lines of ``dev`` or ``test``."""
    text = (LINES / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def measure(split: str) -> Measured:
    """Reads every line of ``split`` and compares each field exactly, its type included."""
    rows = annotated(split)
    return compare(rows, list(understand_many([row["line"] for row in rows])))


def compare(rows: Sequence[dict[str, Any]], read: Sequence[Understood]) -> Measured:
    """Scores of ``read`` against the annotation in ``rows``."""
    right: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for row, understood in zip(rows, read, strict=True):
        for name in FIELDS:
            wanted, given = row["fields"].get(name), understood.value(name)
            answered[name] += given is not None
            there[name] += wanted is not None
            right[name] += given is not None and _same(given, wanted)
    scores = {
        name: Score(right=right[name], answered=answered[name], there=there[name])
        for name in FIELDS
    }
    scores["all"] = Score(right=right.total(), answered=answered.total(), there=there.total())
    hits = sum(u.category_slug == row["category"] for row, u in zip(rows, read, strict=True))
    return Measured(scores=scores, category=hits / len(rows))


def _same(given: object, wanted: object) -> bool:
    return given == wanted and isinstance(given, bool) == isinstance(wanted, bool)
