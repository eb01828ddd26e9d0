"""Product matching on three public data sets: Abt-Buy, Amazon-Google and Walmart-Amazon, in their published splits.

    python -m benchmarks.catalogue.matching

Reads ``entity_matching/<set>/{train,valid,test}.txt`` under ``JANGTEO_DATA`` (one pair a line: left, right and label,
tab-separated, each record as ``COL name VAL text ...``). Trains on train, sets threshold, calibration and band with
valid, measures on test. Says what is absent and ends with 1.

Published figures: Li, Li, Suhara, Doan, Tan: "Deep Entity Matching with Pre-Trained Language Models", PVLDB 14(1),
2020. The baseline (LightGBM over plain string likenesses) is run here, on the same machine.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein
from sklearn.feature_extraction.text import TfidfVectorizer

from jangteo.engines.pairing import Matcher, Pair, Record, Settings, Verdict, candidates, fit
from jangteo.engines.pairing.evaluate import best_threshold, calibration_error, scores
from jangteo.engines.pairing.records import key_of, schema_of
from jangteo.engines.pairing.space import Space
from jangteo.platform.config import config

SETS = {"abt_buy": "Abt-Buy", "amazon_google": "Amazon-Google", "walmart_amazon": "Walmart-Amazon"}
SPLITS = ("train", "valid", "test")
#: F1 on test of Ditto, a fine-tuned language model
PUBLISHED = {"abt_buy": 89.33, "amazon_google": 75.58, "walmart_amazon": 86.76}
PUBLISHED_BY = "Ditto (Li et al., PVLDB 14(1), 2020)"
#: a later one, contrastively trained; none given for the third set
LATER = {"abt_buy": 94.29, "amazon_google": 79.28}
LATER_BY = "R-SupCon (Peeters and Bizer, WWW Companion 2022)"
#: blocking looks at so many
FEWEST, MOST = 5, 20


class DataAbsent(Exception):
    """The pairs are not there: set JANGTEO_DATA to the folder that holds entity_matching/."""


@dataclass(frozen=True, slots=True)
class Split:
    """Pairs and their labels (1 same, 0 different)."""

    pairs: list[Pair]
    labels: np.ndarray[Any, np.dtype[np.int64]]


def read_record(text: str) -> Record:
    """``COL name VAL text COL ...`` as attribute -> text."""
    found: dict[str, str] = {}
    for part in f" {text}".split(" COL ")[1:]:
        name, _, value = f"{part} ".partition(" VAL ")
        found[name.strip()] = value.strip()
    return found


def read_split(path: Path) -> Split:
    """The pairs of one file. `DataAbsent` when it is not there."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataAbsent(f"{path} cannot be read: {error.strerror}") from error
    rows = [line.split("\t") for line in lines if line.strip()]
    return Split(
        [(read_record(left), read_record(right)) for left, right, _ in rows],
        np.array([int(label) for _, _, label in rows], dtype=np.int64),
    )


def run() -> dict[str, Any]:
    """Train and measure on every data set. `DataAbsent` before anything is measured when a file is missing."""
    folder = config().data_dir / "entity_matching"
    sets = {
        name: {split: read_split(folder / name / f"{split}.txt") for split in SPLITS}
        for name in SETS
    }
    each = {name: _measure(name, splits) for name, splits in sets.items()}
    return {
        **{f"{name}_f1": found["f1"] for name, found in each.items()},
        **{f"{name}_f1_with_competitors": found["context_f1"] for name, found in each.items()},
        "ms_per_pair": max(
            found[key] for found in each.values() for key in ("ms_per_pair", "context_ms_per_pair")
        ),
        "matching": each,
    }


def _measure(name: str, splits: dict[str, Split]) -> dict[str, Any]:
    print(f"matching: {SETS[name]} ...", file=sys.stderr, flush=True)
    train, valid, test = (splits[split] for split in SPLITS)
    found: dict[str, Any] = {"published_f1": PUBLISHED[name], "pairs": len(test.labels)}
    baseline_f1, baseline_s = _baseline(train, valid, test)
    found |= {"baseline_f1": baseline_f1, "baseline_train_s": baseline_s}
    for key, settings in (("", Settings()), ("context_", Settings(context=True))):
        began = time.perf_counter()
        matcher = fit(
            train.pairs, train.labels, valid.pairs, valid.labels,
            among=test.pairs, settings=settings,
        )  # fmt: skip
        found[f"{key}train_s"] = time.perf_counter() - began
        found |= _on_test(matcher, train, valid, test, key)
    return found | _blocking(splits)


def _on_test(matcher: Matcher, train: Split, valid: Split, test: Split, key: str) -> dict[str, Any]:
    every = [*test.pairs, *train.pairs, *valid.pairs]
    began, began_cpu = time.perf_counter(), time.process_time()
    chance = matcher.predict_proba(every)[: len(test.pairs)]
    wall, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    all_of = scores(test.labels, chance >= matcher.threshold)
    known = {_pair_key(pair) for pair in train.pairs}
    new = np.array([_pair_key(pair) not in known for pair in test.pairs])
    said = [matcher.verdict(float(p)) for p in chance]
    same = np.array([verdict is Verdict.SAME for verdict in said])
    different = np.array([verdict is Verdict.DIFFERENT for verdict in said])
    return {
        f"{key}f1": 100 * all_of.f1,
        f"{key}precision": 100 * all_of.precision,
        f"{key}recall": 100 * all_of.recall,
        f"{key}f1_new_pairs": 100 * scores(test.labels[new], chance[new] >= matcher.threshold).f1,
        f"{key}ece": calibration_error(test.labels, chance),
        f"{key}unsure_percent": 100 * float((~same & ~different).mean()),
        f"{key}same_right_percent": _percent(test.labels[same] == 1),
        f"{key}different_right_percent": _percent(test.labels[different] == 0),
        f"{key}ms_per_pair": 1000 * cpu / len(every),
        f"{key}wall_ms_per_pair": 1000 * wall / len(every),
    }


def _percent(right: Any) -> float:
    return 100 * float(np.mean(right)) if len(right) else math.nan


def _pair_key(pair: Pair) -> tuple[Any, Any]:
    return key_of(pair[0]), key_of(pair[1])


def _blocking(splits: dict[str, Split]) -> dict[str, Any]:
    """Of the labelled matches: how many are among the first candidates out of the whole other list."""
    lefts, rights = (
        list({key_of(pair[side]): pair[side] for s in splits.values() for pair in s.pairs}.values())
        for side in (0, 1)
    )
    records = [*lefts, *rights]
    space = Space.of(records, schema_of(records))
    left_at = {key_of(record): place for place, record in enumerate(lefts)}
    right_at = {key_of(record): place for place, record in enumerate(rights)}
    matches = {
        (left_at[key_of(a)], right_at[key_of(b)])
        for split in splits.values()
        for (a, b), label in zip(split.pairs, split.labels, strict=True)
        if label
    }
    rank: dict[tuple[int, int], int] = {}
    seen: dict[int, int] = {}
    for candidate in candidates(lefts, rights, space, k=MOST):
        seen[candidate.left] = seen.get(candidate.left, 0) + 1
        rank[candidate.left, candidate.right] = seen[candidate.left]
    return {
        f"recall_at_{k}": 100 * sum(rank.get(m, MOST + 1) <= k for m in matches) / len(matches)
        for k in (FEWEST, MOST)
    }


def _baseline(train: Split, valid: Split, test: Split) -> tuple[float, float]:
    """F1 on test and seconds of a plain LightGBM over string likenesses of each attribute."""
    began = time.perf_counter()
    names = sorted({name for pair in train.pairs for record in pair for name in record})
    every = [*train.pairs, *valid.pairs, *test.pairs]
    table = np.hstack([_likenesses_of(every, name) for name in (*names, "")])
    n, m = len(train.labels), len(valid.labels)
    model = lightgbm.LGBMClassifier(n_estimators=300, learning_rate=0.05, n_jobs=1, verbosity=-1)
    model.fit(table[:n], train.labels)
    chance = np.asarray(model.booster_.predict(table[n:], num_threads=1))
    threshold = best_threshold(valid.labels, chance[:m])
    seconds = time.perf_counter() - began
    return 100 * scores(test.labels, chance[m:] >= threshold).f1, seconds


def _likenesses_of(pairs: Sequence[Pair], name: str) -> Any:
    """(pairs, 9) likenesses of one attribute, or of all text for the name ""."""
    lefts, rights = (
        [pair[side].get(name, "") if name else " ".join(pair[side].values()) for pair in pairs]
        for side in (0, 1)
    )
    plain = np.array([_likenesses(x, y) for x, y in zip(lefts, rights, strict=True)])
    cosines = []
    for counter in (
        # one-letter words are words here: model names are full of them
        TfidfVectorizer(token_pattern=r"[^\s]+", sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True),
    ):
        weights = counter.fit_transform([*lefts, *rights])
        a, b = weights[: len(lefts)], weights[len(lefts) :]
        cosines.append(np.asarray(a.multiply(b).sum(axis=1)))
    return np.hstack([plain, *cosines])


def _likenesses(x: str, y: str) -> list[float]:
    if not x or not y:
        return [math.nan] * 7
    words_x, words_y = set(x.split()), set(y.split())
    numbers_x = {w for w in words_x if any(c.isdigit() for c in w)}
    numbers_y = {w for w in words_y if any(c.isdigit() for c in w)}
    shared, either = len(words_x & words_y), len(numbers_x | numbers_y)
    return [
        shared / len(words_x | words_y), shared / min(len(words_x), len(words_y)),
        JaroWinkler.similarity(x, y), fuzz.token_set_ratio(x, y),
        Levenshtein.normalized_similarity(x, y), _apart(x, y),
        len(numbers_x & numbers_y) / either if either else math.nan,
    ]  # fmt: skip


def _apart(x: str, y: str) -> float:
    """How far two numbers are apart, of the larger one; NaN when they are no numbers."""
    try:
        a, b = float(x), float(y)
    except ValueError:
        return math.nan
    return abs(a - b) / max(abs(a), abs(b), 1e-9)


def rows(found: dict[str, Any]) -> list[str]:
    """The result of `run` as lines of Markdown."""
    each = found["matching"]
    lines = [
        f"F1 on test, %. Published: {PUBLISHED_BY}; later: {LATER_BY}. Baseline: LightGBM on TF-IDF and string likenesses",
        "of each attribute, run here. *Pairs alone* sees one pair at a time, as the published models do; *with competitors* also sees",
        "(without labels, over all three splits) which other candidates the two records have, so it is another task.",
        "",
        "| data set | published | later | baseline | pairs alone | against published | with competitors |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, title in SETS.items():
        f = each[name]
        later = f"{LATER[name]:.1f}" if name in LATER else "-"
        lines.append(
            f"| {title} | {f['published_f1']:.1f} | {later} | {f['baseline_f1']:.1f} | {f['f1']:.1f} |"
            f" {f['f1'] - f['published_f1']:+.1f} | {f['context_f1']:.1f} |"
        )
    head = (
        "data set, way", "precision %", "recall %", "F1 of pairs not in train word for word %",
        "calibration error", "not sure %", "said same: right %", "said different: right %",
        "training s", "CPU ms a pair",
    )  # fmt: skip
    lines += ["", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, title in SETS.items():
        for key, way in (("", "pairs alone"), ("context_", "with competitors")):
            f = {k.removeprefix(key): v for k, v in each[name].items() if k.startswith(key)}
            lines.append(
                f"| {title}, {way} | {f['precision']:.1f} | {f['recall']:.1f} |"
                f" {f['f1_new_pairs']:.1f} | {f['ece']:.4f} | {f['unsure_percent']:.1f} |"
                f" {f['same_right_percent']:.1f} | {f['different_right_percent']:.2f} |"
                f" {f['train_s']:.0f} | {f['ms_per_pair']:.2f} |"
            )
    lines += [
        "",
        f"| candidates out of the whole other list | first {FEWEST} hold % of matches | first {MOST} |",
        "|---|---|---|",
    ]
    lines += [
        f"| {title} | {each[name][f'recall_at_{FEWEST}']:.1f} | {each[name][f'recall_at_{MOST}']:.1f} |"
        for name, title in SETS.items()
    ]
    return lines


def headline(found: dict[str, Any]) -> dict[str, float]:
    """The figures of `run` that stand for the rest: F1 in percent and CPU milliseconds a pair."""
    return {key: round(value, 3) for key, value in found.items() if key != "matching"}


def main() -> int:
    """Print the tables and, as the last line, one JSON object."""
    try:
        found = run()
    except DataAbsent as absent:
        print(absent, file=sys.stderr)
        return 1
    print("\n".join(rows(found)))
    print(json.dumps(headline(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
