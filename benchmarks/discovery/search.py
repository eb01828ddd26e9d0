"""Search: the Korean relevance set beside simple baselines, answers to letters in progress, latency and memory."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import process_time
from typing import Any

import psutil

from jangteo.engines.matching.morphology import nouns_of
from jangteo.engines.retrieval import Document, Encoder, Index, labels
from jangteo.engines.retrieval.encoders import installed
from jangteo.engines.retrieval.hangul import letters
from jangteo.engines.retrieval.labels import grams_of
from tests.engines.retrieval.relevance.measure import (
    Judged,
    Search,
    by_kind,
    catalogue,
    judged,
)

#: kinds of queries of which every one must find something
ANSWERED = ("initial", "half", "keyboard", "keyboard-back")
OFFERS = 10_000
PREFIXES = ("", "햇 ", "국내산 ", "알뜰 ", "특 ", "오늘 ")


def substring(documents: Sequence[Document]) -> Search:
    """Every word typed stands in name, stall or description: as the storefront searched so far; by name's length."""

    def search(query: str) -> list[int]:
        words = query.lower().split()
        found = [
            d
            for d in documents
            if all(
                w in f"{d.brand}{d.variety}{d.name} {d.name_en} {d.description}".lower()
                for w in words
            )
        ]
        return [d.id for d in sorted(found, key=lambda d: (len(d.name), d.id))[:10]]

    return search


def letter_runs(documents: Sequence[Document]) -> Search:
    """Cosine of TF-IDF over runs of three letters of name and shelf."""
    texts = [f"{d.brand}{d.variety}{d.name}".replace(" ", "").lower() for d in documents]
    return _cosine(documents, [sorted(grams_of(letters(t))) for t in texts], _runs)


def _runs(query: str) -> list[str]:
    return sorted(grams_of(letters(query.replace(" ", "").lower())))


def _cosine(
    documents: Sequence[Document], terms: list[list[str]], read: Callable[[str], list[str]]
) -> Search:
    seen = Counter(t for ts in terms for t in set(ts))
    postings: dict[str, list[int]] = defaultdict(list)
    for number, ts in enumerate(terms):
        for term in set(ts):
            postings[term].append(number)
    idf = {t: math.log(1 + len(documents) / n) for t, n in seen.items()}
    norms = [math.sqrt(sum(idf[t] ** 2 for t in set(ts))) or 1.0 for ts in terms]

    def search(query: str) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        for term in set(read(query)):
            for number in postings.get(term, ()):
                scores[number] += idf[term] ** 2
        best = sorted(scores, key=lambda n: (-scores[n] / norms[n], n))[:10]
        return [documents[n].id for n in best]

    return search


def bm25_morphemes(documents: Sequence[Document], k1: float = 1.2, b: float = 0.75) -> Search:
    """BM25 over Kiwi's nouns and the words of name, shelf and description."""
    texts = [
        f"{d.brand} {d.variety} {d.name} {' '.join(d.category)} {d.description}".lower()
        for d in documents
    ]
    terms = [[*nouns, *text.split()] for nouns, text in zip(nouns_of(texts), texts, strict=True)]
    counts = [Counter(ts) for ts in terms]
    mean = sum(map(len, terms)) / len(terms)
    seen = Counter(t for c in counts for t in c)
    idf = {t: math.log(1 + (len(terms) - n + 0.5) / (n + 0.5)) for t, n in seen.items()}
    postings: dict[str, list[int]] = defaultdict(list)
    for number, count in enumerate(counts):
        for term in count:
            postings[term].append(number)

    def search(query: str) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        folded = query.lower()
        for term in {*nouns_of([folded])[0], *folded.split()}:
            for number in postings.get(term, ()):
                often = counts[number][term]
                norm = k1 * (1 - b + b * len(terms[number]) / mean)
                scores[number] += idf[term] * often * (k1 + 1) / (often + norm)
        return [documents[n].id for n in sorted(scores, key=lambda n: (-scores[n], n))[:10]]

    return search


def engine(documents: Sequence[Document], encoder: Encoder | None = None) -> Search:
    """This engine."""
    index = Index.build(documents, encoder=encoder)

    def search(query: str) -> list[int]:
        return [result.id for result in index.search(query, 10).results]

    return search


def many(documents: Sequence[Document], size: int = OFFERS) -> list[Document]:
    """``size`` offers: the set's goods at further stalls, half of them under longer names."""
    draw = random.Random(1)
    found = []
    for number in range(size):
        base, turn = documents[number % len(documents)], number // len(documents)
        name = PREFIXES[turn % len(PREFIXES)] + base.name if draw.random() < 0.5 else base.name
        price = int((base.price_krw or 1000) * draw.uniform(0.7, 1.4))
        stall = f"{base.stall} {turn}"
        found.append(replace(base, id=number + 1, name=name, stall=stall, price_krw=price))
    return found


def _timed(function: Callable[[Any], object], arguments: Sequence[Any]) -> dict[str, float]:
    """Milliseconds of CPU per call: the machine is shared, so waiting for a core does not count."""
    taken = []
    for argument in arguments:
        began = process_time()
        function(argument)
        taken.append((process_time() - began) * 1000)
    taken.sort()
    return {
        "p50": round(taken[len(taken) // 2], 2),
        "p95": round(taken[int(len(taken) * 0.95)], 2),
    }


def latency(documents: Sequence[Document], queries: Sequence[Judged]) -> dict[str, Any]:
    """CPU time at `OFFERS` offers on one core, and memory without and with what Kiwi takes."""
    offers = many(documents)
    process = psutil.Process()
    nouns_of(["기다림"])
    labels.forget()
    before, began = process.memory_info().rss, process_time()
    index = Index.build(offers)
    built = process_time() - began
    texts = [q.query for q in queries]
    for text in texts[:30]:
        index.search(text)
    prefixes = [t[:n] for t in texts for n in (1, 2, 3, 4) if len(t) >= n]
    renamed = [replace(d, name=f"{d.name} 새로{d.id}") for d in offers[:500]]
    return {
        "offers": len(offers),
        "build_s": round(built, 1),
        "memory_mb": round((process.memory_info().rss - before) / 1e6),
        "search_ms": _timed(index.search, texts),
        "suggest_ms": _timed(index.suggest, prefixes),
        "price_update_ms": _timed(lambda d: index.update([replace(d, price_krw=1)]), offers[:500]),
        "rename_ms": _timed(lambda d: index.update([d]), renamed),
    }


def unanswered(queries: Sequence[Judged], search: Search) -> list[str]:
    """Queries of letters in progress that find nothing that is right."""
    return [
        q.query
        for q in queries
        if q.kind in ANSWERED and not any(q.grades.get(i, 0) >= 2 for i in search(q.query))
    ]


def run() -> dict[str, Any]:
    """Figures by part and kind, beside the baselines."""
    documents = catalogue()
    parts = {part: judged(part) for part in ("tuning", "locked")}
    searches = {
        "engine": engine(documents),
        "substring": substring(documents),
        "letter runs": letter_runs(documents),
        "bm25 morphemes": bm25_morphemes(documents),
    }
    encoder = installed()
    if encoder is not None:
        searches["engine with meaning"] = engine(documents, encoder)
    ndcg = {
        name: {part: by_kind(queries, search) for part, queries in parts.items()}
        for name, search in searches.items()
    }
    every = [*parts["tuning"], *parts["locked"]]
    return {
        "documents": len(documents),
        "queries": {part: len(queries) for part, queries in parts.items()},
        "ndcg10": ndcg,
        "unanswered": unanswered(every, searches["engine"]),
        "latency": latency(documents, every),
    }


def table(figures: dict[str, Any]) -> list[str]:
    """NDCG at 10 by kind, ours on both parts and the baselines on the locked one."""
    ours = figures["ndcg10"]["engine"]
    others = [name for name in figures["ndcg10"] if name != "engine"]
    lines = [f"{'kind':14} {'tuning':>8} {'locked':>8} " + " ".join(f"{n:>20}" for n in others)]
    for kind in sorted(ours["tuning"], key=lambda k: (k == "all", k)):
        row = [ours[part].get(kind, float("nan")) for part in ("tuning", "locked")]
        rest = [figures["ndcg10"][name]["locked"].get(kind, float("nan")) for name in others]
        lines.append(
            f"{kind:14} {row[0]:8.3f} {row[1]:8.3f} " + " ".join(f"{v:20.3f}" for v in rest)
        )
    return lines
