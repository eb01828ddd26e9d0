"""Partitions on a Dask cluster: one that an operator runs, or one started on this machine for the work.

The cluster of this machine listens on loopback only, speaks TLS with a certificate made for it (a scheduler runs
whatever code it is sent), and has no dashboard.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import Any

from jangteo.platform.compute_base import THREADS, DaskMissing, failed

_CLOSE_S = 15


def run(
    fn: Callable[[Any], Any], keys: list[Any], workers: int, address: str, attempts: int
) -> Generator[tuple[Any, Any], None, None]:
    """(key, result) as they come. `PartitionFailed` when a key failed ``attempts`` times, `DaskMissing` without Dask."""
    try:
        # an extra of the installation, and slow to load
        import dask  # noqa: PLC0415
        import distributed as library  # noqa: PLC0415
    except ImportError as missing:
        raise DaskMissing from missing
    # its types are half written
    distributed: Any = library
    quiet = {
        # a death is seen by us and counted as one attempt
        "distributed.scheduler.allowed-failures": 0,
        # Dask's HTTP server cannot be left out: it stays on loopback, on a port of no fixed number, without a page
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.admin.tick.limit": "1h",
    }
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(quiet))
        client = stack.enter_context(_client(stack, distributed, workers, address))
        number = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        waiting, tried = deque(keys), dict.fromkeys(keys, 0)
        running = distributed.as_completed(loop=client.loop)
        of: dict[str, Any] = {}

        def give() -> None:
            # no more than the workers can hold: what waits in a dead worker's queue would be counted as failed
            while waiting and len(of) < number:
                key = waiting.popleft()
                name = f"partition-{tried[key]}-{len(done)}-{key}"
                future = client.submit(fn, key, key=name, pure=False)
                of[future.key] = key
                running.add(future)

        done: list[Any] = []
        give()
        while len(done) < len(keys):
            future = next(running)
            key = of.pop(future.key)
            if future.status == "finished":
                result = future.result()
                done.append(key)
                future.release()
                give()
                yield key, result
                continue
            error = future.exception()
            future.release()
            tried[key] += 1
            if tried[key] >= attempts:
                raise failed(key, attempts, error)
            waiting.append(key)
            give()


def _client(stack: ExitStack, distributed: Any, workers: int, address: str) -> Any:
    if address:
        return distributed.Client(address, set_as_default=False)
    cluster = stack.enter_context(
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            worker_dashboard_address=None,
            security=True,
            silence_logs=50,
            memory_limit=0,
            env=THREADS,
        )
    )
    return distributed.Client(cluster, set_as_default=False)
