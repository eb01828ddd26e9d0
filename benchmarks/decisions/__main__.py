"""Run the parts and print their tables: ``python -m benchmarks.decisions [--only stats,overhead,scale]``.

Each part is a module here with ``run() -> dict``, whose keys of `FIGURES` go into the last line (``failed``: a goal was
missed or data are not there), and ``rows(found)``, the lines of its table: what, value and, where there is a goal, the
goal and whether it was met. The last line is one JSON object; a figure that was not measured is null. Ends with 1 when a
part failed, could not measure or is not there.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.web.stage import CannotMeasure

PARTS = ("stats", "overhead", "scale")
FIGURES = (
    "overhead_p99_ms",
    "aa_false_rate",
    "aa_false_rate_peeking",
    "power_planted_5pct",
    "srm_caught",
    "evidence_page_ms_10m",
)


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decisions")
    parser.add_argument(
        "--only", default=",".join(PARTS), help=f"parts, with commas: {','.join(PARTS)}"
    )
    chosen = [part for part in parser.parse_args(arguments).only.split(",") if part]
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        parser.error(f"no part named {', '.join(unknown)}")
    figures: dict[str, Any] = dict.fromkeys(FIGURES)
    failed = False
    for part in chosen:
        name = f"benchmarks.decisions.{part}"
        print(f"\n## {part}\n")
        if find_spec(name) is None:
            print("not there yet: nothing was measured")
            failed = True
            continue
        module = import_module(name)
        try:
            found = module.run()
        except CannotMeasure as problem:
            print(f"could not measure: {problem}")
            failed = True
            continue
        print("| what | value | goal | |\n|---|---|---|---|")
        for what, value, *more in module.rows(found):
            goal, is_met = more or ("", None)
            word = "" if is_met is None else "ok" if is_met else "MISSED"
            print(f"| {what} | {value} | {goal} | {word} |")
        figures.update({key: found[key] for key in FIGURES if key in found})
        failed = failed or bool(found.get("failed"))
    print()
    print(json.dumps(figures))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
