"""What `decide()` adds over the provider itself, at 200 decisions a second on one process.

An open loop: each decision has its moment, and one that starts late because those before it were slow counts with its
waiting. The provider's own time is taken inside it and subtracted. Measured for a signed-in shopper with her consent, an
experiment running and forty candidates (the heaviest common case), and for a visitor nobody knows.

    python -m benchmarks.decisions.overhead        prints one JSON object; run by `make bench-decisions`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.web.stage import CannotMeasure, folder_of
from jangteo.platform.config import PROJECT_ROOT

RATE = 200
SECONDS = 20
WARM_UP = 400


def run(seconds: int = SECONDS) -> dict[str, Any]:
    """Figures of a process of its own: ``overhead_p99_ms`` and the rest of the table."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.decisions.overhead", str(seconds)],
        cwd=PROJECT_ROOT,
        env=os.environ
        | {"JANGTEO_VAR_DIR": str(folder_of("decide")), "JANGTEO_LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotMeasure(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


#: milliseconds at the 99th percentile, for a shopper
GOAL_MS = 5.0


def rows(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The table's lines: what, value, and for the promised figure the goal and whether it was met."""
    lines: list[tuple[Any, ...]] = [
        (f"{case}, {name}", f"{found[case][name]:.2f} ms")
        for case in ("shopper", "visitor")
        for name in ("p50", "p95", "p99", "max")
    ]
    is_met = found["overhead_p99_ms"] <= GOAL_MS
    lines[2] = (*lines[2], f"<= {GOAL_MS:g} ms", is_met)
    return [
        *lines,
        ("decisions asked for a second", str(found["rate"])),
        ("decisions answered a second", f"{found['answered']:.0f}"),
    ]


def _measure(seconds: int) -> dict[str, Any]:
    from benchmarks.decisions import overhead_work  # needs Django

    return overhead_work.measure(seconds)


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """p50, p95, p99 and max of a list, nearest rank."""
    ordered = sorted(milliseconds)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {"p50": at(0.50), "p95": at(0.95), "p99": at(0.99), "max": ordered[-1]}


def open_loop(once: Callable[[], float], rate: int, seconds: int) -> tuple[list[float], float]:
    """Milliseconds over the provider for each decision, and decisions answered a second.

    ``once`` makes a decision and returns the seconds its provider took.
    """
    taken: list[float] = []
    begun = time.perf_counter()
    for turn in range(rate * seconds):
        due = begun + turn / rate
        while (wait := due - time.perf_counter()) > 0:
            time.sleep(min(wait, 0.002))
        provider_s = once()
        taken.append((time.perf_counter() - due - provider_s) * 1000)
    return taken, len(taken) / (time.perf_counter() - begun)


if __name__ == "__main__":
    from jangteo.platform.boot import django_ready

    django_ready()
    print(json.dumps(_measure(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)))
