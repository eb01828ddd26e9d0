"""Which items of a list a line could be: the few that share rare words and letters of the name with it.

For the items of a market or an alliance (some ten thousand at a time): an inverted index of hashed words and letter
grams (feature hashing: Weinberger et al., ICML 2009), weighted by rarity squared. Made once, asked often.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jangteo.engines.pairing import Candidate, tokens
from jangteo.engines.sameitem.goods import Goods, record_of
from jangteo.engines.sameitem.matcher import Side, as_goods

_COLUMNS = 1 << 18
#: of a whole word, of letter grams, of the category and of the amount
_WORD, _GRAM, _SHELF, _AMOUNT = 2.0, 1.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Index:
    """Items ready to be asked."""

    weights: Any
    rarity: NDArray[np.float32]
    barcodes: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, items: Sequence[Side]) -> Index:
        """Index ``items``; their places in the sequence are what `nearest` answers with."""
        goods = [as_goods(item) for item in items]
        raw = _matrix(goods)
        frequency = np.bincount(raw.indices, minlength=_COLUMNS)
        rarity = (np.log((1 + len(goods)) / (1 + frequency)) + 1).astype(np.float32)
        barcodes: dict[str, list[int]] = {}
        for place, one in enumerate(goods):
            if one.gtin:
                barcodes.setdefault(one.gtin, []).append(place)
        columns = _scaled(raw, rarity).T.tocsr()
        return cls(columns, rarity, {code: tuple(found) for code, found in barcodes.items()})

    def nearest(self, side: Side, k: int = 10) -> list[Candidate]:
        """The ``k`` likeliest items, best first, those of the same barcode before all others; none that share nothing.

        ``left`` of each candidate is 0, ``right`` the item's place. `ValueError` for ``k`` below 1.
        """
        if k < 1:
            raise ValueError("k must be at least 1")
        goods = as_goods(side)
        found = (_scaled(_matrix([goods]), self.rarity) @ self.weights).tocsr()
        likeness = dict(zip(found.indices.tolist(), found.data.tolist(), strict=True))
        likeness |= dict.fromkeys(self.barcodes.get(goods.gtin or "", ()), 1.0)
        best = sorted(likeness, key=lambda place: (-likeness[place], place))[:k]
        return [Candidate(left=0, right=p, likeness=min(1.0, float(likeness[p]))) for p in best]


def candidates(side: Side, base: Sequence[Side], k: int = 10) -> list[Candidate]:
    """`Index.nearest` of ``base`` for one question; keep an `Index` to ask more than once."""
    return Index.of(base).nearest(side, k)


def _matrix(goods: Sequence[Goods]) -> sparse.csr_matrix:
    columns: list[int] = []
    values: list[float] = []
    starts = [0]
    for one in goods:
        for word, weight in _words(one).items():
            columns.append(zlib.crc32(word.encode()) % _COLUMNS)
            values.append(weight)
        starts.append(len(columns))
    made = sparse.csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int32)),
        shape=(len(goods), _COLUMNS),
    )
    made.sum_duplicates()
    return made


def _words(goods: Goods) -> dict[str, float]:
    record = record_of(goods)
    title = tokens.words(tokens.clean(record.get("reading", "")))
    found: dict[str, float] = {}
    for word in title:
        found[f"w{word}"] = _WORD
    glued = tokens.jamo(goods.core or "".join(title))
    for gram in tokens.grams(glued, 4, 4):
        found[f"g{gram}"] = _GRAM
    for kind, weight in (("category", _SHELF), ("net", _AMOUNT)):
        if kind in record:
            found[f"{kind}{record[kind]}"] = weight
    return found


def _scaled(raw: sparse.csr_matrix, rarity: NDArray[np.float32]) -> sparse.csr_matrix:
    made = raw.copy()
    made.data = made.data * rarity[made.indices] ** 2
    lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    made.data = made.data / np.repeat(np.maximum(lengths, 1e-9), np.diff(made.indptr))
    return made
