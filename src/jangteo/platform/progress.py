"""One line of progress on a terminal; silent where nobody watches (a log file, a pipe)."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

#: a terminal over a slow line should not be flooded
REFRESH_SECONDS = 0.1


class Progress:
    """``with Progress("백업", total=rows) as progress: progress.advance(1000, "orders_order")``."""

    def __init__(self, label: str, total: int) -> None:
        self.label = label
        self.total = max(total, 1)
        self.done = 0
        self._shown_at = 0.0
        self._visible = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._visible:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def advance(self, by: int, what: str = "") -> None:
        """``by`` more are done; ``what`` is being worked on."""
        self.done += by
        now = time.monotonic()
        if not self._visible or now - self._shown_at < REFRESH_SECONDS:
            return
        self._shown_at = now
        share = min(100, self.done * 100 // self.total)
        sys.stderr.write(f"\r\033[K{self.label} {share:3d} % {what}")
        sys.stderr.flush()
