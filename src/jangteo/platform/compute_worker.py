"""One worker process: takes a key from its pipe, answers with what the function made of it, until the pipe closes.

Started by `compute_processes` as ``python -m jangteo.platform.compute_worker FD``. The pipe is inherited; nothing listens.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def main(descriptor: int) -> None:
    """Work until the other side closes the pipe, or is gone."""
    # Ctrl-C is for the process that asked: it ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(descriptor) as pipe:
        try:
            sys.path[:] = pipe.recv()
            # pickled by the process that started this one, over a pipe nobody else holds
            fn: Callable[[Any], Any] = pickle.loads(pipe.recv_bytes())  # noqa: S301
            while True:
                key = pipe.recv()
                try:
                    answer = ("done", fn(key))
                except Exception as error:
                    answer = ("failed", f"{type(error).__name__}: {error}")
                pipe.send(answer)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
