"""How good verdicts are: precision, recall, F1, calibration, and what is left to ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """Shares from 0 to 1 of the class "same". A share of nothing is 0."""

    precision: float
    recall: float
    f1: float


def scores(labels: ArrayLike, verdicts: ArrayLike) -> Scores:
    """``labels`` and ``verdicts``: 1 for same, 0 for different. `ValueError` when they are not as many."""
    truth, said = np.asarray(labels).astype(bool), np.asarray(verdicts).astype(bool)
    if truth.shape != said.shape:
        raise ValueError("as many labels as verdicts are needed")
    right = int((truth & said).sum())
    precision = right / int(said.sum()) if said.any() else 0.0
    recall = right / int(truth.sum()) if truth.any() else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Scores(precision=precision, recall=recall, f1=f1)


def best_threshold(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """The probability from which to say "same" for the highest F1; halfway to the next lower one, 0.5 for no match."""
    truth, chance = np.asarray(labels, dtype=float), np.asarray(probabilities, dtype=float)
    if not truth.any():
        return 0.5
    order = np.argsort(-chance, kind="stable")
    f1 = 2 * np.cumsum(truth[order]) / (np.arange(1, len(truth) + 1) + truth.sum())
    values = chance[order]
    # a cut can only lie where the probability changes
    cuts = np.r_[values[1:] < values[:-1], True]
    place = int(np.argmax(np.where(cuts, f1, -1.0)))
    below = values[place + 1] if place + 1 < len(values) else 0.0
    return float((values[place] + below) / 2)


def calibration_error(labels: ArrayLike, probabilities: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: |mean probability - share of matches| of equal-width bins, weighted by their pairs
    (Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural networks", ICML 2017). 0 for no pairs."""
    truth, chance = np.asarray(labels, dtype=float), np.asarray(probabilities, dtype=float)
    if not len(truth):
        return 0.0
    bin_of = np.minimum((chance * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, chance, bins) - np.bincount(bin_of, truth, bins)
    return float(np.abs(gaps).sum() / len(truth))


def band(
    samples: list[tuple[NDArray[np.float64], NDArray[np.int64]]], same: float, different: float
) -> tuple[float, float]:
    """(low, high): at ``high`` and above pairs are the same, below ``low`` they differ, and between nobody knows.

    ``samples``: (probabilities, labels) not learned from. ``same``, ``different``: the least share of such decisions
    that must be right, in each sample. As few pairs as possible are left between; ``high`` is above 1 and ``low`` 0
    where nothing reaches the target.
    """
    every = np.unique(np.concatenate([p for p, _ in samples] or [np.zeros(0)]))
    high, low = 1.1, 0.0
    for cut in every:
        if all(_enough(labels[p >= cut], same) for p, labels in samples):
            high = float(cut)
            break
    for cut in every[::-1]:
        if all(_enough(1 - labels[p < cut], different) for p, labels in samples):
            low = float(cut)
            break
    return min(low, high), high


def _enough(right: NDArray[np.int64], target: float) -> bool:
    return bool(len(right)) and float(right.mean()) >= target
