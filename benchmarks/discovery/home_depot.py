"""Search relevance on Home Depot's judged titles (English), beside tantivy and BM25 in the same run.

Protocol. 15,000 titles are drawn by the lowest SHA-256 of their product number and are the candidates of every query.
Queries are split by their SHA-256 into train (60 %), tuning (20 %) and test (20 %). A query counts when one of its judged
titles in the sample is graded 2 or better of 3. NDCG at 10 with the grade as gain; what nobody judged is worth 0. The
lexicon and the memory of answers see the train queries with all 54,667 titles, the trees 4,000 of those queries; the number
of rounds is chosen on tuning. tantivy and bm25s run beside it where they are installed: a virtual environment with them and
this project's packages on its path, for neither is a dependency.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import lightgbm
import numpy as np

from jangteo.engines.retrieval.titles import SIGNALS, Lexicon, Memory, TitleIndex, title_words

SAMPLE = 15_000
GOOD = 2.0
SETTINGS: dict[str, Any] = {
    "objective": "lambdarank",
    "metric": "ndcg",
    "eval_at": [10],
    "label_gain": list(range(31)),
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.07,
    "num_leaves": 31,
    "min_data_in_leaf": 50,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbose": -1,
}
ROUNDS = 400
#: train queries that the trees see (the lexicon sees all)
TREES_SEE = 4000
Grades = dict[str, dict[str, float]]
Search = Callable[[str], Sequence[str]]
Find = Callable[[str], tuple[np.ndarray, np.ndarray]]


class DataAbsent(Exception):
    """The judged pairs are not here: set JANGTEO_DATA to the folder that holds search_home_depot/train.csv."""


def _drawn(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read() -> tuple[dict[str, str], Grades]:
    """Titles by product number and grades by query. `DataAbsent` without the data."""
    path = Path(os.environ.get("JANGTEO_DATA", "")) / "search_home_depot" / "train.csv"
    if not path.is_file():
        raise DataAbsent(DataAbsent.__doc__)
    titles: dict[str, str] = {}
    grades: Grades = defaultdict(dict)
    with path.open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            titles[row["product_uid"]] = row["product_title"]
            grades[row["search_term"]][row["product_uid"]] = float(row["relevance"])
    return titles, dict(grades)


def split(grades: Grades) -> dict[str, list[str]]:
    """Queries by part."""
    parts: dict[str, list[str]] = {"train": [], "tuning": [], "test": []}
    for query in sorted(grades, key=_drawn):
        place = int(_drawn("part " + query)[:8], 16) % 10
        parts["train" if place < 6 else "tuning" if place < 8 else "test"].append(query)
    return parts


def ndcg(grades: dict[str, float], ids: Sequence[str]) -> float:
    """NDCG at 10 with the grade as gain."""
    gained = sum(grades.get(i, 0.0) / math.log2(p + 2) for p, i in enumerate(ids[:10]))
    best = sorted(grades.values(), reverse=True)[:10]
    return gained / sum(g / math.log2(p + 2) for p, g in enumerate(best))


def _in_sample(grades: Grades, queries: Sequence[str], sample: set[str]) -> Grades:
    found = {q: {i: g for i, g in grades[q].items() if i in sample} for q in queries}
    return {q: held for q, held in found.items() if held and max(held.values()) >= GOOD}


def _mean(judged: Grades, search: Search) -> float:
    return sum(ndcg(held, search(query)) for query, held in judged.items()) / len(judged)


def _groups(
    find: Find, uids: Sequence[str], judged: Grades
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    rows: list[Any] = []
    labels: list[int] = []
    sizes: list[int] = []
    for query, held in judged.items():
        numbers, signals = find(query)
        got = [round(10 * held.get(uids[n], 0.0)) for n in numbers]
        if any(got):
            rows.append(signals)
            labels += got
            sizes.append(len(got))
    return np.concatenate(rows), np.array(labels), sizes


def peers(uids: Sequence[str], titles: dict[str, str]) -> dict[str, Search]:
    """tantivy (en_stem) and bm25s, as far as they are installed."""
    found: dict[str, Search] = {}
    try:
        import tantivy
    except ImportError:
        pass
    else:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", tokenizer_name="en_stem")
        builder.add_integer_field("number", stored=True)
        store = tantivy.Index(builder.build())
        writer = store.writer()
        for number, uid in enumerate(uids):
            writer.add_document(tantivy.Document(title=titles[uid], number=number))
        writer.commit()
        store.reload()
        searcher = store.searcher()

        def by_tantivy(query: str) -> list[str]:
            words = "".join(c if c.isalnum() else " " for c in query.lower()).split()
            if not words:
                return []
            hits = searcher.search(store.parse_query(" ".join(words), ["title"]), 10).hits
            return [uids[searcher.doc(place)["number"][0]] for _, place in hits]

        found["tantivy"] = by_tantivy
    try:
        import bm25s
    except ImportError:
        pass
    else:
        ranker = bm25s.BM25()
        ranker.index([title_words(titles[u]) for u in uids], show_progress=False)

        def by_bm25s(query: str) -> list[str]:
            words = list(title_words(query))
            if not words:
                return []
            got, _ = ranker.retrieve([words], k=10, show_progress=False)
            return [uids[int(n)] for n in got[0]]

        found["bm25s"] = by_bm25s
    return found


def run() -> dict[str, Any]:
    """Figures of the test part: ours, plain BM25 and the peers."""
    titles, grades = read()
    uids = sorted(titles, key=_drawn)[:SAMPLE]
    sample, parts = set(uids), split(grades)
    began = perf_counter()
    lexicon = Lexicon.learn(
        (q, titles[i]) for q in parts["train"] for i, g in grades[q].items() if g >= GOOD
    )
    index = TitleIndex([titles[u] for u in uids])
    numbers_of = {uid: number for number, uid in enumerate(uids)}
    memory = Memory(
        index,
        (
            (q, titles[i], numbers_of.get(i, -1), g / 3)
            for q in parts["train"]
            for i, g in grades[q].items()
            if g >= GOOD
        ),
    )

    def find(query: str) -> tuple[np.ndarray, np.ndarray]:
        return index.rows(query, lexicon, memory=memory)

    data = {part: _in_sample(grades, queries, sample) for part, queries in parts.items()}
    seen = {"train": dict(islice(data["train"].items(), TREES_SEE)), "tuning": data["tuning"]}
    groups = {part: _groups(find, uids, held) for part, held in seen.items()}
    sets = {
        part: lightgbm.Dataset(rows, label=labels, group=sizes, feature_name=list(SIGNALS))
        for part, (rows, labels, sizes) in groups.items()
    }
    booster = lightgbm.train(
        SETTINGS,
        sets["train"],
        ROUNDS,
        valid_sets=[sets["tuning"]],
        callbacks=[lightgbm.early_stopping(60, verbose=False)],
    )
    trained = perf_counter() - began

    def ours(query: str) -> list[str]:
        numbers, signals = find(query)
        if not len(numbers):
            return []
        raw = np.asarray(booster.predict(signals, num_threads=1))
        return [uids[int(numbers[n])] for n in np.argsort(-raw, kind="stable")[:10]]

    def plain(query: str) -> list[str]:
        words = list(title_words(query))
        terms = [index.vocabulary[w] for w in words if w in index.vocabulary]
        values = index._summed(index.bm25, terms)
        return [uids[int(n)] for n in np.argsort(-values, kind="stable")[:10]]

    weights = booster.feature_importance("gain")
    gains = sorted(zip(SIGNALS, weights, strict=True), key=lambda pair: -pair[1])
    found: dict[str, Any] = {
        "gains": {name: round(float(gain)) for name, gain in gains},
        "titles": len(uids),
        "queries": {part: len(held) for part, held in data.items()},
        "rounds": booster.best_iteration,
        "train_s": round(trained, 1),
        "tuning": {"ours": round(_mean(data["tuning"], ours), 4)},
    }
    began = perf_counter()
    test = {"ours": round(_mean(data["test"], ours), 4)}
    found["query_ms"] = round((perf_counter() - began) * 1000 / len(data["test"]), 2)
    test["bm25"] = round(_mean(data["test"], plain), 4)
    for name, search in peers(uids, titles).items():
        test[name] = round(_mean(data["test"], search), 4)
    found["test"] = test
    return found


if __name__ == "__main__":
    print(run())
