"""The matcher in use: the one that ships, or the activated one that learned from answers; loaded once per process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import structlog

from jangteo.apps.catalog.models import MatcherVersion
from jangteo.engines import sameitem
from jangteo.platform.config import config

log = structlog.get_logger("jangteo.matcher")

#: the one that ships
SHIPPED = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class InUse:
    """``version`` 0 is the one that ships; ``name`` is what the log calls it."""

    version: int
    name: str
    matcher: sameitem.Matcher


_kept: InUse | None = None
_lock = Lock()


def matcher_in_use() -> InUse:
    """The active matcher. One query; read from its file again only when another version was activated.

    A file that is missing or changed is not used: the one that ships stands in, and the log says so.
    """
    global _kept
    row = MatcherVersion.objects.filter(is_active=True).first()
    version = row.version if row else SHIPPED
    kept = _kept
    if kept is not None and kept.version == version:
        return kept
    with _lock:
        _kept = _load(row) if row else _shipped()
        return _kept


def forget_matcher() -> None:
    """Empty this process's memory."""
    global _kept
    _kept = None


def _shipped() -> InUse:
    return InUse(version=SHIPPED, name="sameitem-0", matcher=sameitem.load())


def _load(row: MatcherVersion) -> InUse:
    folder = matcher_folder(row.file_name)
    try:
        if digest_of(folder) != row.sha256:
            raise sameitem.UnreadableMatcher
        matcher = sameitem.read(folder)
    except (sameitem.UnreadableMatcher, OSError):
        log.error("matcher not readable", version=row.version)
        return InUse(version=row.version, name="sameitem-0", matcher=sameitem.load())
    return InUse(
        version=row.version,
        name=f"sameitem-{row.version}",
        matcher=matcher,
    )


def matcher_folder(name: str) -> Path:
    """Where a trained matcher lies, below the data folder."""
    return config().var_dir / "matchers" / name


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and contents of a matcher's files, in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
