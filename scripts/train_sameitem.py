"""Train the matcher of goods from the groups that ship and write its file again: the same groups give the same file.

python -m scripts.train_sameitem
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from jangteo.engines.sameitem import learned
from jangteo.engines.sameitem.groups import LEARN
from jangteo.engines.sameitem.matcher import SHIPPED
from jangteo.engines.sameitem.training import train


def write(path: Path = SHIPPED) -> None:
    """Train and write to ``path``; the digest of the groups stands in the file as ``source``."""
    source = hashlib.sha256(LEARN.read_bytes()).hexdigest()
    learned.save(train().learned, path, source=source)


if __name__ == "__main__":
    write()
