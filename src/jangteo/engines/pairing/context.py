"""How a pair stands among the other pairs of its two records: is this the best the left one has, and by how much?

Deciding on one pair alone throws away that a thing in one list has one, at most a few, counterparts in the other. So
each likeness of a pair is set against the best likeness its left record has with any *other* candidate, and the same
for its right record: the margin and the rank. No label is used, only which pairs are candidates (the idea of
collective matching: Bhattacharya and Getoor, "Collective entity resolution in relational data", TKDD 2007).

What it learns holds for candidates as dense as those it learned among: with a part of them gone the best competitor
is often gone too, and the lead means little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jangteo.engines.pairing.space import Floats

#: likenesses that are set against the competitors' ones
LIKENESSES = (
    "words.tfidf", "text.idf2", "textgrams.idf2", "glued.idf2", "grams.idf2", "soft.in_right",
    "across.in_right", "across.in_left",
)  # fmt: skip
#: and differences, where the least is the best
DIFFERENCES = ("price.apart",)


def standing(
    left: NDArray[np.int64], right: NDArray[np.int64], table: Floats, names: Sequence[str]
) -> tuple[Floats, list[str]]:
    """(pairs, columns) margins, ranks and numbers of competitors of pair i = (``left[i]``, ``right[i]``), and names.

    ``table``: (pairs, features), ``names`` those of its columns; those absent are passed over. A pair that occurs twice counts
    once. The margin of a pair without a competitor is NaN, and so is that of a likeness that is NaN.
    """
    width = int(right.max(initial=0)) + 1
    _, first, back = np.unique(left * width + right, return_index=True, return_inverse=True)
    columns: list[NDArray[np.float64]] = []
    said: list[str] = []
    for side, groups in (("left", left[first]), ("right", right[first])):
        _, groups = np.unique(groups, return_inverse=True)
        counts = np.bincount(groups, minlength=1)[groups] if len(groups) else np.zeros(0)
        columns.append(counts[back].astype(np.float64))
        said.append(f"standing.{side}.count")
        for name in (*LIKENESSES, *DIFFERENCES):
            if name not in names:
                continue
            values = table[first, list(names).index(name)].astype(np.float64)
            margin, rank = _against_best(-values if name in DIFFERENCES else values, groups)
            columns += [margin[back], rank[back]]
            said += [f"standing.{side}.{name}.margin", f"standing.{side}.{name}.rank"]
    return np.column_stack(columns).astype(np.float32), said


def _against_best(
    values: NDArray[np.float64], groups: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each value: how far above the best other of its group, and how many of its group come before it."""
    margin, rank = np.full(len(values), np.nan), np.full(len(values), np.nan)
    if not len(values):
        return margin, rank
    # what is not known comes last, and is nobody's best
    filled = np.where(np.isnan(values), -np.inf, values)
    order = np.lexsort((-filled, groups))
    sorted_groups, sorted_values = groups[order], filled[order]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]])
    sizes = np.diff(np.r_[starts, len(order)])
    group_of = np.repeat(np.arange(len(starts)), sizes)
    best = sorted_values[starts]
    second = np.where(sizes > 1, sorted_values[np.minimum(starts + 1, len(order) - 1)], -np.inf)
    # equal values share a rank: the order they came in must not matter
    new = np.r_[True, (sorted_values[1:] != sorted_values[:-1]) | (np.diff(sorted_groups) != 0)]
    place = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0)) - starts[group_of]
    other = np.where(np.arange(len(order)) == starts[group_of], second[group_of], best[group_of])
    known = np.isfinite(sorted_values)
    with np.errstate(invalid="ignore"):
        gap = np.where(known & np.isfinite(other), sorted_values - other, np.nan)
    margin[order] = gap
    rank[order] = np.where(known, place, np.nan)
    return margin, rank
