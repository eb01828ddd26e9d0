"""Many lines against many items: time, memory, growth and whether the answers are right.

    python -m benchmarks.catalogue.scale --sizes 10000,100000,1000000 --ways processes,dask --workers 2

Makes a base and as many lines of a seeded world (`scale_world`: structured records as the shared items are; the truth of
each line is known by arithmetic), and matches them by `engines.sameitem.bulk` through `platform.compute`. Making the files
is not timed; reading, cutting, matching, writing and joining are. CPU seconds and peak memory are of all processes together.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.catalogue.scale_work import Files, answers, cut, left_open, make, matched
from jangteo.engines.matching import understand_many
from jangteo.engines.sameitem.groups import LEARN, read_groups
from jangteo.platform.compute import Done, Step, Way, map_partitions

SIZES = (10_000, 100_000)
_LOOK_S = 0.2


class Watch:
    """Peak memory and CPU seconds of this process and all below it, by looking every 0.2 s."""

    def __init__(self) -> None:
        self.peak_mib = 0.0
        self._cpu: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._own = psutil.Process().cpu_times()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def cpu_s(self) -> float:
        """CPU seconds so far; what a process used after the last look at it is not in."""
        own = psutil.Process().cpu_times()
        mine = own.user + own.system - self._own.user - self._own.system
        return mine + sum(self._cpu.values())

    def _look(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(_LOOK_S):
            total = me.memory_info().rss
            for child in me.children(recursive=True):
                try:
                    times = child.cpu_times()
                    self._cpu[child.pid] = times.user + times.system
                    total += child.memory_info().rss
                except psutil.Error:
                    continue
            self.peak_mib = max(self.peak_mib, total / 2**20)


def run(
    root: Path, items: int, way: Way, workers: int, *,
    progress: Callable[[Step], None] | None = None, keep: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Match the files below ``root``; wall and CPU seconds, peak memory, what decided, and how right it was."""
    files = Files(root=root, items=items)
    for old in ("round0", "round1", "open", "done"):
        shutil.rmtree(root / old, ignore_errors=True)
    mapped: Any = functools.partial(map_partitions, way=way, workers=workers, ordered=False)
    names = [f"{kind}/{chunk:04}" for kind in ("base", "lines") for chunk in files.chunks()]
    counted: Counter[str] = Counter()
    stages: dict[str, float] = {}
    with Watch() as watch:
        began = time.perf_counter()
        for round_ in (0, 1):
            start = time.perf_counter()
            if round_:
                left_open(str(root), items)
            list(mapped(functools.partial(cut, str(root), files.parts, round_), names))
            stages[f"cut_{round_}_s"] = time.perf_counter() - start
            start = time.perf_counter()
            store = Done(folder=root / "done" / str(round_), work=f"{items} {way} {round_}")
            work = functools.partial(matched, str(root), round_)
            for _, found in mapped(work, list(range(files.parts)), done=store, progress=progress):
                counted.update({f"{name}_{round_}": value for name, value in found.items()})
            stages[f"match_{round_}_s"] = time.perf_counter() - start
        final = dict(answers(root / "round0" / "answers"))
        final.update(answers(root / "round1" / "answers"))
        wall, cpu = time.perf_counter() - began, watch.cpu_s
    return {
        "items": items, "way": str(way), "workers": workers, "wall_s": wall, "cpu_s": cpu,
        "peak_mib": watch.peak_mib, **stages, **counted, **_right(root, final),
    }  # fmt: skip


def _right(root: Path, final: dict[int, tuple[int, str, str]]) -> dict[str, Any]:
    truth: list[int] = []
    for path in sorted((root / "truth").glob("*.json")):
        truth += json.loads(path.read_text())
    if sorted(final) != list(range(len(truth))):
        raise RuntimeError("a line has no answer, or two")
    same = {id_ for id_, (_, verdict, _) in final.items() if verdict == "same"}
    hit = sum(final[id_][0] == truth[id_] for id_ in same)
    there = sum(found >= 0 for found in truth)
    unsure = [id_ for id_, (_, verdict, _) in final.items() if verdict == "unsure"]
    new = [id_ for id_, (_, verdict, _) in final.items() if verdict == "different"]
    return {
        "lines": len(truth), "there": there,
        "precision": hit / max(1, len(same)), "recall": hit / max(1, there),
        "unsure": len(unsure) / max(1, len(truth)),
        "offered": (hit + sum(final[id_][0] == truth[id_] for id_ in unsure)) / max(1, there),
        "new_right": sum(truth[id_] < 0 for id_ in new) / max(1, len(new)),
    }  # fmt: skip


def killed_half_way(root: Path, items: int, workers: int, whole: dict[str, Any]) -> dict[str, Any]:
    """The same run with one worker killed (SIGKILL) when half of the first round's parts are matched."""
    killed: list[int] = []

    def kill(step: Step) -> None:
        if not killed and step.done * 2 >= step.total:
            # workers of the pool, not Python's own helpers
            pool = [
                p for p in psutil.Process().children() if "compute_worker" in " ".join(p.cmdline())
            ]
            killed.append(pool[0].pid)
            os.kill(pool[0].pid, signal.SIGKILL)

    found = run(root, items, Way.PROCESSES, workers, progress=kill)
    return {
        **found,
        "killed": len(killed),
        "lost_s": found["wall_s"] - whole["wall_s"],
        "lost_cpu_s": found["cpu_s"] - whole["cpu_s"],
    }


def understanding_us() -> float:
    """CPU microseconds to understand one line, over the writings the matcher learned from."""
    texts = [text for group in read_groups(LEARN) for text in group.lines]
    # a price of its own for each: no line was read before in this process
    lines = [f"{text} {10_000 + 10 * number:,}원" for number, text in enumerate(texts)]
    list(understand_many(texts[:50]))
    before = time.process_time()
    list(understand_many(lines))
    return 1e6 * (time.process_time() - before) / len(lines)


def measure(
    sizes: Sequence[int] = SIZES, ways: Sequence[Way] = (Way.PROCESSES, Way.DASK), workers: int = 2,
    folder: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Every size by every way, and a killed worker in the middle of the second size (or the only one)."""
    each: list[dict[str, Any]] = []
    killed: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=folder, prefix="jangteo-scale-") as made:
        for size in sizes:
            root = Path(made) / str(size)
            root.mkdir()
            print(f"scale: {size} items and lines ...", file=sys.stderr, flush=True)
            chunks = Files(root=root, items=size).chunks()
            making = functools.partial(make, str(root), size)
            list(map_partitions(making, chunks, way=Way.PROCESSES, workers=workers))
            each += [run(root, size, way, workers) for way in ways]
            if size == sizes[min(1, len(sizes) - 1)]:
                plain = next(f for f in each if f["items"] == size)
                killed = killed_half_way(root, size, workers, plain)
            shutil.rmtree(root)
    return {"runs": each, "killed": killed, "understanding_us": understanding_us()}


def rows(found: dict[str, Any]) -> list[str]:
    """The result of `measure` as lines of Markdown."""
    lines = [
        "Lines against as many items, through `platform.compute`; seeded world, planted truth.",
        "",
        "| items | way | wall s | CPU s | peak MiB | wall s per million | said same: right % | found % | unsure % | said new: right % | judged pairs per line |",
        "|---" * 11 + "|",
    ]
    for f in found["runs"]:
        pairs = (f["pairs_0"] + f["pairs_1"]) / f["lines"]
        lines.append(
            f"| {f['items']:,} | {f['way']}, {f['workers']} workers | {f['wall_s']:.1f} | {f['cpu_s']:.1f} |"
            f" {f['peak_mib']:.0f} | {1e6 * f['wall_s'] / f['items']:.0f} | {100 * f['precision']:.2f} |"
            f" {100 * f['recall']:.1f} | {100 * f['unsure']:.1f} | {100 * f['new_right']:.1f} | {pairs:.2f} |"
        )
    for way in dict.fromkeys(f["way"] for f in found["runs"]):
        runs = [f for f in found["runs"] if f["way"] == way]
        if len(runs) > 1:
            ratio = (runs[-1]["cpu_s"] / runs[-1]["items"]) / (runs[0]["cpu_s"] / runs[0]["items"])
            lines.append(
                f"\nGrowth, {way}: CPU per line at {runs[-1]['items']:,} is {ratio:.2f} times that at"
                f" {runs[0]['items']:,}."
            )
    killed, us = found["killed"], found["understanding_us"]
    last = found["runs"][-1]
    share = us / (us + 1e6 * last["cpu_s"] / last["items"])
    lines += [
        f"\nA worker killed half way at {killed['items']:,}: {killed['lost_s']:+.1f} s of wall time, {killed['lost_cpu_s']:+.1f} CPU seconds; {100 * killed['precision']:.2f} % right and {100 * killed['recall']:.1f} % found, as without.",
        f"\nUnderstanding raw text first would add {us:.0f} CPU seconds per million lines ({100 * share:.0f} % of the whole).",
    ]
    return lines


def headline(found: dict[str, Any]) -> dict[str, Any]:
    """The figures that stand for the rest."""
    return {
        "runs": [
            {k: (round(v, 4) if isinstance(v, float) else v) for k, v in f.items()} for f in found["runs"]
        ],
        "killed_lost_s": round(found["killed"]["lost_s"], 2),
        "understanding_us": round(found["understanding_us"], 1),
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--ways", default="processes,dask")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--folder", type=Path, help="where the files are made; by default the system's"
    )
    chosen = parser.parse_args(arguments)
    sizes = [int(size) for size in chosen.sizes.split(",")]
    ways = [Way(way) for way in chosen.ways.split(",")]
    found = measure(sizes, ways, chosen.workers, chosen.folder)
    print("\n".join(rows(found)))
    print(json.dumps(headline(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
