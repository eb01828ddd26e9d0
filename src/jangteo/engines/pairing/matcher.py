"""The learned matcher: are these two records the same thing, with a calibrated probability and a band of "not sure".

Boosted trees (LightGBM: Ke et al., NIPS 2017; extremely randomised splits: Geurts, Ernst, Wehenkel 2006) over the
features of `features`, the cue weights of `cues` and, where it is asked for, each pair's standing among the candidates
(`context`). One model of each kind per fold; their mean log-odds are calibrated on pairs that were not learned from
(Platt, "Probabilistic outputs for support vector machines", 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from jangteo.engines.pairing.context import standing
from jangteo.engines.pairing.cues import Cues, cue_sets
from jangteo.engines.pairing.evaluate import band, best_threshold
from jangteo.engines.pairing.features import Batch, features
from jangteo.engines.pairing.records import BadPairs, Pair, Record, Schema, key_of, schema_of
from jangteo.engines.pairing.space import Floats, Space
from jangteo.engines.pairing.tokens import Normaliser

FOLDS = 5
_COMMON: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.04, "bagging_fraction": 0.8, "bagging_freq": 1,
    "lambda_l2": 3.0, "num_threads": 1, "deterministic": True, "force_row_wise": True,
    "verbosity": -1,
}  # fmt: skip
#: (rounds, parameters) of the two kinds of trees
_KINDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (300, {"num_leaves": 31, "min_data_in_leaf": 20, "feature_fraction": 0.15}),
    (500, {"num_leaves": 15, "min_data_in_leaf": 8, "feature_fraction": 0.4, "extra_trees": True}),
)
_FARTHEST = 12.0
_EVEN = 0.5


class Verdict(StrEnum):
    """What is said of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``context``: look at competitors too (see `context`; always give it all candidates). ``symmetric``: (a, b) and (b, a) get one answer. ``precision_same`` and
    ``precision_different``: the least share of decisions outside the band that must be right. ``seed``: of the draw."""

    context: bool = False
    symmetric: bool = False
    precision_same: float = 0.99
    precision_different: float = 0.99
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Matcher:
    """A trained matcher. Below ``low`` pairs differ, from ``high`` on they are the same; ``threshold`` is where a plain
    yes or no is best (highest F1)."""

    space: Space
    cues: Cues
    trees: tuple[lightgbm.Booster, ...]
    slope: float
    offset: float
    threshold: float
    low: float
    high: float
    settings: Settings

    def predict_proba(
        self, pairs: Sequence[Pair], among: Sequence[Pair] = ()
    ) -> NDArray[np.float64]:
        """(pairs,) probability of being the same, 0 to 1.

        ``among``: further candidates that compete with these; ``pairs`` and ``among`` together must be all that blocking
        gave, as dense as when it learned, or the answers are worse than without ``context``. With it off ``among``
        changes nothing.
        """
        if not pairs:
            return np.zeros(0)
        every = [*pairs, *(among if self.settings.context else ())]
        if self.settings.symmetric:
            every = [*every, *[(b, a) for a, b in every]]
        batch = Batch.of(every, self.space)
        table, names = features(batch, self.space)
        documents = cue_sets(batch)
        verdicts = self.cues.verdicts(documents, table)
        columns = _columns(
            batch, table, names, self.cues.columns(documents), verdicts, self.settings
        )
        odds = self._odds(columns[: len(pairs)])
        if self.settings.symmetric:
            half = len(every) // 2
            odds = (odds + self._odds(columns[half : half + len(pairs)])) / 2
        return self._calibrated(odds)

    def decide(self, pairs: Sequence[Pair], among: Sequence[Pair] = ()) -> list[Verdict]:
        """One verdict a pair; what lies in the band is `Verdict.UNSURE`."""
        return [self.verdict(float(p)) for p in self.predict_proba(pairs, among)]

    def verdict(self, probability: float) -> Verdict:
        """What the band says of a probability."""
        if probability >= self.high:
            return Verdict.SAME
        return Verdict.DIFFERENT if probability < self.low else Verdict.UNSURE

    def _odds(self, columns: Floats) -> NDArray[np.float64]:
        found = np.zeros(len(columns))
        for tree in self.trees:
            found += np.asarray(tree.predict(columns, raw_score=True, num_threads=1))
        return found / len(self.trees)

    def _calibrated(self, odds: NDArray[np.float64]) -> NDArray[np.float64]:
        return _probability(odds, self.slope, self.offset)


def _probability(odds: NDArray[np.float64], slope: float, offset: float) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(slope * odds + offset, -_FARTHEST, _FARTHEST))))


def _columns(
    batch: Batch,
    table: Floats,
    names: list[str],
    shown: Floats,
    verdicts: NDArray[np.float64],
    settings: Settings,
) -> Floats:
    every = np.column_stack([table, verdicts.astype(np.float32)])
    parts = [every, shown]
    if settings.context:
        parts.append(standing(batch.left, batch.right, table, names)[0])
    return np.hstack(parts)


def fit(
    pairs: Sequence[Pair],
    labels: ArrayLike,
    valid: Sequence[Pair] = (),
    valid_labels: ArrayLike = (),
    *,
    among: Sequence[Pair] = (),
    groups: Sequence[str] = (),
    schema: Schema | None = None,
    normaliser: Normaliser | None = None,
    settings: Settings | None = None,
) -> Matcher:
    """Learn from ``pairs`` with ``labels`` (1 same, 0 different).

    ``valid``: pairs that are not learned from; they set calibration, threshold and band (together with the
    out-of-fold verdicts; alone those, when there are none). ``among``: candidates without labels: rarities of words
    are counted over their records too, and with ``settings.context`` they compete. ``groups``: one name a pair; pairs of
    one name (of near-alike goods, say) stay in one fold, so that what is held out is really new. The same input gives the same
    matcher. `BadPairs` when there are fewer than five of a label, or not as many labels or group names as
    pairs, or too few groups for five folds that hold both labels.
    """
    settings = settings or Settings()
    truth, valid_truth = _labels(labels, pairs), _labels(valid_labels, valid)
    if min(np.bincount(truth, minlength=2)) < FOLDS or (groups and len(groups) != len(pairs)):
        raise BadPairs
    records = _distinct([*pairs, *valid, *among])
    space = Space.of(records, schema or schema_of(records), normaliser)

    n, m = len(pairs), len(valid)
    every: list[Pair] = [*pairs, *valid, *among]
    turns = 2 if settings.symmetric else 1
    if settings.symmetric:
        every = [*every, *[(b, a) for a, b in every]]
    batch = Batch.of(every, space)
    table, names = features(batch, space)
    folds = _folds(truth, settings.seed, groups)
    half = len(every) // turns
    learned = np.concatenate([np.arange(n) + half * turn for turn in range(turns)])
    documents = cue_sets(batch)
    truths, all_folds = np.tile(truth, turns), np.tile(folds, turns)
    cues, out_of_fold = Cues.learn(
        [documents[place] for place in learned], table[learned], truths, all_folds
    )
    verdicts = cues.verdicts(documents, table)
    verdicts[learned] = out_of_fold
    columns = _columns(batch, table, names, cues.columns(documents), verdicts, settings)

    trees, odds = _grow(columns, learned, truths, all_folds, settings.seed)
    odds = odds.reshape(turns, half).mean(axis=0)
    held: list[tuple[NDArray[np.float64], NDArray[np.int64]]] = [(odds[:n], truth)]
    if m:
        held.append((odds[n : n + m], valid_truth))
    # out of fold one model speaks, elsewhere the mean of all, which is milder: each gets its own scale
    scales = [_platt(*sample) for sample in held]
    samples = [(_probability(o, *scale), t) for (o, t), scale in zip(held, scales, strict=True)]
    slope, offset = scales[-1]
    threshold = best_threshold(
        np.concatenate([t for _, t in samples]), np.concatenate([p for p, _ in samples])
    )
    low, high = band(samples, settings.precision_same, settings.precision_different)
    # most pairs differ, so that even a likely match can hide among "different" ones: never call it so
    low, high = min(low, threshold, _EVEN), max(high, threshold, _EVEN)
    return Matcher(
        space=space, cues=cues, trees=trees, slope=slope, offset=offset, threshold=threshold,
        low=low, high=high, settings=settings,
    )  # fmt: skip


def with_band(matcher: Matcher, low: float, high: float) -> Matcher:
    """The same matcher with another band. `ValueError` unless 0 <= low <= high."""
    if not 0 <= low <= high:
        raise ValueError("low must be at least 0 and not above high")
    return replace(matcher, low=low, high=high)


def _grow(
    columns: Floats,
    learned: NDArray[np.int64],
    labels: NDArray[np.int64],
    folds: NDArray[np.int64],
    seed: int,
) -> tuple[tuple[lightgbm.Booster, ...], NDArray[np.float64]]:
    """Trees of every fold and kind; log-odds of all rows: out of fold for the learned ones, the mean elsewhere."""
    trees: list[lightgbm.Booster] = []
    odds = np.zeros(len(columns))
    outside = np.setdiff1d(np.arange(len(columns)), learned)
    for fold in np.unique(folds):
        rows, held = learned[folds != fold], learned[folds == fold]
        for kind, (rounds, parameters) in enumerate(_KINDS):
            data = lightgbm.Dataset(
                columns[rows], label=labels[folds != fold], params={"verbosity": -1}
            )
            chosen = _COMMON | parameters | {"seed": seed * 1000 + int(fold) * 10 + kind}
            tree = lightgbm.train(chosen, data, num_boost_round=rounds)
            trees.append(tree)
            for place, share in (
                (held, len(_KINDS)),
                (outside, len(_KINDS) * len(np.unique(folds))),
            ):
                if len(place):
                    odds[place] += (
                        np.asarray(tree.predict(columns[place], raw_score=True, num_threads=1))
                        / share
                    )
    return tuple(trees), odds


def _platt(odds: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[float, float]:
    if len(np.unique(labels)) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1e3, random_state=0).fit(odds[:, None], labels)
    slope = float(model.coef_[0, 0])
    # more alike must never mean less likely the same
    return (slope, float(model.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _folds(labels: NDArray[np.int64], seed: int, groups: Sequence[str] = ()) -> NDArray[np.int64]:
    folds = np.zeros(len(labels), dtype=np.int64)
    rows = labels[:, None]
    if groups:
        names = np.unique(np.asarray(groups), return_inverse=True)[1]
        if len(np.unique(names)) < FOLDS:
            raise BadPairs
        parts = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
        found = parts.split(rows, labels, names)
    else:
        found = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(rows, labels)
    for fold, (_, held) in enumerate(found):
        folds[held] = fold
    if groups and any(len(np.unique(labels[folds != f])) < 2 for f in range(FOLDS)):
        raise BadPairs
    return folds


def _labels(labels: ArrayLike, pairs: Sequence[Pair]) -> NDArray[np.int64]:
    found = np.asarray(labels, dtype=np.int64).ravel()
    if len(found) != len(pairs) or not np.isin(found, (0, 1)).all():
        raise BadPairs
    return found


def _distinct(pairs: Sequence[Pair]) -> list[Record]:
    found: dict[tuple[tuple[str, str], ...], Record] = {}
    for pair in pairs:
        for record in pair:
            found.setdefault(key_of(record), record)
    return list(found.values())
