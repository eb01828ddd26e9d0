"""How slow this machine is just now, so that a limit on time means the same while others work on it too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, thread_time

#: CPU time of one measurement: longer than a scheduler's slice
BURST_S = 0.03


def slowness() -> float:
    """Wall clock by CPU time of a burst of plain work: 1.0 on an idle machine, 2.0 where each gets half a core.

    It runs nothing of the product, so a slow product never makes room for itself.
    """
    wall, cpu = perf_counter(), thread_time()
    while thread_time() - cpu < BURST_S:
        pass
    return max(1.0, (perf_counter() - wall) / (thread_time() - cpu))


@dataclass
class Took:
    """Time of a block, and how slow the machine was around it."""

    seconds: float = 0.0
    slowness: float = 1.0

    @property
    def ms(self) -> float:
        return self.seconds * 1000

    def within(self, wait_s: float, work_s: float) -> bool:
        """Whether it ended within a wait (by the clock, however busy the machine) and some work beside it."""
        return self.seconds < wait_s + work_s * self.slowness


@contextmanager
def timed() -> Iterator[Took]:
    """Time the block; the slowness is the greater of just before and just after."""
    took = Took()
    before = slowness()
    started = perf_counter()
    yield took
    took.seconds = perf_counter() - started
    took.slowness = max(before, slowness())
