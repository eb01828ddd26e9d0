"""The learned order: boosted trees over the signals, monotone, read from a small text file.

LambdaMART (Burges, MSR-TR-2010-82) by LightGBM, trained by `benchmarks/discovery/train_ranker.py` on the tuning part of
the Korean relevance set. Every signal may only raise the score, so that a reason shown is a reason that counted.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from lightgbm import Booster
from numpy.typing import NDArray

_FILE = Path(__file__).parent / "data" / "ranker.txt"
#: raw scores on the scale of a result's 0..1
_SCALE = 1.5


@lru_cache(maxsize=1)
def _booster() -> Booster | None:
    return Booster(model_file=_FILE) if _FILE.exists() else None


def scores(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """One score 0..1 per row of `SIGNALS`, shape (n, signals). Without a trained model the first guess, column -1."""
    if not len(rows):
        return np.zeros(0)
    booster = _booster()
    if booster is None:
        return rows[:, -1]
    raw = np.asarray(booster.predict(rows, num_threads=1), dtype=np.float64)
    return 1.0 / (1.0 + np.exp(-raw / _SCALE))


def learned() -> bool:
    """Is a trained model shipped?"""
    return _booster() is not None


def logit(score: float) -> float:
    """The raw score of a 0..1 one."""
    return _SCALE * math.log(score / (1 - score))
