"""Titles in a language with stems and spaces: candidates and signals for a learned order.

BM25 (Robertson and Zaragoza, 2009) over stems and pairs of stems, TF-IDF of runs of characters, a latent space
(Deerwester et al., 1990), and a lexicon of which title words answer which query words, learned from judged pairs
(IBM model 1, Brown et al., 1993). Arrays in, arrays out.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds
from sklearn.feature_extraction.text import TfidfVectorizer

from jangteo.engines.retrieval.english import stem

_WORD = re.compile(r"[a-z]+|\d+(?:[./-]\d+)*")
_ENTITY = re.compile(r"&#?\w+;")
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "in",
        "to",
        "and",
        "with",
        "on",
        "by",
        "or",
        "at",
        "is",
        "x",
        "s",
    ]
)
#: units as titles and shoppers write them
_UNIT = {
    "inch": "in", "inches": "in", "foot": "ft", "feet": "ft", "pound": "lb", "pounds": "lb", "lbs": "lb",
    "gallon": "gal", "gallons": "gal", "ounce": "oz", "ounces": "oz", "volts": "volt", "v": "volt", "watts": "watt",
    "w": "watt", "amps": "amp", "sqft": "sq", "square": "sq", "cubic": "cu", "yards": "yd", "yard": "yd",
    "centimeter": "cm", "millimeter": "mm", "mil": "mm",
}  # fmt: skip
#: what ends the part of a title that says what the thing is
_END = re.compile(r",| with | for | in | \(| and | - ")
SIGNALS = (
    "bm25", "bm25_share", "pairs", "covers", "covers_count", "runs", "numbers", "first", "last", "head", "answers",
    "answers_share", "latent", "length", "asked", "unknown", "rank_bm25", "rank_answers", "meaning", "judged", "kin",
)  # fmt: skip
K1, B = 1.2, 0.6
_CANDIDATES = (60, 25, 40, 30, 30, 30)
_LATENT = 128
_LIKE_QUERIES, _LEAST_LIKE = 20, 0.25
_ROUNDS = 6


def title_words(text: str) -> list[str]:
    """Stems of words and numbers with their units folded, without words that say nothing."""
    plain = _ENTITY.sub(" ", text.lower()).replace('"', " in ").replace("''", " in ")
    found = []
    for word in _WORD.findall(plain):
        word = _UNIT.get(word, word)
        if word not in _STOP or word == "in":
            found.append(stem(word))
    return found


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How well title words answer query words: ``table[query][title]`` is a probability."""

    table: dict[str, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def learn(cls, pairs: Iterable[tuple[str, str]]) -> Lexicon:
        """From (query, title) pairs that were judged good."""
        split = [(title_words(q), set(title_words(t))) for q, t in pairs]
        table: dict[str, dict[str, float]] = defaultdict(dict)
        together: Counter[tuple[str, str]] = Counter()
        for query, title in split:
            together.update((a, b) for a in set(query) for b in title)
        for (a, b), count in together.items():
            if count > 1 or a == b:
                table[a][b] = 1.0 + (a == b)
        for _ in range(_ROUNDS):
            table = _step(split, table)
        kept = {a: {b: p for b, p in row.items() if p > 0.01} for a, row in table.items()}
        return cls(kept)


def _step(
    split: Sequence[tuple[list[str], set[str]]], table: dict[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """One round: each title word is explained by the query words that it may answer."""
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for query, title in split:
        for word in title:
            shares = [(a, table[a].get(word, 0.0)) for a in query if a in table]
            total = sum(p for _, p in shares) + 0.05
            for a, p in shares:
                if p:
                    counts[a][word] += p / total
    found: dict[str, dict[str, float]] = {}
    for a, row in counts.items():
        total = sum(row.values())
        found[a] = {b: c / total for b, c in row.items() if c / total > 1e-4}
    return found


class Memory:
    """What earlier queries were answered with: titles judged good for queries much like this one."""

    def __init__(self, index: TitleIndex, judged: Iterable[tuple[str, str, int, float]]) -> None:
        """``judged``: query, title, the title's number in the index or -1, grade 0..1. Only good ones help."""
        rows: dict[str, int] = {}
        places: list[tuple[int, int, float]] = []
        expected: dict[int, list[NDArray[np.float32]]] = defaultdict(list)
        for query, title, number, grade in judged:
            row = rows.setdefault(" ".join(title_words(query)), len(rows))
            if number >= 0:
                places.append((row, number, grade))
            expected[row].append(grade * index.place(title_words(title)))
        self._rows = rows
        self._reader = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32
        )
        self._queries = csr_array(self._reader.fit_transform(list(rows)))
        shape = (len(rows), len(index.titles))
        values, ours, theirs = (
            [p[2] for p in places],
            [p[0] for p in places],
            [p[1] for p in places],
        )
        self._grades: Any = csr_array((values, (ours, theirs)), shape=shape)
        self._expected = np.stack(
            [_unit(np.sum(expected[row], axis=0)) for row in range(len(rows))]
        )
        self._latent = index.latent

    def recall(
        self, words: Sequence[str], asked: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For every title how good it was for like queries, and how like what was good. A query never helps itself."""
        reading = self._reader.transform([" ".join(words)])
        likeness = np.asarray((self._queries @ reading.T).todense()).ravel()
        own = self._rows.get(" ".join(title_words(asked)))
        if own is not None:
            likeness[own] = 0.0
        best = np.argpartition(-likeness, min(_LIKE_QUERIES, len(likeness) - 1))[:_LIKE_QUERIES]
        weights = np.where(likeness[best] > _LEAST_LIKE, likeness[best] ** 2, 0.0)
        judged = np.asarray(self._grades[best].T @ weights, dtype=np.float64).ravel()
        kin = self._latent @ _unit(weights @ self._expected[best])
        return judged, np.asarray(kin, dtype=np.float64)


def _unit(vector: NDArray[Any]) -> NDArray[Any]:
    norm = float(np.linalg.norm(vector))
    return np.asarray(vector / norm if norm else vector)


class TitleIndex:
    """Titles by number; everything is held in sparse arrays."""

    def __init__(self, titles: Sequence[str], vectors: NDArray[np.float32] | None = None) -> None:
        self.titles = list(titles)
        self.words = [title_words(t) for t in self.titles]
        self.vocabulary = {w: i for i, w in enumerate(sorted({w for ws in self.words for w in ws}))}
        self.frequency = Counter(w for ws in self.words for w in set(ws))
        self.lengths = np.array([len(w) for w in self.words], dtype=np.float64)
        self.idf = {
            w: math.log(1 + (len(titles) - n + 0.5) / (n + 0.5)) for w, n in self.frequency.items()
        }
        self.bm25 = self._bm25([Counter(w) for w in self.words], self.vocabulary, self.idf)
        pairs = [Counter(pairwise(w)) for w in self.words]
        names = {p: i for i, p in enumerate(sorted({p for c in pairs for p in c}))}
        seen = Counter(p for c in pairs for p in c)
        pair_idf = {p: math.log(1 + len(titles) / n) for p, n in seen.items()}
        self.pair_names = names
        self.pairs = self._bm25(pairs, names, pair_idf)
        self.runs = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(4, 4), sublinear_tf=True, dtype=np.float32
        )
        self.run_rows = csr_array(self.runs.fit_transform([" ".join(w) for w in self.words]))
        self._latent()
        self._heads = self._head_rows()
        self.vectors = vectors

    def _bm25(
        self, counts: Sequence[Counter[Any]], names: dict[Any, int], idf: dict[Any, float]
    ) -> Any:
        """Weights of terms by title, shape (titles, terms)."""
        mean = float(self.lengths.mean()) or 1.0
        rows, columns, values = [], [], []
        for row, found in enumerate(counts):
            norm = K1 * (1 - B + B * self.lengths[row] / mean)
            for term, count in found.items():
                rows.append(row)
                columns.append(names[term])
                values.append(idf[term] * count * (K1 + 1) / (count + norm))
        return csr_array((values, (rows, columns)), shape=(len(counts), max(1, len(names)))).tocsc()

    def _latent(self) -> None:
        weights = self.bm25.astype(np.float32)
        left, sizes, right = svds(weights, k=min(_LATENT, min(weights.shape) - 1), random_state=0)
        rows = left * sizes
        self.latent = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        self.latent_terms = right.T

    def place(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Where a text of these words lies in the latent space, length 1; zeros when none is known."""
        terms = [self.vocabulary[w] for w in words if w in self.vocabulary]
        weights = np.array([self.idf[w] for w in words if w in self.vocabulary], dtype=np.float32)
        if not terms:
            return np.zeros(self.latent_terms.shape[1], dtype=np.float32)
        return np.asarray(_unit(weights @ self.latent_terms[terms]), dtype=np.float32)

    def mend(self, word: str) -> str:
        """``word``, or the nearest and then most frequent word of the titles when it is in none."""
        if word in self.vocabulary or len(word) < 4 or not word.isalpha():
            return word
        return self._mended(word)

    @lru_cache(maxsize=65536)  # noqa: B019 - an index lives as long as its process
    def _mended(self, word: str) -> str:
        near = process.extract(
            word,
            self._spellable,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=1 if len(word) < 7 else 2,
            limit=8,
        )
        if not near:
            for cut in range(3, len(word) - 2):
                if word[:cut] in self.vocabulary and word[cut:] in self.vocabulary:
                    return f"{word[:cut]} {word[cut:]}"
            return word
        return min(near, key=lambda n: (n[1], -self.frequency[n[0]], n[0]))[0]

    @cached_property
    def _spellable(self) -> list[str]:
        return [w for w in self.vocabulary if len(w) > 2 and w.isalpha()]

    def read(self, query: str) -> list[str]:
        """The query's words, mended; two words that the titles write as one are one as well."""
        words = [m for w in title_words(query) for m in self.mend(w).split()]
        joined = [
            a + b
            for a, b in pairwise(words)
            if a + b in self.vocabulary and a.isalpha() and b.isalpha()
        ]
        return words + joined

    def rows(
        self,
        query: str,
        lexicon: Lexicon,
        vector: NDArray[np.float32] | None = None,
        memory: Memory | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Numbers of the titles that may answer and their `SIGNALS`, shapes (n,) and (n, signals)."""
        words = self.read(query)
        if not words:
            return np.zeros(0, dtype=np.int64), np.zeros((0, len(SIGNALS)))
        terms = [self.vocabulary[w] for w in dict.fromkeys(words) if w in self.vocabulary]
        bm25 = self._summed(self.bm25, terms)
        answers = self._answers(words, lexicon)
        runs = np.asarray(
            (self.run_rows @ self.runs.transform([" ".join(words)]).T).todense()
        ).ravel()
        latent = self._latent_likeness(terms)
        meaning = (
            self.vectors @ vector
            if self.vectors is not None and vector is not None
            else np.zeros(len(bm25))
        )
        judged = kin = np.zeros(len(bm25))
        if memory is not None:
            judged, kin = memory.recall(words, query)
        chosen: set[int] = set()
        for values, most in zip(
            (bm25, runs, answers, meaning, judged, kin), _CANDIDATES, strict=True
        ):
            top = np.argpartition(-values, min(most, len(values) - 1))[:most]
            chosen.update(int(n) for n in top if values[n] > 0)
        numbers = np.array(sorted(chosen), dtype=np.int64)
        if not len(numbers):
            return numbers, np.zeros((0, len(SIGNALS)))
        pairs = self._summed(
            self.pairs,
            [self.pair_names[p] for p in dict.fromkeys(pairwise(words)) if p in self.pair_names],
        )
        known = {
            "bm25": bm25,
            "answers": answers,
            "runs": runs,
            "latent": latent,
            "meaning": meaning,
            "pairs": pairs,
            "judged": judged,
            "kin": kin,
        }
        columns: dict[str, NDArray[np.float64]] = {
            k: np.asarray(v[numbers], dtype=np.float64) for k, v in known.items()
        }
        for name in ("bm25", "answers"):
            values = columns[name]
            columns[f"{name}_share"] = values / max(float(values.max()), 1e-9)
            order = np.argsort(-values, kind="stable")
            places = np.empty(len(values))
            places[order] = np.arange(len(values))
            columns[f"rank_{name}"] = 1.0 / (1.0 + places)
        columns |= self._words_signals(words, numbers)
        return numbers, np.stack([columns[name] for name in SIGNALS], axis=1)

    def _summed(self, weights: Any, terms: list[int]) -> NDArray[np.float64]:
        if not terms:
            return np.zeros(len(self.titles))
        return np.asarray(weights[:, terms].sum(axis=1), dtype=np.float64).ravel()

    def _answers(self, words: Sequence[str], lexicon: Lexicon) -> NDArray[np.float64]:
        """Log of how likely each title's words are to be asked for so, 0 for a title that answers nothing."""
        total = np.zeros(len(self.titles))
        for word in dict.fromkeys(words):
            row = dict(lexicon.table.get(word, {}))
            if word in self.vocabulary:
                row[word] = max(row.get(word, 0.0), 0.5)
            terms = [(self.vocabulary[w], p) for w, p in row.items() if w in self.vocabulary]
            if not terms:
                continue
            found = self.presence[:, [t for t, _ in terms]]
            total += (
                self.idf.get(word, 3.0)
                * np.asarray(found.multiply([p for _, p in terms]).max(axis=1).todense()).ravel()
            )
        return total

    @cached_property
    def presence(self) -> Any:
        """1 where a title has a term."""
        held = self.bm25.copy()
        held.data[:] = 1.0
        return held

    def _latent_likeness(self, terms: list[int]) -> NDArray[np.float64]:
        if not terms:
            return np.zeros(len(self.titles))
        vector = self.latent_terms[terms].sum(axis=0)
        norm = float(np.linalg.norm(vector))
        return np.asarray(
            self.latent @ vector / norm if norm else np.zeros(len(self.titles)), dtype=np.float64
        )

    def _words_signals(
        self, words: Sequence[str], numbers: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        weights = np.array([self.idf.get(w, 9.0) for w in words])
        places = [self.vocabulary.get(w, -1) for w in words]
        terms = [max(0, place) for place in places]
        known = np.array([place >= 0 for place in places])
        held = np.asarray(self._by_row[numbers][:, terms].todense()) * known
        heads = np.asarray(self._heads[numbers][:, terms].todense()) * known
        digits = np.array([w[0].isdigit() for w in words])
        size = len(numbers)
        return {
            "covers": held @ weights / weights.sum(),
            "covers_count": held.mean(axis=1),
            "numbers": held[:, digits].mean(axis=1) if digits.any() else np.full(size, 0.5),
            "first": held[:, 0],
            "last": held[:, -1],
            "head": heads.sum(axis=1) / 2,
            "length": self.lengths[numbers],
            "asked": np.full(size, float(len(words))),
            "unknown": np.full(size, 1.0 - known.mean()),
        }

    @cached_property
    def _by_row(self) -> Any:
        return self.presence.tocsr()

    def _head_rows(self) -> Any:
        """1 where a term ends the part of a title that says what the thing is."""
        found = [title_words(_END.split(t.lower(), maxsplit=1)[0])[-2:] for t in self.titles]
        rows = [row for row, words in enumerate(found) for w in set(words) if w in self.vocabulary]
        columns = [
            self.vocabulary[w] for words in found for w in set(words) if w in self.vocabulary
        ]
        shape = (len(self.titles), max(1, len(self.vocabulary)))
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
