"""The file's form: manifest, seal, and the errors of a file that is not as it should be."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from jangteo.platform.errors import JangteoError
from jangteo.platform.say import Exit

FORMAT = 2
SEAL = b"jangteo-sha256:"
DIGEST_LENGTH = 64
MANIFEST = "manifest.json"
BLOCK = 1 << 20
#: folders whose files are in a backup
FOLDERS = ("media", "lake")


class DamagedBackup(JangteoError):
    """The file {file} is damaged or cut short ({reason}). Nothing was changed; use another copy of the backup."""

    ko = "{file} 파일이 망가졌거나 잘렸어요({reason}). 바뀐 것은 없어요. 다른 사본을 쓰세요."
    exit_code = Exit.DAMAGED


class UnknownBackupFormat(JangteoError):
    """The file has format {there}, this version reads format {here}. Restore it with Jangteo {product_version}."""

    ko = "백업 형식 {there:은/는} 이 버전이 모르는 형식이에요(아는 형식 {here}). 장터 {product_version:으로/로} 되살리세요."
    exit_code = Exit.DAMAGED


class BackupOfOtherVersion(JangteoError):
    """The backup is of another version (Jangteo {product_version}; it differs in {names}). Restore it with that
    version into an empty folder, then start this version there: it brings the data into its form."""

    ko = (
        "다른 버전(장터 {product_version})의 백업이에요({names}). 그 버전으로 빈 폴더에 되살린 뒤"
        " 이 버전을 시작하면 데이터를 새 모양으로 바꿔요."
    )
    exit_code = Exit.DAMAGED


@dataclass(frozen=True, kw_only=True, slots=True)
class TableEntry:
    """One table in the manifest."""

    name: str
    #: column name and PostgreSQL type, in the order of the data
    columns: list[list[str]]
    key: list[str]
    rows: int
    sha256: str
    #: the next id continues after this; null for a table without a sequence
    sequence: int | None
    #: name and bound of each partition; none for a plain table
    partitions: list[list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileEntry:
    """One file of a folder; ``path`` is relative to that folder."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What the file says about itself."""

    format: int
    product_version: str
    #: ISO 8601, UTC
    taken_at: str
    migrations: list[str]
    left_out: dict[str, str]
    tables: list[TableEntry]
    #: uploaded pictures
    media: list[FileEntry]
    #: months of the log that left the database, and exports
    lake: list[FileEntry]

    def files(self) -> Iterator[tuple[str, FileEntry]]:
        """Every file with the name of its folder."""
        for folder in FOLDERS:
            for entry in getattr(self, folder):
                yield folder, entry

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def product_version() -> str:
    return version("jangteo")


def read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """The manifest. Raises `UnknownBackupFormat` and `DamagedBackup`."""
    try:
        raw = json.loads(archive.read(MANIFEST))
        if raw["format"] != FORMAT:
            raise UnknownBackupFormat(
                there=raw["format"], here=FORMAT, product_version=raw.get("product_version", "?")
            )
        return Manifest(
            **raw
            | {
                "tables": [TableEntry(**table) for table in raw["tables"]],
            }
            | {name: [FileEntry(**entry) for entry in raw[name]] for name in FOLDERS}
        )
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as problem:
        raise DamagedBackup(file=file.name, reason="manifest") from problem


def now_text(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def unsealed(archive: zipfile.ZipFile) -> None:
    """Make room for the seal; call before the archive is closed."""
    archive.comment = SEAL + b"0" * DIGEST_LENGTH


def seal(path: Path) -> None:
    """Write the digest of the whole file into its last 64 bytes."""
    value = _digest(path)
    with path.open("r+b") as file:
        file.seek(-DIGEST_LENGTH, 2)
        file.write(value)


def check_seal(path: Path) -> None:
    """Raise `DamagedBackup` when any byte differs from what was sealed, or some are missing."""
    size = path.stat().st_size
    if size < len(SEAL) + DIGEST_LENGTH:
        raise DamagedBackup(file=path.name, reason=f"{size} bytes")
    with path.open("rb") as file:
        file.seek(-len(SEAL) - DIGEST_LENGTH, 2)
        tail = file.read()
    if not tail.startswith(SEAL):
        raise DamagedBackup(file=path.name, reason="no seal")
    if tail[len(SEAL) :] != _digest(path):
        raise DamagedBackup(file=path.name, reason="checksum")


def _digest(path: Path) -> bytes:
    whole = hashlib.sha256()
    left = path.stat().st_size - DIGEST_LENGTH
    with path.open("rb") as file:
        while left > 0:
            block = file.read(min(BLOCK, left))
            whole.update(block)
            left -= len(block)
    return whole.hexdigest().encode()


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces that fit in memory."""
    while block := stream.read(BLOCK):
        yield block
