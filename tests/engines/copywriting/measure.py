"""How much of what was planted is refused, and which clean texts are refused wrongly."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jangteo.engines.copywriting import Facts, check

CLAIMS = Path(__file__).parent / "claims"
SPLITS = ("dev", "locked")
#: planted false facts; the other kinds are banned claims
FALSE_FACTS = ("number", "origin")


@dataclass(slots=True)
class Measured:
    """Planted and caught by kind; clean texts, those refused, and every miss as (text, said)."""

    planted: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    clean: int = 0
    refused: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    #: problems in planted texts that touch nothing planted
    beside: list[tuple[str, str, str]] = field(default_factory=list)

    def share(self, *kinds: str, but: bool = False) -> float:
        """Caught of planted, of ``kinds`` only (or of all but them), 1 when nothing is planted."""
        chosen = [k for k in self.planted if not kinds or (k in kinds) != but]
        there = sum(self.planted[k] for k in chosen)
        return sum(self.caught[k] for k in chosen) / there if there else 1.0

    @property
    def false_alarms(self) -> float:
        """Clean texts refused, of all clean texts."""
        return len(self.refused) / self.clean if self.clean else 0.0


def rows(split: str) -> list[dict[str, Any]]:
    """The texts of ``dev`` or ``locked``."""
    text = (CLAIMS / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def measure(*splits: str) -> Measured:
    """Checks every text of ``splits``; planted words are caught when a problem touches them."""
    made = Measured()
    for split in splits:
        for row in rows(split):
            _one(row, made)
    return made


def _one(row: dict[str, Any], made: Measured) -> None:
    text = row["text"]
    facts = Facts.from_json(row["facts"])
    problems = check(text, row["kind"], facts, competitors=row.get("competitors", ())).problems
    if not row["planted"]:
        made.clean += 1
        if problems:
            made.refused.append((text, tuple(f"{p.kind}: {p.said}" for p in problems)))
        return
    spans = []
    for planted in row["planted"]:
        start = text.index(planted["said"])
        end = start + len(planted["said"])
        spans.append((start, end))
        made.planted[planted["kind"]] += 1
        if any(p.start < end and start < p.end for p in problems):
            made.caught[planted["kind"]] += 1
        else:
            made.missed.append((planted["kind"], planted["said"], text))
    for p in problems:
        if not any(p.start < end and start < p.end for start, end in spans):
            made.beside.append((str(p.kind), p.said, text))
