"""Trains the ranker on the tuning part of the Korean relevance set: `python -m benchmarks.discovery.train_ranker`.

The same input gives the same file. The locked part is never read here. Prints NDCG at 10 out of fold, goods that several
queries ask for kept in one fold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import lightgbm
import numpy as np
from numpy.typing import NDArray

from jangteo.engines.retrieval import ranker
from jangteo.engines.retrieval.index import Index
from jangteo.engines.retrieval.matchers import SIGNALS
from tests.engines.retrieval.relevance.measure import Judged, catalogue, judged, ndcg

OUT = Path(ranker.__file__).parent / "data" / "ranker.txt"
#: signals that need not be monotone: how much of the name was asked for
FREE = frozenset(["weight"])
ROUNDS = 160
FOLDS = 5
SETTINGS = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 15,
    "label_gain": [0, 1, 3, 7],
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "monotone_constraints": [0 if name in FREE else 1 for name in SIGNALS],
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbose": -1,
}

Group = tuple[NDArray[np.float64], NDArray[np.int64], list[int], Judged]


def groups(index: Index, queries: list[Judged]) -> list[Group]:
    """Signals, grades and ids of every candidate, query by query; queries without candidates are left out."""
    found = []
    for query in queries:
        rows = index.signals(query.query)
        if rows:
            ids = [row.id for row in rows]
            grades = np.array([query.grades.get(id_, 0) for id_ in ids])
            found.append((np.array([row.signals for row in rows]), grades, ids, query))
    return found


def fit(parts: list[Group]) -> lightgbm.Booster:
    """One booster over the groups."""
    data = lightgbm.Dataset(
        np.concatenate([rows for rows, *_ in parts]),
        label=np.concatenate([grades for _, grades, *_ in parts]),
        group=[len(grades) for _, grades, *_ in parts],
        feature_name=list(SIGNALS),
    )
    return lightgbm.train(SETTINGS, data, num_boost_round=ROUNDS)


def fold_of(query: Judged) -> int:
    """Queries for the same goods share a fold."""
    best = min(
        (id_ for id_, grade in query.grades.items() if grade == max(query.grades.values())),
        default=0,
    )
    return best % FOLDS


def value(booster: lightgbm.Booster, group: Group) -> float:
    """NDCG at 10 of one group as the booster orders it."""
    rows, _, ids, query = group
    raw = np.asarray(booster.predict(rows, num_threads=1))
    order = sorted(range(len(ids)), key=lambda i: (-raw[i], -rows[i, -1], ids[i]))
    return ndcg(query.grades, [ids[i] for i in order])


def main() -> int:
    """Out-of-fold figure, then the file."""
    index = Index.build(catalogue())
    queries = judged("tuning")
    parts = groups(index, queries)
    values = []
    for fold in range(FOLDS):
        booster = fit([g for g in parts if fold_of(g[3]) != fold])
        values += [value(booster, g) for g in parts if fold_of(g[3]) == fold]
    print(f"out of fold: {sum(values) / len(queries):.4f} of {len(queries)} queries")
    booster = fit(parts)
    print(f"seen: {sum(value(booster, g) for g in parts) / len(queries):.4f}")
    gains = sorted(zip(booster.feature_importance("gain"), SIGNALS, strict=True), reverse=True)
    print(", ".join(f"{name} {gain:.0f}" for gain, name in gains))
    if "--dry" not in sys.argv:
        booster.save_model(OUT)
        print(f"{OUT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
