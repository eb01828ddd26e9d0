"""Run the parts and print their tables: ``python -m benchmarks.decisions [--only stats,overhead,scale] [--write-docs]``.

Each part is a module here with ``run() -> dict``, whose keys of `FIGURES` go into the last line (``failed``: a goal was
missed or data are not there), and ``rows(found)``, the lines of its table: what, value and, where there is a goal, the
goal and whether it was met. The last line is one JSON object; a figure that was not measured is null. Ends with 1 when a
part failed, could not measure or is not there. ``--write-docs`` puts each part's table between its marks in
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.web import report
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


def _marks(part: str) -> tuple[str, str]:
    """Between what the part's table stands in docs/benchmarks.md."""
    return (
        f"<!-- decisions, {part}: written by `make bench-decisions ARGS=--write-docs` -->",
        f"<!-- end of decisions, {part} -->",
    )


def _table(rows: Sequence[Sequence[Any]]) -> str:
    """What, value, goal, and whether it was met."""
    lines = ["| what | value | goal | |", "|---|---|---|---|"]
    for what, value, *more in rows:
        goal, is_met = more or ("", None)
        word = "" if is_met is None else "ok" if is_met else "MISSED"
        lines.append(f"| {what} | {value} | {goal} | {word} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decisions")
    parser.add_argument(
        "--only", default=",".join(PARTS), help=f"parts, with commas: {','.join(PARTS)}"
    )
    parser.add_argument("--write-docs", action="store_true", help="write docs/benchmarks.md")
    given = parser.parse_args(arguments)
    chosen = [part for part in given.only.split(",") if part]
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
        place = report.place()
        try:
            found = module.run()
        except CannotMeasure as problem:
            print(f"could not measure: {problem}")
            failed = True
            continue
        text = _table(module.rows(found))
        print(text)
        if given.write_docs:
            report.write_docs(f"Measured {place}.\n\n{text}", *_marks(part))
        figures.update({key: found[key] for key in FIGURES if key in found})
        failed = failed or bool(found.get("failed"))
    print()
    print(json.dumps(figures))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
