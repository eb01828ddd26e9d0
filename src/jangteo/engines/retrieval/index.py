"""The index of one market in memory: documents in, ranked ids with reasons out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from jangteo.engines.retrieval.facets import facets_of
from jangteo.engines.retrieval.hangul import (
    from_latin_keys,
    has_letter,
    is_initials,
    letters,
    sound,
)
from jangteo.engines.retrieval.labels import Label, label_key, read_label
from jangteo.engines.retrieval.matchers import SIGNALS
from jangteo.engines.retrieval.ranker import scores
from jangteo.engines.retrieval.records import (
    Document,
    Encoder,
    Filters,
    Meaning,
    Result,
    Results,
    Sort,
    Suggestion,
)
from jangteo.engines.retrieval.scoring import Candidates, Found
from jangteo.engines.retrieval.store import Store, StoreVocabulary
from jangteo.engines.retrieval.text import MAX_QUERY, fold, has_hangul
from jangteo.engines.retrieval.understanding import understand_query

#: a result less sure than this is no match
MATCH = 0.24
#: and this sure it is shown behind the matches when they are few
RELATED = 0.1
#: sorted by price, what is less relevant than this share of the best comes behind
_SORTED_SHARE = 0.6
_NEAREST = 5
_UNPRICED = 10**12
_SCANNED = 600


class Index:
    """Documents of one market. Not safe for threads that write while others read: lock around `update`."""

    def __init__(self, encoder: Encoder | None = None, *, morphology: bool = True) -> None:
        self._store = Store()
        self._documents: dict[int, Document] = {}
        self._labels: dict[int, int] = {}
        self._stalls: Counter[str] = Counter()
        self._morphology = morphology
        self._encoder = encoder
        self._vectors: dict[int, NDArray[np.float32]] = {}
        #: the vectors' numbers and rows, made again at the first search after a change
        self._matrix: tuple[list[int], NDArray[np.float32]] | None = None
        self.vocabulary = StoreVocabulary(self._store, self._stalls)

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        encoder: Encoder | None = None,
        morphology: bool = True,
    ) -> Index:
        """An index of ``documents``; the last one of two with the same id stays."""
        index = cls(encoder, morphology=morphology)
        index._store.load()
        for document in documents:
            index._put(document)
        index._store.settle()
        index.learn_meanings()
        return index

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, id_: int) -> bool:
        return id_ in self._documents

    def document(self, id_: int) -> Document:
        """The document ``id_``; KeyError when it is not here."""
        return self._documents[id_]

    def update(self, documents: Iterable[Document]) -> None:
        """Puts documents in, in place of those with their ids. Meanings of new names wait for `learn_meanings`."""
        for document in documents:
            self._put(document)

    def remove(self, ids: Iterable[int]) -> None:
        """Takes documents out; ids that are not here are nothing."""
        for id_ in ids:
            document = self._documents.pop(id_, None)
            if document is not None:
                self._take(document)

    def _put(self, document: Document) -> None:
        held = self._documents.get(document.id)
        if held is not None:
            if label_key(held) == label_key(document) and held.stall == document.stall:
                self._documents[document.id] = document
                return
            if not self._store._loose:
                self._take(held)
            else:
                self._store.settle()
                self._take(held)
                self._store.load()
        key = label_key(document)
        number = self._store.number_of(key)
        label = (
            self._store.labels[number]
            if number is not None
            else read_label(document, morphology=self._morphology)
        )
        self._labels[document.id] = self._store.add(key, label, document.id)
        self._documents[document.id] = document
        if document.stall:
            self._stalls[document.stall] += 1

    def _take(self, document: Document) -> None:
        number = self._labels.pop(document.id)
        self._store.drop(label_key(document), number, document.id)
        if number not in self._store.labels:
            self._vectors.pop(number, None)
            self._matrix = None
        if document.stall:
            self._stalls[document.stall] -= 1
            if not self._stalls[document.stall]:
                del self._stalls[document.stall]

    def learn_meanings(self) -> int:
        """Encodes names that have no vector yet; how many there were. Nothing without an encoder."""
        if self._encoder is None:
            return 0
        missing = [n for n in self._store.labels if n not in self._vectors]
        if missing:
            texts = [_meaning_text(self._store.labels[n]) for n in missing]
            for number, vector in zip(missing, self._encoder.encode(texts), strict=True):
                self._vectors[number] = vector
            self._matrix = None
        return len(missing)

    def understand(self, query: str) -> Meaning:
        """What ``query`` means here."""
        return understand_query(query, self.vocabulary, morphology=self._morphology)

    def search(
        self,
        query: str,
        limit: int = 20,
        *,
        filters: Filters | None = None,
        sort: Sort = Sort.RELEVANCE,
        offset: int = 0,
    ) -> Results:
        """The documents that answer ``query``, best first; never raises for any text.

        What can be ordered now comes before what cannot. Sorted by price, the clearly relevant come first.
        """
        meaning = self.understand(query)
        filters = filters or Filters()
        candidates = self._candidates(meaning, query)
        found = candidates.found(self._documents, filters)
        ranked = self._ranked(found, sort if sort is not Sort.RELEVANCE else meaning.sort or sort)
        hits = [(score, row) for score, row in ranked if row.guess >= MATCH]
        total = len(hits)
        if hits and total < offset + limit:
            hits += [
                (score, row) for score, row in ranked if row.aim and RELATED <= row.guess < MATCH
            ][:limit]
        chosen = hits[offset : offset + limit] if limit > 0 else []
        nearest = ranked[:_NEAREST] if not hits else []
        return Results(
            meaning=meaning,
            results=tuple(_result(score, row) for score, row in chosen),
            total=total,
            facets=facets_of(self._documents[row.id] for _, row in hits[:total]),
            did_you_mean=meaning.corrected,
            nearest=tuple(_result(score, row) for score, row in nearest),
        )

    def signals(self, query: str) -> list[Found]:
        """Every candidate with its signals, unranked: what a ranker learns from."""
        return self._candidates(self.understand(query), query).found(self._documents, Filters())

    def _candidates(self, meaning: Meaning, query: str) -> Candidates:
        near: dict[int, float] = {}
        if (
            self._encoder is not None
            and self._vectors
            and not meaning.is_empty
            and not meaning.initials
        ):
            near = self._near(self._encoder, meaning.corrected or meaning.text or query)
        return Candidates(self._store, meaning, near)

    def _near(self, encoder: Encoder, text: str) -> dict[int, float]:
        if self._matrix is None:
            numbers = list(self._vectors)
            self._matrix = numbers, np.stack([self._vectors[n] for n in numbers])
        numbers, matrix = self._matrix
        likeness = matrix @ encoder.encode([text])[0]
        return {n: float(v) for n, v in zip(numbers, likeness, strict=True)}

    def _ranked(self, found: list[Found], sort: Sort) -> list[tuple[float, Found]]:
        if not found:
            return []
        distinct: dict[tuple[float, ...], int] = {}
        places = [distinct.setdefault(row.signals, len(distinct)) for row in found]
        learned = scores(np.array(list(distinct), dtype=np.float64))
        ranked = [(float(learned[place]), row) for place, row in zip(places, found, strict=True)]
        ranked.sort(
            key=lambda pair: (
                not self._documents[pair[1].id].available,
                -pair[0],
                -pair[1].guess,
                pair[1].id,
            )
        )
        if sort is not Sort.RELEVANCE:
            bar = _SORTED_SHARE * max(score for score, _ in ranked)
            ranked.sort(
                key=lambda pair: (
                    pair[0] < bar,
                    self._price(pair[1].id, sort),
                    -pair[0],
                    pair[1].id,
                )
            )
        return ranked

    def _price(self, id_: int, sort: Sort) -> int:
        document = self._documents[id_]
        price = document.per_100_krw if sort is Sort.PER_100 else document.price_krw
        return _UNPRICED if price is None else price

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Names that complete what was typed so far, those of most documents first."""
        folded = fold(prefix[:MAX_QUERY]).replace(" ", "")
        if not folded or limit <= 0:
            return []
        store = self._store
        counted: dict[int, float] = {}
        ways = [(store.initials, folded, 1.0)] if is_initials(folded) else []
        if has_hangul(folded):
            ways.append((store.starts, letters(folded), 1.0))
        else:
            keyed = from_latin_keys(prefix.replace(" ", ""))
            if not has_letter(keyed[:-1]):
                ways.append((store.starts, letters(fold(keyed)), 0.9))
            ways += [(store.starts, folded, 1.0), (store.sounds, sound(folded), 0.8)]
        for listed, start, worth in ways:
            for value, number in store.beginning(listed, start, _SCANNED):
                share = len(start) / len(value)
                first = value in (
                    store.labels[number].name_letters,
                    store.labels[number].initials[0],
                )
                counted[number] = max(counted.get(number, 0.0), worth * (1.0 + share + first))
        texts: dict[str, tuple[float, int]] = {}
        for number, worth in counted.items():
            label, bearers = store.labels[number], len(store.bearers[number])
            held = texts.get(label.shown, (0.0, 0))
            texts[label.shown] = (max(held[0], worth), held[1] + bearers)
        best = sorted(
            texts.items(),
            key=lambda item: (-item[1][0] - 0.15 * min(item[1][1], 10), len(item[0]), item[0]),
        )
        return [Suggestion(text=text, documents=count) for text, (_, count) in islice(best, limit)]


def _meaning_text(label: Label) -> str:
    return " ".join([label.shown, *label.path[1:]])


def _result(score: float, row: Found) -> Result:
    return Result(
        id=row.id,
        score=round(score, 6),
        signals={name: value for name, value in zip(SIGNALS, row.signals, strict=True) if value},
        aim=row.aim,
        way=row.way,
        why=row.why,
    )
