"""Field extraction from product lines: precision and recall on the annotated lines, rows per second."""

from __future__ import annotations

import os
import random
import time
from typing import Any

from jangteo.engines.matching import FIELDS, understand_many
from tests.engines.matching.measure import annotated, measure

ROWS = 5_000
#: made-up names are in no table, so that morphology has work to do
_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


def run() -> dict[str, Any]:
    """Scores by field and split (``field_precision``, ``field_recall``, ``category_top1``) and ``rows_per_s``.

    Reads ``tests/engines/matching/lines``, the lines annotated by hand; the 5,000 rows timed are those lines in
    turn with other weights and prices, so that no row repeats, 3 % of them with a made-up name.
    """
    splits = {split: measure(split) for split in ("dev", "test")}
    lines = [row["line"] for split in splits for row in annotated(split)]
    rows = _rows(lines)
    before = time.perf_counter()
    read = sum(1 for _ in understand_many(rows))
    seconds = time.perf_counter() - before
    return {
        "field_precision": _by_field(splits, "precision"),
        "field_recall": _by_field(splits, "recall"),
        "category_top1": {split: round(m.category, 4) for split, m in splits.items()},
        "lines": {split: len(annotated(split)) for split in splits},
        "rows": read,
        "seconds": round(seconds, 2),
        "rows_per_s": round(read / seconds, 1),
        "cores": os.cpu_count(),
    }


def _by_field(splits: dict[str, Any], which: str) -> dict[str, dict[str, float]]:
    return {
        split: {name: round(getattr(m.scores[name], which), 4) for name in ("all", *FIELDS)}
        for split, m in splits.items()
    }


def _rows(lines: list[str]) -> list[str]:
    """``ROWS`` lines, none twice: each line with a running number of won, some with a new name."""
    rng = random.Random(7)
    made: list[str] = []
    for number in range(ROWS):
        line = lines[number % len(lines)]
        if number % 33 == 0:
            line = "".join(rng.choices(_SYLLABLES, k=3)) + " 1kg"
        made.append(f"{line} {1000 + number * 10}원" if "원" not in line else f"{line} #{number}")
    return made
