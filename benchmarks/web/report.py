"""The tables, the JSON line, and the part of docs/benchmarks.md that is written by the benchmark."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psutil

from benchmarks.web import growth
from benchmarks.web.compare import COMMON, CONNECTIONS, OPEN_LOOP_PER_S, ORDER, Figure, Figures
from benchmarks.web.stage import CannotMeasure, Load
from jangteo.platform.config import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs" / "benchmarks.md"
BEGIN = "<!-- web: written by `make bench-web ARGS=--write-docs` -->"
END = "<!-- end of web -->"
GOALS = {"steady_p99_ms": 50.0, "list_kb": 150.0, "growth": 1.2}


@dataclass(kw_only=True)
class Result:
    """Everything that was measured."""

    figures: Figures
    steady: Load
    sizes: list[growth.Size]
    #: name -> what the browser saw; empty when it was not asked
    pages: dict[str, Any]
    #: `make up` in an empty data folder to the first page; of a quick run the web process alone
    fresh_s: float
    again_s: float | None
    list_cards: int
    offers: int


def place() -> str:
    """The machine, and how busy others keep it: read before anything is started."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GiB, Python"
        f" {platform.python_version()}; load average of the five minutes before: {os.getloadavg()[1]:.1f}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are figures."""
    lines = [
        "| " + " | ".join(head) + " |",
        "| " + " | ".join(["---"] + ["---:"] * (len(head) - 1)) + " |",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def _rates(result: Result) -> str:
    rows = []
    for (shop, processes, name), figure in sorted(
        result.figures.items(), key=lambda item: (item[0][1], item[0][0])
    ):
        if shop == "jangteo":
            peer = result.figures.get(("peer", processes, name))
            rows.append(_rate_row(processes, name, figure, peer))
    head = (
        "operation", "processes", "requests/s", "p50 ms", "p99 ms", "CPU ms each",
        "peer requests/s", "peer p50 ms", "peer p99 ms", "peer CPU ms each", "ratio",
    )  # fmt: skip
    return table(head, rows)


def _rate_row(processes: int, name: str, ours: Figure, peer: Figure | None) -> list[str]:
    def figures(one: Figure | None) -> list[str]:
        if one is None:
            return [""] * 4
        return [f"{one.per_s:.1f}", f"{one.p50_ms:.1f}", f"{one.p99_ms:.0f}", f"{one.cpu_ms:.1f}"]

    ratio = f"{ours.per_s / peer.per_s:.1f}x" if peer else ""
    return [name, str(processes), *figures(ours), *figures(peer), ratio]


def _steady(result: Result) -> str:
    one = result.steady
    met = "met" if one.p99_ms < GOALS["steady_p99_ms"] else "missed"
    return table(
        ("product page, open loop, one process", "figure"),
        [
            ["requests/s asked and answered", f"{OPEN_LOOP_PER_S} / {one.per_s:.1f}"],
            ["p50 ms", f"{one.p50_ms:.1f}"],
            [f"p99 ms (goal < {GOALS['steady_p99_ms']:.0f}: {met})", f"{one.p99_ms:.1f}"],
            ["worst ms", f"{one.max_ms:.1f}"],
            ["requests", str(one.answers)],
            ["sent later than due, p99 ms", f"{one.late_p99_ms:.1f}"],
            ["cores other programs used meanwhile", f"{one.other_cpu:.2f}"],
            ["cores used: server / database / generator",
             f"{one.server_cpu:.2f} / {one.database_cpu:.2f} / {one.generator_cpu:.2f}"],
        ],
    )  # fmt: skip


def _busiest_generator(result: Result) -> float:
    return max(one.generator_cpu for figure in result.figures.values() for one in figure.loads)


def _pages(result: Result) -> str:
    rows = [
        [
            name,
            f"{page['without_pictures_kb']:.0f}",
            f"{page['with_pictures_kb']:.0f}",
            f"{page['document_kb']:.0f}",
            f"{page['style_kb']:.0f}",
            f"{page['script_kb']:.0f}",
            f"{page['font_kb']:.0f}",
            f"{page['requests']:.0f}",
            f"{page['fcp_ms'] / 1000:.2f}",
            f"{page['fcp_worst_ms'] / 1000:.2f}",
        ]
        for name, page in result.pages.items()
    ]
    head = (
        "first visit", "kB without pictures", "kB with pictures", "page", "style", "script",
        "fonts", "requests", "first paint s", "worst of 5 s",
    )  # fmt: skip
    return table(head, rows)


def _growth(result: Result) -> str:
    rows = [
        [
            name,
            *(f"{growth.median_ms(size, name):.1f}" for size in result.sizes),
            *(f"{growth.cpu_ms(size, name):.1f}" for size in result.sizes),
            f"{growth.ratio(result.sizes, name):.2f}",
        ]
        for name in result.sizes[0].loads
    ]
    sizes = [f"{size.markets:,}" for size in result.sizes]
    head = (
        "one request at a time",
        *(f"{size} markets ms" for size in sizes),
        *(f"{size} CPU ms" for size in sizes),
        "largest / smallest",
    )
    return table(head, rows)


def tables(result: Result, where: str) -> str:
    """Everything as Markdown."""
    parts = [f"Measured {where}.", "", "### Requests per second", ""]
    parts += [
        (
            f"{CONNECTIONS} connections that are always busy (closed loop), {result.offers} offers; a list page"
            f" shows {result.list_cards} goods at Jangteo and 20 at the peer. The generator used at most"
            f" {_busiest_generator(result):.2f} of a core."
        ),
        "",
        _rates(result),
        "",
        "### A steady stream",
        "",
        _steady(result),
        "",
        "### Start",
        "",
        table(
            ("to the first page", "seconds"),
            [["empty data folder, sample market made", f"{result.fresh_s:.1f}"]]
            + ([["again, data kept", f"{result.again_s:.1f}"]] if result.again_s else []),
        ),
    ]
    if result.pages:
        parts += ["", "### Pages on a slow phone", "", _pages(result)]
    if result.sizes:
        megabytes = ", ".join(
            f"{s.markets:,} markets {s.database_mb:,.0f} MB" for s in result.sizes
        )
        parts += [
            "",
            "### Growth",
            "",
            (
                f"{growth.OFFERS} offers in each market, row-level security on, every page in PostgreSQL's memory"
                f" once, then requests over all markets evenly ({megabytes})."
            ),
            "",
            _growth(result),
        ]
    return "\n".join(parts)


def summary(result: Result) -> dict[str, Any]:
    """The last line. What was not measured is null."""

    def per_s(shop: str, processes: int, name: str) -> float | None:
        figure = result.figures.get((shop, processes, name))
        return round(figure.per_s, 1) if figure else None

    ratios = (
        {name: growth.ratio(result.sizes, name) for name in result.sizes[0].loads}
        if result.sizes
        else {}
    )
    return {
        "product_p99_ms": round(result.steady.p99_ms, 1),
        "product_p99_other_cores": round(result.steady.other_cpu, 2),
        "list_kb": round(result.pages["list page"]["without_pictures_kb"], 1)
        if result.pages
        else None,
        "orders_per_s": per_s("jangteo", 1, ORDER),
        "peer_orders_per_s": per_s("peer", 1, ORDER),
        "orders_per_s_2_processes": per_s("jangteo", 2, ORDER),
        "peer_orders_per_s_2_processes": per_s("peer", 2, ORDER),
        "first_page_s": round(result.fresh_s, 2),
        "first_page_again_s": round(result.again_s, 2) if result.again_s else None,
        "growth_1000_markets": round(max(ratios.values()), 3) if ratios else None,
        "growth_by_operation": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "requests_per_s": {name: per_s("jangteo", 1, name) for name in COMMON},
        "peer_requests_per_s": {name: per_s("peer", 1, name) for name in COMMON},
        "first_paint_ms": {name: round(page["fcp_ms"]) for name, page in result.pages.items()},
        "generator_cpu": round(_busiest_generator(result), 2),
    }


def write_docs(text: str, begin: str = BEGIN, end: str = END) -> None:
    """Put the tables between the marks of docs/benchmarks.md."""
    old = DOCS.read_text(encoding="utf-8")
    if begin not in old or end not in old:
        raise CannotMeasure(f"{DOCS.name} has lost its marks; the tables stand above")
    head, rest = old.split(begin, 1)
    _, tail = rest.split(end, 1)
    DOCS.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}", encoding="utf-8")
