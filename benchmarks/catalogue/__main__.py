"""Figures of the catalogue engines: `make bench-catalogue`. The last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.catalogue import boards, extraction, goods, matching, scale, writing


def _table(figures: dict[str, dict[str, dict[str, float]]]) -> None:
    precision, recall = figures["field_precision"], figures["field_recall"]
    print(f"{'field':12} {'dev P':>8} {'dev R':>8} {'test P':>8} {'test R':>8}")
    for name in precision["dev"]:
        row = [table[split][name] for split in ("dev", "test") for table in (precision, recall)]
        print(f"{name:12} " + " ".join(f"{value:8.4f}" for value in row))


def main() -> int:
    """Runs every part, prints its table, ends with the figures as one JSON line (shares in percent, of the locked
    parts); 1 when a part's data is absent.

    ``--scale`` names the sizes of the made-up base, ``10000,100000`` without it; a million takes about twenty minutes.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale", default=",".join(map(str, scale.SIZES)), help="sizes of the base"
    )
    sizes = [int(size) for size in parser.parse_known_args()[0].scale.split(",")]
    figures = extraction.run()
    _table(figures)
    print(f"category (leaf of three levels): {figures['category_top1']}")
    print(
        f"{figures['rows']} rows in {figures['seconds']} s on {figures['cores']} cores: "
        f"{figures['rows_per_s']} rows/s"
    )
    texts = writing.run()
    print("\n".join(["", *writing.table(texts)]))
    pictures = {name: boards.run(held_out=name == "held-out") for name in ("dev", "held-out")}
    for name, scores in pictures.items():
        print(
            "\n".join(["", f"price boards, {name} (drawn, no photograph)", *boards.table(scores)])
        )
    items = goods.run()
    print("\n".join(["", *goods.rows(items)]))
    sized = scale.measure(sizes)
    print("\n".join(["", *scale.rows(sized)]))
    try:
        matches = matching.run()
    except matching.DataAbsent as absent:
        print(absent, file=sys.stderr)
        return 1
    print("\n".join(["", *matching.rows(matches)]))
    found = {
        **matching.headline(matches),
        "field_precision": round(100 * figures["field_precision"]["test"]["all"], 2),
        "field_recall": round(100 * figures["field_recall"]["test"]["all"], 2),
        "category_top1": round(100 * figures["category_top1"]["test"], 2),
        "claims_caught": texts["claims_caught"],
        "false_alarms": texts["false_alarms"],
        "rows_per_s": figures["rows_per_s"],
        "details": {
            "extraction": figures,
            "writing": writing.headline(texts),
            "goods": goods.headline(items),
            "scale": scale.headline(sized),
            "boards": {name: boards.summary(scores) for name, scores in pictures.items()},
        },
    }
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
