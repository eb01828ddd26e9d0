"""The learned part: boosted trees over `compare.row`, calibrated on families of goods that they were not grown from.

LightGBM (Ke et al., NIPS 2017), Platt scaling (Platt 1999). One JSON file holds it; reading it runs no code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from jangteo.engines.pairing import BadPairs, UnreadableMatcher, Verdict
from jangteo.engines.pairing.evaluate import band, best_threshold
from jangteo.engines.sameitem.compare import NAMES, row
from jangteo.engines.sameitem.goods import Goods

FOLDS = 5
#: of what is decided outside the band at least so much must be right in families not learned from
PRECISION_SAME, PRECISION_DIFFERENT = 0.98, 0.99
_FORMAT = 1
_TREES: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 15,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 3.0,
    "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1,
}  # fmt: skip
_ROUNDS, _SEEDS = 250, 3
_FARTHEST, _EVEN = 12.0, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """Below ``low`` pairs are different items, from ``high`` on the same; ``threshold``: where a plain yes or no has
    the highest F1. ``data``: SHA-256 of what it was learned from."""

    trees: tuple[lightgbm.Booster, ...]
    slope: float
    offset: float
    threshold: float
    low: float
    high: float
    data: str

    def chances(self, pairs: Sequence[tuple[Goods, Goods]]) -> NDArray[np.float64]:
        """(pairs,) calibrated probability of being the same item."""
        if not pairs:
            return np.zeros(0)
        return _scaled(_odds(self.trees, table(pairs)), self.slope, self.offset)

    def verdict(self, chance: float) -> Verdict:
        """What the band says of a probability."""
        if chance >= self.high:
            return Verdict.SAME
        return Verdict.DIFFERENT if chance < self.low else Verdict.UNSURE


def table(pairs: Sequence[tuple[Goods, Goods]]) -> NDArray[np.float64]:
    """(pairs, columns) comparisons."""
    return np.array([row(a, b) for a, b in pairs], dtype=np.float64).reshape(-1, len(NAMES))


def fit(
    pairs: Sequence[tuple[Goods, Goods]],
    labels: Sequence[int],
    families: Sequence[str],
    weights: Sequence[float],
    certain: Sequence[int] = (),
) -> Learned:
    """Learn ``labels`` (1 same, 0 different) of ``pairs``; families stay whole when a part is held out.

    ``certain``: labels of pairs that are called the same because all their fields are equal. They teach nothing, but they
    count where the band is set: of all that is called the same, so much must be right.

    `BadPairs` when there are fewer than five families or a fold would lack a label.
    """
    truth, weight = np.asarray(labels, dtype=np.int64), np.asarray(weights, dtype=np.float64)
    if len(set(families)) < FOLDS or not {0, 1} <= set(truth.tolist()):
        raise BadPairs
    columns = table(pairs)
    held = np.zeros(len(truth))
    for inside, outside in GroupKFold(FOLDS).split(columns, truth, families):
        if len(np.unique(truth[inside])) < 2:
            raise BadPairs
        held[outside] = _odds(
            _grow(columns[inside], truth[inside], weight[inside]), columns[outside]
        )
    scale = LogisticRegression(C=1e3, random_state=0).fit(held[:, None], truth)
    slope, offset = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    if slope <= 0:
        slope, offset = 1.0, 0.0
    chances = _scaled(held, slope, offset)
    threshold = best_threshold(truth, chances)
    sure = np.asarray(certain, dtype=np.int64)
    sample = (np.r_[chances, np.ones(len(sure))], np.r_[truth, sure])
    low, high = band([sample], PRECISION_SAME, PRECISION_DIFFERENT)
    return Learned(
        trees=_grow(columns, truth, weight), slope=slope, offset=offset, threshold=threshold,
        low=min(low, threshold, _EVEN), high=max(high, threshold, _EVEN),
        data=hashlib.sha256(columns.tobytes() + truth.tobytes() + weight.tobytes()).hexdigest(),
    )  # fmt: skip


def save(learned: Learned, path: Path, *, source: str = "") -> None:
    """Write ``learned``; ``source`` says what it was learned from (a digest). `OSError` as usual."""
    body = {
        "format": _FORMAT, "columns": list(NAMES), "calibration": [learned.slope, learned.offset],
        "threshold": learned.threshold, "band": [learned.low, learned.high], "data": learned.data,
        "source": source, "trees": [tree.model_to_string() for tree in learned.trees],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def read(path: Path) -> Learned:
    """What `save` wrote. `UnreadableMatcher` when it is missing, not whole or of other columns."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] != _FORMAT or body["columns"] != list(NAMES):
            raise UnreadableMatcher
        return Learned(
            trees=tuple(lightgbm.Booster(model_str=text) for text in body["trees"]),
            slope=float(body["calibration"][0]), offset=float(body["calibration"][1]),
            threshold=float(body["threshold"]), low=float(body["band"][0]),
            high=float(body["band"][1]), data=str(body["data"]),
        )  # fmt: skip
    except (
        OSError, ValueError, KeyError, TypeError, IndexError, lightgbm.basic.LightGBMError,
    ) as error:  # fmt: skip
        raise UnreadableMatcher from error


def _grow(
    columns: NDArray[np.float64], truth: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[lightgbm.Booster, ...]:
    return tuple(
        lightgbm.train(
            _TREES | {"seed": seed},
            lightgbm.Dataset(columns, label=truth, weight=weight, params={"verbosity": -1}),
            num_boost_round=_ROUNDS,
        )
        for seed in range(_SEEDS)
    )


def _odds(trees: Sequence[lightgbm.Booster], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.zeros(len(columns))
    for tree in trees:
        found += np.asarray(tree.predict(columns, raw_score=True, num_threads=1))
    return found / len(trees)


def _scaled(odds: NDArray[np.float64], slope: float, offset: float) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(slope * odds + offset, -_FARTHEST, _FARTHEST))))
