"""The list of erasures outside the database: what must be erased again after an older backup was restored.

``var/erasures.jsonl``, one JSON object a line. A person's line: id, when that id was given out (ids are given out again
after a restore; the moment tells the two apart), when she was erased, and the code of her receipt. A guest's line: a
keyed digest of the browser key, which nobody has any more. Nothing else, no name and no number.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from jangteo.platform.config import config

FILE_NAME = "erasures.jsonl"


def log_path() -> Path:
    """Where the list is."""
    return config().var_dir / FILE_NAME


def append_erasure(line: Mapping[str, Any]) -> None:
    """Add a line and wait until it is on the disk. One write call, so that two processes never mix their lines."""
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        # a line that a crash cut off must not swallow this one
        start = b"\n" if size and os.pread(handle, 1, size - 1) != b"\n" else b""
        os.write(handle, start + orjson.dumps(dict(line), option=orjson.OPT_SORT_KEYS) + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def erasures_logged() -> list[dict[str, Any]]:
    """Every line, the oldest first; a line cut off by a crash, or no object at all, is left out."""
    path = log_path()
    if not path.exists():
        return []
    found = []
    for raw in path.read_bytes().splitlines():
        try:
            line = orjson.loads(raw)
        except orjson.JSONDecodeError:
            continue
        if isinstance(line, dict):
            found.append(line)
    return found
