"""What is known of all records before any pair is looked at: their words and grams, how rare each is, what goes together.

`Space.of` learns it from records without labels (both lists that are to be matched, or all names of a market). Rarity
is the smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1 (Salton and Buckley 1988, as scikit-learn counts
it); a word never seen before is as rare as one can be. The latent space is a truncated singular value decomposition of
the words' and grams' TF-IDF (Deerwester et al.: "Indexing by latent semantic analysis", JASIS 1990).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from jangteo.engines.pairing import tokens
from jangteo.engines.pairing.records import Record, Schema

Floats = NDArray[np.float32]
#: directions kept of the latent space
LATENT = 48


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One record, read: its name, all of its text, and what they state."""

    title: str
    text: str
    values: tuple[str, ...]
    title_words: tuple[str, ...]
    text_words: tuple[str, ...]
    glued_title: str
    glued_text: str
    title_codes: frozenset[str]
    text_codes: frozenset[str]
    title_numbers: frozenset[str]
    text_numbers: frozenset[str]
    title_amounts: frozenset[tokens.Amount]
    text_amounts: frozenset[tokens.Amount]
    text_colours: frozenset[str]
    price: float | None


def read(record: Record, schema: Schema, normaliser: tokens.Normaliser | None = None) -> Reading:
    """``record`` read after ``schema``; what it lacks is empty."""
    title = tokens.clean(record.get(schema.title, ""), normaliser)
    values = tuple(tokens.clean(record.get(key, ""), normaliser) for key in schema.texts)
    text = " ; ".join(part for part in (title, *values) if part)
    text_words = tuple(tokens.words(text))
    return Reading(
        title=title,
        text=text,
        values=values,
        title_words=tuple(tokens.words(title)),
        text_words=text_words,
        glued_title=tokens.compact(title),
        glued_text=tokens.compact(text),
        title_codes=tokens.codes(title),
        text_codes=tokens.codes(text),
        title_numbers=tokens.numbers(title),
        text_numbers=tokens.numbers(text),
        title_amounts=tokens.amounts(title),
        text_amounts=tokens.amounts(text),
        text_colours=tokens.colours(text_words),
        price=tokens.price(record.get(schema.price, "")) if schema.price else None,
    )


def _title_words(reading: Reading) -> Sequence[str]:
    return reading.title_words


def _text_words(reading: Reading) -> Sequence[str]:
    return reading.text_words


def _title_grams(reading: Reading) -> Sequence[str]:
    return tokens.word_grams([tokens.jamo(w) for w in reading.title_words], 2, 4)


def _glued_grams(reading: Reading) -> Sequence[str]:
    return tokens.grams(tokens.jamo(reading.glued_title), 4, 5)


def _text_grams(reading: Reading) -> Sequence[str]:
    return tokens.word_grams([tokens.jamo(w) for w in reading.text_words], 3, 3)


#: the ways a record is taken apart; each has its own rarities
VIEWS: dict[str, Callable[[Reading], Sequence[str]]] = {
    "words": _title_words,
    "text": _text_words,
    "grams": _title_grams,
    "glued": _glued_grams,
    "textgrams": _text_grams,
}


@dataclass(frozen=True, slots=True)
class View:
    """Words (or grams) of one kind and how rare each is."""

    index: dict[str, int]
    idf: Floats
    unknown_idf: float

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> View:
        """Count ``documents``; every distinct word gets a place, in the order of the alphabet."""
        frequency: Counter[str] = Counter()
        for document in documents:
            frequency.update(set(document))
        known = sorted(frequency)
        counts = np.array([frequency[word] for word in known], dtype=np.float64)
        idf = np.log((1 + len(documents)) / (1 + counts)) + 1
        return cls(
            {word: place for place, word in enumerate(known)},
            idf.astype(np.float32),
            float(np.log(1 + len(documents)) + 1),
        )

    def count(self, documents: Sequence[Sequence[str]]) -> tuple[sparse.csr_matrix, Floats]:
        """(documents, words) counts, and the rarity of each column. New words get columns after the known ones."""
        new: dict[str, int] = {}
        known = len(self.index)
        columns: list[int] = []
        values: list[int] = []
        starts = [0]
        for document in documents:
            for word, times in Counter(document).items():
                place = self.index.get(word)
                if place is None:
                    place = new.setdefault(word, known + len(new))
                columns.append(place)
                values.append(times)
            starts.append(len(columns))
        idf = np.concatenate([self.idf, np.full(len(new), self.unknown_idf, dtype=np.float32)])
        matrix = sparse.csr_matrix(
            (
                np.array(values, dtype=np.float32),
                np.array(columns, dtype=np.int32),
                np.array(starts, dtype=np.int32),
            ),
            shape=(len(documents), len(idf)),
        )
        matrix.sort_indices()
        return matrix, idf


#: view -> (records, words) counts and rarities of the columns
Counted = dict[str, tuple[sparse.csr_matrix, Floats]]


def scaled(matrix: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """Columns of ``matrix`` times ``weights``, rows of length one (empty rows stay empty)."""
    found = matrix.copy()
    found.data = found.data * weights[found.indices]
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    found.data = found.data / np.repeat(np.maximum(lengths, 1e-9), np.diff(found.indptr))
    return found


@dataclass(frozen=True, slots=True)
class Space:
    """`VIEWS` counted over a corpus, and the latent directions (rows: words then grams of the name)."""

    schema: Schema
    views: dict[str, View]
    latent: Floats
    normaliser: tokens.Normaliser | None = None

    @classmethod
    def of(
        cls, records: Sequence[Record], schema: Schema, normaliser: tokens.Normaliser | None = None
    ) -> Space:
        """Learn from ``records`` (without labels); the same records in the same order give the same space."""
        readings = [read(record, schema, normaliser) for record in records]
        views = {name: View.of([view(r) for r in readings]) for name, view in VIEWS.items()}
        half = cls(schema, views, np.zeros((0, 0), dtype=np.float32), normaliser)
        matrix = half._latent_input(half.count(readings))
        if min(matrix.shape) <= LATENT + 10:
            return half
        _, _, directions = randomized_svd(matrix, LATENT, n_iter=4, random_state=0)
        return cls(schema, views, directions.T.astype(np.float32), normaliser)

    def read(self, record: Record) -> Reading:
        """One record, after this space's schema."""
        return read(record, self.schema, self.normaliser)

    def count(self, readings: Sequence[Reading]) -> Counted:
        """(records, words) counts of every view, and the rarities of its columns."""
        return {
            name: view.count([VIEWS[name](r) for r in readings])
            for name, view in self.views.items()
        }

    def _latent_input(self, counted: Counted) -> sparse.csr_matrix:
        parts = []
        for name in ("text", "grams"):
            counts, idf = counted[name]
            logged = counts.copy()
            logged.data = 1 + np.log(logged.data)
            parts.append(scaled(logged, idf)[:, : len(self.views[name].index)])
        return sparse.csr_matrix(sparse.hstack(parts, format="csr"))

    def embed(self, counted: Counted) -> Floats:
        """(records, directions) places in the latent space, of length one; no directions for a tiny corpus."""
        if not self.latent.size:
            return np.zeros((counted["text"][0].shape[0], 0), dtype=np.float32)
        places = np.asarray(self._latent_input(counted) @ self.latent, dtype=np.float32)
        lengths = np.linalg.norm(places, axis=1, keepdims=True)
        return np.asarray(places / np.maximum(lengths, 1e-9), dtype=np.float32)
