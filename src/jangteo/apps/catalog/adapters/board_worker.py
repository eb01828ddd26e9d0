"""Reads one picture in a process of its own: a picture on standard input, its lines as JSON on standard output.

A web process must not carry the models, nor be held up by a picture that takes minutes; this one is killed, and gives
its memory back, when it is done. It touches no database and no network.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import asdict
from typing import Any

import numpy as np
import orjson

from jangteo.engines.boards.reader import read_board
from jangteo.engines.boards.sight import Sight
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError
from jangteo.platform.files import open_picture

#: models, libraries and a picture of 50 million pixels fit with room; beyond it the process ends, not the machine
MOST_BYTES = 4 * 1024**3
#: of the longer side; letters of a board that fills the picture stand 30 pixels high and more
MOST_PX = 2560


def answer(picture: bytes) -> dict[str, Any]:
    """The reading as plain values, or ``{"error": <class name>, "details": {...}}``."""
    try:
        image = open_picture(picture)
        image.thumbnail((MOST_PX, MOST_PX))
        pixels = np.asarray(image)
        return {"reading": asdict(read_board(pixels, Sight(config().korean_letters_dir)))}
    except JangteoError as problem:
        return {"error": type(problem).__name__, "details": problem.details}


def main() -> int:
    """``python -m jangteo.apps.catalog.adapters.board_worker <most CPU seconds>``."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    # should the process that waits be gone, this one ends by itself
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 5, seconds + 5))
    sys.stdout.buffer.write(orjson.dumps(answer(sys.stdin.buffer.read())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
