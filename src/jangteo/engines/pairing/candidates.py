"""Which pairs are worth a look at all: the few records of one list that share rare words and grams with each of another.

Inverted lists of words and character grams, weighted by rarity squared, as one sparse product; the best ``k`` of each
record are kept (blocking: Papadakis, Skoutas, Thanos, Palpanas, "Blocking and filtering techniques for entity
resolution: a survey", ACM Computing Surveys 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from jangteo.engines.pairing.records import Record
from jangteo.engines.pairing.space import VIEWS, Space, scaled

#: weight of the words of all text, grams of the name and grams of all text
_WEIGHTS = {"text": 1.0, "glued": 0.5, "grams": 0.7, "textgrams": 0.5}
#: so many records are looked up at a time, to bound the memory
_AT_A_TIME = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Places of the two records in their lists, and how alike (0 to 1)."""

    left: int
    right: int
    likeness: float


def candidates(
    left: Sequence[Record], right: Sequence[Record], space: Space, k: int = 20
) -> list[Candidate]:
    """The ``k`` most alike records of ``right`` for each of ``left``, best first; none that share nothing.

    Equal likeness: the earlier record first. `ValueError` for ``k`` below 1.
    """
    if k < 1:
        raise ValueError("k must be at least 1")
    if not left or not right:
        return []
    rows, columns = _weighed([*left, *right], space, len(left))
    total = sum(_WEIGHTS.values())
    found: list[Candidate] = []
    for start in range(0, len(left), _AT_A_TIME):
        likeness = (rows[start : start + _AT_A_TIME] @ columns).tocsr()
        for row in range(likeness.shape[0]):
            span = slice(likeness.indptr[row], likeness.indptr[row + 1])
            places, values = likeness.indices[span], likeness.data[span]
            best = np.lexsort((places, -values))[:k]
            found += [
                Candidate(
                    left=start + row,
                    right=int(places[at]),
                    likeness=min(1.0, float(values[at]) / total),
                )
                for at in best
            ]
    return found


def _weighed(
    records: list[Record], space: Space, lefts: int
) -> tuple[sparse.csr_matrix, sparse.csc_matrix]:
    readings = [space.read(record) for record in records]
    parts = []
    for name, weight in _WEIGHTS.items():
        counts, idf = space.views[name].count([VIEWS[name](r) for r in readings])
        counts.data = np.ones_like(counts.data)
        parts.append(scaled(counts, idf * idf) * np.sqrt(weight))
    every = sparse.hstack(parts, format="csr").astype(np.float32)
    return every[:lefts], every[lefts:].T.tocsc()
