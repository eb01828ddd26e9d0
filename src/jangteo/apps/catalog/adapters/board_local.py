"""Price boards read on this machine, each picture in a process of its own that can be killed."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import orjson
import structlog

from jangteo.apps.catalog.ports import (
    BoardBlurred,
    BoardBusy,
    BoardFailed,
    BoardLine,
    BoardReading,
    BoardTooDark,
    BoardTooSlow,
    BoardUnreadable,
    Box,
    Language,
)
from jangteo.platform import files
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError
from jangteo.platform.files import check_picture

#: of what a reading process said before it died; never a picture's content
_LOGGED = 2000
_WORKER = "jangteo.apps.catalog.adapters.board_worker"
_PAUSE_S = 0.1

log = structlog.get_logger("jangteo.boards")


class LocalBoardReader:
    """`BoardReader` with the models that ship with the product. No network."""

    def __init__(self, *, slots: int | None = None, slots_dir: Path | None = None) -> None:
        self._slots = slots or config().board_readers
        self._dir = slots_dir or config().var_dir / "boards"

    def read(
        self, picture: bytes, *, language: Language = "ko", within_s: float = 20.0
    ) -> BoardReading:
        """See `BoardReader`."""
        check_picture(picture)
        until = monotonic() + within_s
        with self._slot(until):
            reading = _reading_of(_run(picture, until, within_s))
        if reading.lines:
            return reading
        if "dark" in reading.hints:
            raise BoardTooDark
        if "blurred" in reading.hints:
            raise BoardBlurred
        raise BoardUnreadable

    @contextmanager
    def _slot(self, until: float) -> Iterator[None]:
        """One of the machine's places; the operating system frees it when this process dies. Raises `BoardBusy`."""
        self._dir.mkdir(parents=True, exist_ok=True)
        while True:
            for number in range(self._slots):
                handle = os.open(self._dir / f"slot-{number}", os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(handle)
                    continue
                try:
                    yield
                finally:
                    os.close(handle)
                return
            if monotonic() + _PAUSE_S > until:
                raise BoardBusy
            sleep(_PAUSE_S)


def _run(picture: bytes, until: float, within_s: float) -> dict[str, Any]:
    left = until - monotonic()
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
    process = subprocess.Popen(  # noqa: S603 - this very Python, no words of anybody else
        [sys.executable, "-m", _WORKER, str(int(left) + 1)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    with process:
        try:
            out, problems = process.communicate(picture, timeout=max(left, 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            raise BoardTooSlow(seconds=round(within_s)) from None
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        log.error(
            "board reader ended",
            code=process.returncode,
            said=problems[-_LOGGED:].decode(errors="replace"),
        )
        raise BoardFailed
    found: dict[str, Any] = orjson.loads(out)
    if "error" in found:
        raise _refusal(found["error"], found["details"])
    return found


def _refusal(name: str, details: dict[str, Any]) -> JangteoError:
    kind = getattr(files, name, None)
    if isinstance(kind, type) and issubclass(kind, JangteoError):
        return kind(**details)
    return BoardFailed()


def _reading_of(found: dict[str, Any]) -> BoardReading:
    reading = found["reading"]
    lines = tuple(
        BoardLine(**(line | {"box": Box(**line["box"]), "doubtful": tuple(line["doubtful"])}))
        for line in reading["lines"]
    )
    return BoardReading(**(reading | {"lines": lines, "hints": tuple(reading["hints"])}))
