"""Partitions in worker processes of this machine.

A pool of our own because a death must cost one partition: `concurrent.futures` gives up the whole pool, and
`multiprocessing.Pool` waits for ever. Each worker has a pipe to this process and nothing else.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from multiprocessing.connection import Pipe, wait
from typing import Any

from jangteo.platform.compute_base import THREADS, Key, failed

#: a worker whose pipe was closed and that computes on is killed after this
_PATIENCE_S = 1.0


class _Worker:
    """A process, its pipe, and the key it works on."""

    def __init__(self, fn: bytes) -> None:
        self.pipe, theirs = Pipe()
        try:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "jangteo.platform.compute_worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | THREADS | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        finally:
            theirs.close()
        self.key: Any = None
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(list(sys.path))
            self.pipe.send_bytes(fn)

    def give(self, key: Key) -> None:
        """Let it work on ``key``. One that is dead is noticed when its answer is waited for."""
        self.key = key
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send(key)

    def end(self) -> str:
        """Close the pipe, on which it ends, and wait; what became of it, in words. One that computes on is killed."""
        self.pipe.close()
        try:
            code = self.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        return f"its worker died (signal {-code})" if code < 0 else f"its worker ended ({code})"


def run(
    fn: Callable[[Any], Any], keys: list[Any], workers: int, address: str, attempts: int
) -> Generator[tuple[Any, Any], None, None]:
    """(key, result) as they come. `PartitionFailed` when a key failed ``attempts`` times."""
    del address
    if getattr(getattr(fn, "func", fn), "__module__", "") == "__main__":
        raise ValueError("workers cannot import from __main__: put the function into a module")
    picture = pickle.dumps(fn)
    waiting = deque(keys)
    tried: dict[Any, int] = {}
    pool: dict[Any, _Worker] = {}
    left = len(keys)
    try:
        while left:
            while waiting and len(pool) < workers:
                worker = _Worker(picture)
                pool[worker.pipe] = worker
            for idle in [w for w in pool.values() if w.key is None][: len(waiting)]:
                idle.give(waiting.popleft())
            for pipe in wait([w.pipe for w in pool.values() if w.key is not None]):
                worker = pool[pipe]
                key, worker.key = worker.key, None
                try:
                    word, value = worker.pipe.recv()
                except (EOFError, ConnectionResetError):
                    del pool[pipe]
                    word, value = "died", worker.end()
                if word == "done":
                    left -= 1
                    yield key, value
                    continue
                tried[key] = tried.get(key, 0) + 1
                if tried[key] >= attempts:
                    raise failed(key, attempts, value)
                waiting.append(key)
    finally:
        for worker in pool.values():
            if worker.key is not None:
                worker.process.terminate()
            worker.end()
