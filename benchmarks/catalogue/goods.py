"""Are two Korean stall lines the same item: the shipped matcher on the groups that were locked before it was made.

    python -m benchmarks.catalogue.goods

Two tasks. *Near misses*: every pair of lines within a family of easily confused items, rules and model together.
*Against a list*: each line but the first of its group against the first lines of all locked groups, the likest ten.
Baselines get their one threshold from the groups that ship, as the matcher does.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from jangteo.engines import pairing
from jangteo.engines.pairing import Settings, Verdict, tokens
from jangteo.engines.pairing.evaluate import best_threshold, scores
from jangteo.engines.sameitem import Goods, Index, contradictions, load, record_of, same_barcode
from jangteo.engines.sameitem.goods import SCHEMA
from jangteo.engines.sameitem.groups import LEARN, Example, examples, goods_by_family, read_groups

LOCKED = Path(__file__).resolve().parents[2] / "tests/engines/sameitem/groups/locked.jsonl"
_BINS = 5
_NEAREST = 10
Numbers = NDArray[np.float64]


def run() -> dict[str, Any]:
    """Every figure; about two minutes, most of it for the general matcher as a baseline."""
    learn, locked = examples(read_groups(LEARN)), examples(read_groups(LOCKED))
    truth = np.array([int(e.same) for e in locked])
    matcher = load()
    began = time.process_time()
    chances, verdicts = _judged(locked)
    ms = 1000 * (time.process_time() - began) / len(locked)
    open_ = np.array([not _ruled(e) for e in locked])
    return {
        "pairs": len(locked), "same": int(truth.sum()), "open": int(open_.sum()),
        "groups": len({(g.family, g.group) for g in read_groups(LOCKED)}),
        "ms_per_pair": ms, "threshold": matcher.learned.threshold,
        "band": [matcher.learned.low, matcher.learned.high],
        "ways": {
            "shipped": _at(truth, chances >= matcher.learned.threshold),
            **_baselines(learn, locked),
        },
        "outside": _outside(truth, verdicts), "outside_open": _outside(truth[open_], [v for v, o in zip(verdicts, open_, strict=True) if o]),
        "brier": float(((chances - truth) ** 2).mean()),
        "brier_open": float(((chances - truth)[open_] ** 2).mean()),
        "bins": _bins(truth[open_], chances[open_]),
        "list": _against_a_list(),
    }  # fmt: skip


def _ruled(example: Example) -> bool:
    a, b = example.left, example.right
    return same_barcode(a, b) is not None or bool(contradictions(a, b))


def _judged(found: Sequence[Example]) -> tuple[Numbers, list[Verdict]]:
    made = [load().judge(e.left, [e.right])[0] for e in found]
    return np.array([j.probability for j in made]), [j.verdict for j in made]


def _at(truth: NDArray[np.int64], said: Any) -> dict[str, float]:
    found = scores(truth, said)
    return {"precision": found.precision, "recall": found.recall, "f1": found.f1}


def _outside(truth: NDArray[np.int64], verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Of what is decided: how often "same" and "different" are right, and what share of the same is found."""
    same = np.array([v is Verdict.SAME for v in verdicts])
    different = np.array([v is Verdict.DIFFERENT for v in verdicts])
    return {
        "same_right": float(truth[same].mean()), "different_right": float(1 - truth[different].mean()),
        "same_found": float(same[truth == 1].mean()), "unsure": float((~same & ~different).mean()),
        "unsure_of_same": float((~same & ~different)[truth == 1].mean()),
    }  # fmt: skip


def _bins(truth: NDArray[np.int64], chances: Numbers) -> list[dict[str, float]]:
    at = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    return [
        {"from": b / _BINS, "pairs": int((at == b).sum()), "said": float(chances[at == b].mean()), "true": float(truth[at == b].mean())}
        for b in range(_BINS)
        if (at == b).any()
    ]  # fmt: skip


def _baselines(learn: list[Example], locked: list[Example]) -> dict[str, dict[str, float]]:
    truth = np.array([int(e.same) for e in locked])
    known = np.array([int(e.same) for e in learn])
    cosines = _cosines([*learn, *locked])
    cut = best_threshold(known, cosines[: len(learn)])
    general = _general(learn, locked)
    return {
        "fields": _at(truth, [_equal(e.left, e.right) for e in locked]),
        "rules": _at(truth, [not _ruled(e) for e in locked]),
        "cosine": _at(truth, cosines[len(learn) :] >= cut),
        "general": _at(truth, general),
    }


def _equal(a: Goods, b: Goods) -> bool:
    names = ("name", "variety", "brand", "origin", "grade", "state", "size", "net_g", "net_ml", "count", "pack_count")  # fmt: skip
    return all(getattr(a, name) == getattr(b, name) for name in names)


def _cosines(found: list[Example]) -> Numbers:
    """TF-IDF cosine of letter grams of the written lines, Hangul taken apart."""
    texts = [tokens.jamo(tokens.clean(g.text)) for e in found for g in (e.left, e.right)]
    weights = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(texts)  # fmt: skip
    return np.asarray(weights[::2].multiply(weights[1::2]).sum(axis=1)).ravel()


def _general(learn: list[Example], locked: list[Example]) -> Any:
    """`engines.pairing` on the same fields, behind the same rules."""
    kept = [e for e in learn if not _ruled(e)]
    matcher = pairing.fit(
        [(record_of(e.left), record_of(e.right)) for e in kept],
        [int(e.same) for e in kept],
        groups=[e.family for e in kept],
        schema=SCHEMA,
        settings=Settings(symmetric=True),
    )
    open_ = [place for place, e in enumerate(locked) if not _ruled(e)]
    chances = matcher.predict_proba(
        [(record_of(locked[p].left), record_of(locked[p].right)) for p in open_]
    )
    said = np.zeros(len(locked), dtype=bool)
    said[open_] = chances >= matcher.threshold
    return said


def _against_a_list() -> dict[str, float]:
    items: list[Goods] = []
    asked: list[tuple[Goods, int]] = []
    for members in goods_by_family(read_groups(LOCKED)).values():
        place: dict[str, int] = {}
        for group, goods in members:
            if group not in place:
                place[group] = len(items)
                items.append(goods)
            else:
                asked.append((goods, place[group]))
    index = Index.of(items)
    among = same = right = unsure = offered = new = 0
    for goods, truth in asked:
        near = [c.right for c in index.nearest(goods, _NEAREST)]
        judged = load().judge(goods, [items[p] for p in near])
        among += truth in near
        fitting = [near[j.index] for j in judged if j.verdict is Verdict.SAME]
        open_ = [near[j.index] for j in judged if j.verdict is Verdict.UNSURE]
        same += bool(fitting)
        right += fitting == [truth]
        unsure += not fitting and bool(open_)
        offered += not fitting and truth in open_
        new += not fitting and not open_
    n = len(asked)
    return {
        "lines": n, "items": len(items), "among_nearest": among / n, "said_same": same / n,
        "same_right": right / max(1, same), "unsure": unsure / n,
        "unsure_holds_it": offered / max(1, unsure), "said_new_wrongly": new / n,
    }  # fmt: skip


def rows(found: dict[str, Any]) -> list[str]:
    """The result of `run` as lines of Markdown."""
    titles = {
        "shipped": "rules and shipped matcher", "general": "rules and the general matcher (engines/pairing)",
        "rules": "rules alone: nothing contradicts", "cosine": "cosine of letter grams", "fields": "all fields equal",
    }  # fmt: skip
    lines = [
        (
            f"Same item or not, {found['groups']} locked groups, {found['pairs']} pairs within families ({found['same']} same,"
            f" {found['open']} that no rule decides)."
        ),
        "",
        "| way | precision % | recall % | F1 % |",
        "|---|---|---|---|",
    ]
    for key, title in titles.items():
        f = found["ways"][key]
        lines.append(
            f"| {title} | {100 * f['precision']:.1f} | {100 * f['recall']:.1f} | {100 * f['f1']:.1f} |"
        )
    o, p, near = found["outside"], found["outside_open"], found["list"]
    bins = ", ".join(
        f"{b['said']:.2f} said {b['true']:.2f} true ({b['pairs']})" for b in found["bins"]
    )
    lines += [
        "",
        (
            f"With the band: said same {100 * o['same_right']:.1f} % right, said different {100 * o['different_right']:.1f} % right,"
            f" {100 * o['same_found']:.1f} % of the same found, {100 * o['unsure']:.1f} % unsure"
            f" (of pairs that no rule decides: {100 * p['same_right']:.1f} / {100 * p['different_right']:.1f} /"
            f" {100 * p['same_found']:.1f} / {100 * p['unsure']:.1f})."
        ),
        f"Brier {found['brier']:.4f} (no rule: {found['brier_open']:.4f}); bins: {bins}.",
        (
            f"Against a list of {near['items']} items, {near['lines']} lines: the item is among the likest ten for"
            f" {100 * near['among_nearest']:.1f} %; said same {100 * near['said_same']:.1f} %, of them {100 * near['same_right']:.1f} %"
            f" right; unsure {100 * near['unsure']:.1f} %, the item among the proposals for"
            f" {100 * near['unsure_holds_it']:.1f} % of them; wrongly called new {100 * near['said_new_wrongly']:.1f} %."
        ),
        f"{found['ms_per_pair']:.2f} CPU ms a pair.",
    ]
    return lines


def headline(found: dict[str, Any]) -> dict[str, Any]:
    """The figures that stand for the rest."""
    return {
        "goods_f1": round(100 * found["ways"]["shipped"]["f1"], 2),
        "goods_same_right": round(found["outside"]["same_right"], 4),
        "goods_unsure": round(found["outside"]["unsure"], 4),
        "goods_brier": round(found["brier"], 4),
    }


def main() -> int:
    """Print the tables and one JSON line."""
    found = run()
    print("\n".join(rows(found)))
    print(json.dumps(headline(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
