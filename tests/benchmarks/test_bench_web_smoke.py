"""`make bench-web` is in order: a short run prints its tables and ends with the promised JSON line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.web.load import percentile

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    "product_p99_ms",
    "list_kb",
    "orders_per_s",
    "peer_orders_per_s",
    "first_page_s",
    "growth_1000_markets",
}
OPERATIONS = {
    "product page",
    "list page",
    "search page",
    "home page",
    "product API",
    "list API (60)",
    "search API",
    "place order",
}


@pytest.mark.slow
def test_a_quick_run_prints_tables_and_the_json_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.web", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *tables, last = done.stdout.splitlines()
    figures = json.loads(last)
    assert figures.keys() >= PROMISED
    assert [figures[key] for key in ("list_kb", "peer_orders_per_s", "growth_1000_markets")] == [
        None,
        None,
        None,
    ]
    for key in ("product_p99_ms", "orders_per_s", "first_page_s"):
        assert figures[key] > 0, key
    rows = {line.split("|")[1].strip() for line in tables if line.startswith("| ")}
    assert rows >= OPERATIONS


def test_an_unknown_option_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.web", "--fast"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "--fast" in done.stderr


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [(1, 0.99, 1.0), (100, 0.99, 99.0), (101, 0.99, 100.0), (200, 0.5, 100.0), (1000, 0.99, 990.0)],
)
def test_a_percentile_is_the_smallest_value_that_covers_the_share(
    count: int, share: float, expected: float
) -> None:
    assert percentile([float(n + 1) for n in range(count)], share) == expected
