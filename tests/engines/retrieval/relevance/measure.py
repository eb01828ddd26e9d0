"""NDCG at 10 over the relevance set, by kind."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jangteo.engines.retrieval.records import Document

HERE = Path(__file__).parent
#: a document that is not in it is graded 0
Search = Callable[[str], Sequence[int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One query and the grades (1-3) of the documents that have one."""

    kind: str
    query: str
    grades: dict[int, int]


def catalogue() -> list[Document]:
    """The documents of the set."""
    with (HERE / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return [_document(row) for row in csv.DictReader(file)]


def _document(row: dict[str, str]) -> Document:
    net_g, net_ml, price = row["net_g"], row["net_ml"], int(row["price_krw"])
    net = float(net_g or net_ml or 0)
    return Document(
        id=int(row["id"]),
        name=row["name"],
        name_en=row["name_en"],
        variety=row["variety"],
        brand=row["brand"],
        origin=row["origin"],
        grade=row["grade"],
        unit=row["unit"],
        price_krw=price,
        per_100_krw=round(price * 100 / net) if net else None,
        net_g=float(net_g) if net_g else None,
        net_ml=float(net_ml) if net_ml else None,
        pieces=int(float(row["pieces"])) if row["pieces"] else None,
        stall=row["stall"],
        category=tuple(row["category"].split(">")),
        storage=row["storage"],
        description=row["description"],
    )


def judged(part: str) -> list[Judged]:
    """The queries of ``part``: tuning or locked."""
    found = []
    for line in (HERE / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        grades = {int(id_): grade for id_, grade in said["grades"].items()}
        found.append(Judged(kind=said["kind"], query=said["query"], grades=grades))
    return found


def ndcg(grades: dict[int, int], ids: Sequence[int], at: int = 10) -> float:
    """Gains 2^grade - 1, discounts log2(place + 1), against the best order of all judged documents."""
    gained = sum(
        (2 ** grades.get(id_, 0) - 1) / math.log2(place + 2) for place, id_ in enumerate(ids[:at])
    )
    best = sorted(grades.values(), reverse=True)[:at]
    ideal = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))
    return gained / ideal if ideal else 0.0


def by_kind(queries: Sequence[Judged], search: Search) -> dict[str, float]:
    """Mean NDCG at 10 by kind, and of all queries under "all"."""
    found: dict[str, list[float]] = defaultdict(list)
    for query in queries:
        value = ndcg(query.grades, search(query.query))
        found[query.kind].append(value)
        found["all"].append(value)
    return {kind: sum(values) / len(values) for kind, values in found.items()}
