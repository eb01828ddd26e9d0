"""Which words matter when they are shared or missing: learned weights of "both say upgrade", "only the left says mac".

A logistic regression over those cues and the (standardised) comparison features; its weights are learned from labelled
pairs. On the pairs it learned from its verdict would be too good to be true, so there it is given out of fold, and
elsewhere the mean of the folds' models is used, which is again one linear model (stacking: Wolpert, "Stacked
generalization", Neural Networks 1992).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from jangteo.engines.pairing.features import Batch
from jangteo.engines.pairing.space import Floats, Reading

#: a cue in fewer pairs is not learned
LEAST_PAIRS = 3
#: a cue in this share of the pairs is also a column of its own
OFTEN = 0.01
_STRENGTH = 0.1
_DENSE_WEIGHT = 0.3
_CLIP = 4.0


def cues_of(a: Reading, b: Reading) -> Iterator[str]:
    """``=word`` both say it, ``~word`` the other side has it inside its glued text, ``<word`` only the left says it,
    ``>word`` only the right, ``!word`` exactly one of them."""
    in_a, in_b = dict.fromkeys(a.title_words), dict.fromkeys(b.title_words)
    for word in in_a:
        if word in in_b:
            yield "=" + word
        elif len(word) >= 3 and word in b.glued_text:
            yield "~" + word
        else:
            yield "<" + word
            yield "!" + word
    for word in in_b:
        if word in in_a:
            continue
        if len(word) >= 3 and word in a.glued_text:
            yield "~" + word
        else:
            yield ">" + word
            yield "!" + word


@dataclass(frozen=True, slots=True)
class Cues:
    """Known cues and their weights, and the scale and weights of the dense features."""

    index: dict[str, int]
    often: tuple[str, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    @classmethod
    def learn(
        cls,
        documents: Sequence[set[str]],
        dense: Floats,
        labels: NDArray[np.int64],
        folds: NDArray[np.int64],
    ) -> tuple[Cues, NDArray[np.float64]]:
        """Learn from pairs that show ``documents`` of cues and have ``labels`` (0, 1). ``folds``: the fold of each pair.

        Returns the cues and the out-of-fold verdicts (log-odds) on these pairs.
        """
        counts = Counter(cue for document in documents for cue in document)
        known = sorted(cue for cue, times in counts.items() if times >= LEAST_PAIRS)
        least = max(LEAST_PAIRS, math.ceil(OFTEN * len(documents)))
        filled = dense.astype(np.float64)
        seen = ~np.isnan(filled)
        number = np.maximum(seen.sum(axis=0), 1)
        mean = np.where(seen, filled, 0).sum(axis=0) / number
        scale = np.sqrt(np.where(seen, (filled - mean) ** 2, 0).sum(axis=0) / number) + 1e-6
        start = cls(
            {cue: place for place, cue in enumerate(known)},
            tuple(cue for cue in known if counts[cue] >= least),
            mean,
            scale,
            np.zeros(0),
            0.0,
        )
        matrix = start._matrix(documents, dense)
        verdicts = np.zeros(len(labels))
        weights, bias, rounds = np.zeros(matrix.shape[1]), 0.0, 0
        for fold in np.unique(folds):
            inside = folds != fold
            model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=0)
            model.fit(matrix[inside], labels[inside])
            verdicts[~inside] = model.decision_function(matrix[~inside])
            weights += model.coef_[0]
            bias += float(model.intercept_[0])
            rounds += 1
        done = cls(start.index, start.often, mean, scale, weights / rounds, bias / rounds)
        return done, verdicts

    def verdicts(self, documents: Sequence[set[str]], dense: Floats) -> NDArray[np.float64]:
        """Log-odds of pairs that were not learned from."""
        return np.asarray(self._matrix(documents, dense) @ self.weights + self.bias)

    def columns(self, documents: Sequence[set[str]]) -> Floats:
        """(pairs, often) 1 where the pair shows the cue."""
        place = {cue: i for i, cue in enumerate(self.often)}
        found = np.zeros((len(documents), len(place)), dtype=np.float32)
        for row, document in enumerate(documents):
            for cue in document & place.keys():
                found[row, place[cue]] = 1
        return found

    def _matrix(self, documents: Sequence[set[str]], dense: Floats) -> sparse.csr_matrix:
        rows: list[int] = []
        columns: list[int] = []
        for row, document in enumerate(documents):
            places = [self.index[cue] for cue in document if cue in self.index]
            columns += sorted(places)
            rows += [row] * len(places)
        cues = sparse.csr_matrix(
            (np.ones(len(rows)), (rows, columns)), shape=(len(documents), len(self.index))
        )
        missing = np.isnan(dense)
        scaled = np.clip(
            (np.where(missing, self.mean, dense) - self.mean) / self.scale, -_CLIP, _CLIP
        )
        both = np.hstack([scaled, missing]) * _DENSE_WEIGHT
        return sparse.csr_matrix(sparse.hstack([cues, sparse.csr_matrix(both)], format="csr"))


def cue_sets(batch: Batch) -> list[set[str]]:
    """The cues of every pair of ``batch``."""
    at = batch.readings
    return [set(cues_of(at[a], at[b])) for a, b in zip(batch.left, batch.right, strict=True)]
