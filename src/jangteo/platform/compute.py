"""One function over many partitions: in this process, in processes of this machine, or on a Dask cluster.

Which of them is the setting ``compute``; the callers' code is the same. A partition is named by a key (a file, a number);
the function reads what it needs by that key and returns something small, such as the path of what it wrote. Nothing is
promised about order of work. What was finished is never done again; a worker that dies repeats its one partition.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from jangteo.platform import compute_processes
from jangteo.platform.compute_base import DaskMissing, Key, PartitionFailed, failed
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError

__all__ = [
    "DaskMissing",
    "Done",
    "Key",
    "OtherWork",
    "PartitionFailed",
    "Step",
    "Way",
    "map_partitions",
]

T = TypeVar("T")
K = TypeVar("K", bound=Key)


class OtherWork(JangteoError):
    """The folder {folder} holds results of other work. Name another folder, or remove this one."""

    ko = "{folder} 폴더에는 다른 작업의 결과가 있어요. 다른 폴더를 쓰거나 이 폴더를 지워 주세요."
    status = 409


class Way(StrEnum):
    """Where partitions are worked on."""

    HERE = "here"
    PROCESSES = "processes"
    DASK = "dask"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """How far the work is: ``done`` of ``total`` partitions, ``key`` last; ``kept``: found finished from an earlier run."""

    key: Key
    done: int
    total: int
    kept: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Finished partitions, one small JSON file each, so that a run that was cut off goes on where it was.

    ``work`` names what is done and with which input (a digest); results of other work are refused, not mixed in.
    Results must be plain JSON values.
    """

    folder: Path
    work: str

    def open(self) -> None:
        """Make the folder, or check that it is of this work. `OtherWork` if not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = self.folder / "work.json"
        if not head.exists():
            _write(head, {"work": self.work})
        elif json.loads(head.read_text(encoding="utf-8")) != {"work": self.work}:
            raise OtherWork(folder=self.folder)

    def read(self, key: Key) -> tuple[Any] | None:
        """The result of ``key`` in a tuple, None when it is not finished."""
        try:
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return (found["result"],) if found["key"] == key else None

    def write(self, key: Key, result: Any) -> None:
        """Keep the result of ``key``: whole or not at all."""
        _write(self._path(key), {"key": key, "result": result})

    def _path(self, key: Key) -> Path:
        return self.folder / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32]}.json"


def _write(path: Path, value: dict[str, Any]) -> None:
    beside = path.with_suffix(f".{os.getpid()}.part")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def map_partitions(
    fn: Callable[[K], T],
    keys: Sequence[K],
    *,
    way: Way | None = None,
    workers: int | None = None,
    dask_address: str | None = None,
    ordered: bool = True,
    attempts: int = 3,
    done: Done | None = None,
    progress: Callable[[Step], None] | None = None,
) -> Iterator[tuple[K, T]]:
    """(key, result) of ``fn`` over every key: in the order of ``keys``, or as they come when not ``ordered``.

    ``fn`` must be importable by its name (or a `functools.partial` of such) unless the way is here, and must not mind
    being run twice for a key. ``way``, ``workers`` and ``dask_address``: by default the settings. ``attempts``: so often a
    partition is tried, a death of its worker included. ``done`` keeps results for the next run. `PartitionFailed` names
    the key and ends the work, with all workers gone; those also go when the iterator is closed before its end.
    `ValueError` for doubled keys or no attempts.
    """
    if len(set(keys)) != len(keys):
        raise ValueError("every key once")
    if attempts < 1:
        raise ValueError("attempts must be at least 1")
    settings = config()
    chosen = Way(way or settings.compute)
    number = workers or settings.compute_workers or os.cpu_count() or 1
    address = settings.compute_dask_address if dask_address is None else dask_address
    if done is not None:
        done.open()
    return _mapped(fn, keys, chosen, number, address, ordered, attempts, done, progress)


def _mapped(
    fn: Callable[[K], T], keys: Sequence[K], way: Way, workers: int, address: str, ordered: bool,
    attempts: int, done: Done | None, progress: Callable[[Step], None] | None,
) -> Generator[tuple[K, T], None, None]:  # fmt: skip
    waiting: dict[K, T] = {}
    open_keys: list[K] = []
    finished = 0
    for key in keys:
        kept = done.read(key) if done is not None else None
        if kept is None:
            open_keys.append(key)
            continue
        waiting[key] = kept[0]
        finished += 1
        if progress is not None:
            progress(Step(key=key, done=finished, total=len(keys), kept=True))
    order = iter(keys)
    turn = next(order, None)

    def ready() -> Iterator[tuple[K, T]]:
        nonlocal turn
        if not ordered:
            while waiting:
                yield waiting.popitem()
        while ordered and turn is not None and turn in waiting:
            yield turn, waiting.pop(turn)
            turn = next(order, None)

    yield from ready()
    if not open_keys:
        return
    with closing(_run(way)(fn, open_keys, min(workers, len(open_keys)), address, attempts)) as run:
        for key, result in run:
            if done is not None:
                done.write(key, result)
            finished += 1
            waiting[key] = result
            if progress is not None:
                progress(Step(key=key, done=finished, total=len(keys), kept=False))
            yield from ready()


#: (fn, keys, workers, address, attempts) -> (key, result) as they come
Runner = Callable[[Callable[[Any], Any], list[Any], int, str, int], Generator[tuple[Any, Any]]]


def _run(way: Way) -> Runner:
    if way is Way.HERE:
        return _here
    if way is Way.PROCESSES:
        return compute_processes.run
    # only who asks for Dask pays for loading it
    from jangteo.platform import compute_dask  # noqa: PLC0415

    return compute_dask.run


def _here(
    fn: Callable[[Any], Any], keys: list[Any], workers: int, address: str, attempts: int
) -> Generator[tuple[Any, Any], None, None]:
    for key in keys:
        for attempt in range(1, attempts + 1):
            try:
                result = fn(key)
            except Exception as error:
                if attempt == attempts:
                    raise failed(key, attempts, error) from error
            else:
                yield key, result
                break
