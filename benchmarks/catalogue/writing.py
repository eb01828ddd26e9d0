"""The writing engine: planted claims caught, false alarms, variety of the offline writer, time per text.

python -m benchmarks.catalogue.writing
"""

from __future__ import annotations

import json
import random
import time
from itertools import combinations
from typing import Any

from jangteo.engines.copywriting import Facts, check, write
from jangteo.engines.matching import understand_many
from tests.engines.copywriting.measure import FALSE_FACTS, SPLITS, Measured, measure, rows
from tests.engines.matching.measure import annotated

PRODUCTS = 100
_FIELDS = (
    *("variety", "brand", "origin", "grade", "state", "net_g", "net_ml", "count", "pack_count"),
    *("price_krw", "storage"),
)
_PLACES = (("한마음상회", "새벽시장"), ("은하청과", "남문시장"), ("정다운반찬", "중앙시장"))


def products(number: int = PRODUCTS) -> list[Facts]:
    """``number`` different products: what the matching engine reads of its development lines, with a stall each."""
    made: list[Facts] = []
    lines = [row["line"] for row in annotated("dev")]
    random.Random(11).shuffle(lines)
    for read in understand_many(lines):
        name = read.value("name")
        if not isinstance(name, str) or any(f.name == name for f in made):
            continue
        stall, market = _PLACES[len(made) % len(_PLACES)]
        known = {field: read.value(field) for field in _FIELDS}
        facts = {k: v for k, v in known.items() if v is not None}
        if read.use is not None:
            facts["uses"] = [str(read.use.value)]
        made.append(
            Facts.from_json({"name": name, "stall_name": stall, "market_name": market, **facts})
        )
        if len(made) == number:
            return made
    raise ValueError(f"only {len(made)} products")


def _grams(text: str) -> set[str]:
    return {text[i : i + 4] for i in range(len(text) - 3)}


def variety(texts: list[str]) -> dict[str, float]:
    """Mean Jaccard similarity of letter 4-grams over all pairs, and the share of different first sentences."""
    sets = [_grams(text) for text in texts]
    pairs = [len(a & b) / len(a | b) for a, b in combinations(sets, 2)]
    first = {text.split(". ")[0] for text in texts}
    return {
        "similarity": round(sum(pairs) / len(pairs), 4),
        "most_alike": round(max(pairs), 4),
        "first_sentences": round(len(first) / len(texts), 4),
    }


def _shares(measured: Measured) -> dict[str, Any]:
    return {
        "numbers_and_origins": round(100 * measured.share(*FALSE_FACTS), 2),
        "banned_claims": round(100 * measured.share(*FALSE_FACTS, but=True), 2),
        "claims_caught": round(100 * measured.share(), 2),
        "false_alarms": round(100 * measured.false_alarms, 2),
        "by_kind": {k: [measured.caught[k], n] for k, n in sorted(measured.planted.items())},
        "missed": [f"{kind}: {said}" for kind, said, _ in measured.missed],
        "refused_clean": [f"{text} ({', '.join(why)})" for text, why in measured.refused],
        "clean": measured.clean,
    }


def run() -> dict[str, Any]:
    """Figures by split and of all texts, variety of 100 texts, milliseconds per check and per written text."""
    figures: dict[str, Any] = {split: _shares(measure(split)) for split in SPLITS}
    figures["all"] = _shares(measure(*SPLITS))
    texts = [(r["text"], r["kind"], Facts.from_json(r["facts"])) for s in SPLITS for r in rows(s)]
    before = time.perf_counter()
    for text, kind, facts in texts:
        check(text, kind, facts)
    figures["check_ms"] = round((time.perf_counter() - before) / len(texts) * 1000, 3)
    goods = products()
    before = time.perf_counter()
    written = [write("product", facts, seed=str(n)).text for n, facts in enumerate(goods)]
    figures["write_ms"] = round((time.perf_counter() - before) / len(written) * 1000, 3)
    figures["variety"] = variety(written)
    pairs = zip(written, goods, strict=True)
    figures["own_refused"] = [t for t, f in pairs if not check(t, "product", f).ok]
    figures["claims_caught"] = figures["locked"]["claims_caught"]
    figures["false_alarms"] = figures["locked"]["false_alarms"]
    return figures


def table(figures: dict[str, Any]) -> list[str]:
    """The figures as lines to print."""
    kinds = sorted({k for s in ("dev", "locked") for k in figures[s]["by_kind"]})
    lines = [f"{'planted':24}" + "".join(f"{s:>16}" for s in ("dev", "locked", "all"))]
    for kind in kinds:
        cells = [figures[s]["by_kind"].get(kind, [0, 0]) for s in ("dev", "locked", "all")]
        lines.append(f"{kind:24}" + "".join(f"{f'{c} of {n}':>16}" for c, n in cells))
    for name in ("numbers_and_origins", "banned_claims", "claims_caught", "false_alarms"):
        values = (figures[s][name] for s in ("dev", "locked", "all"))
        lines.append(f"{name + ' %':24}" + "".join(f"{v:>16.2f}" for v in values))
    lines += [f"missed: {said}" for said in figures["all"]["missed"]]
    lines += [f"refused though clean: {said}" for said in figures["all"]["refused_clean"]]
    alike = figures["variety"]
    lines.append(
        f"{PRODUCTS} product texts: mean 4-gram Jaccard {alike['similarity']}, most alike pair "
        f"{alike['most_alike']}, different first sentences {alike['first_sentences']:.0%}"
    )
    lines.append(f"check {figures['check_ms']} ms, write {figures['write_ms']} ms per text")
    return lines


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """What goes into the one JSON line."""
    names = ("claims_caught", "false_alarms", "check_ms", "write_ms", "variety")
    return {name: figures[name] for name in names}


if __name__ == "__main__":
    found = run()
    print("\n".join(table(found)))
    print(json.dumps(headline(found), ensure_ascii=False))
