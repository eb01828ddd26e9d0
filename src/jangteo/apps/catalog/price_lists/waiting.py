"""Price lists that take long to read: kept until a worker has read them, a file or the photographs of boards."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jangteo.apps.catalog.boards import read_within
from jangteo.apps.catalog.models import PriceImport, PriceListUpload
from jangteo.apps.catalog.ports import BoardFailed
from jangteo.engines.boards.pricing import price_list_of
from jangteo.engines.boards.records import Box
from jangteo.engines.pricelist import PriceListReading, read_price_list
from jangteo.platform.errors import JangteoError
from jangteo.platform.files import PictureRefused, open_picture

#: the job that reads one, see `jobs`
TASK = "catalog.read_list"
#: larger files are read by a worker: a person at a page waits no longer than about three seconds
LATER_ABOVE_BYTES = 60_000
#: of what is packed in a workbook: a small file may unpack to a thousand times its size
_LATER_ABOVE_UNPACKED = 2_000_000
#: of one photograph
READ_WITHIN_S = 60.0
_JPEG_QUALITY = 92


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPart:
    """One file or photograph, read. ``stem`` and ``boxes`` (by row) only of photographs."""

    reading: PriceListReading
    sheet: str = ""
    stem: str = ""
    boxes: dict[int, Box]


@dataclass(frozen=True, kw_only=True, slots=True)
class CannotRead:
    """Why none of it could be read."""

    ko: str
    en: str


def takes_long(data: bytes) -> bool:
    """Is this file for a worker? By its size, packed and unpacked."""
    if len(data) > LATER_ABOVE_BYTES:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return sum(part.file_size for part in book.infolist()) > _LATER_ABOVE_UNPACKED
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        return False  # no workbook, or one whose reader says what is wrong


def bare_photograph(data: bytes) -> bytes:
    """A photograph as a JPEG without place, time and phone, upright. Raises a `PictureRefused`."""
    out = io.BytesIO()
    open_picture(data).save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue()


def digest_of(parts: Sequence[bytes]) -> str:
    """One SHA-256 of a file, or of several photographs in any order."""
    if len(parts) == 1:
        return hashlib.sha256(parts[0]).hexdigest()
    each = sorted(hashlib.sha256(part).hexdigest() for part in parts)
    return hashlib.sha256("".join(each).encode()).hexdigest()


def read_parts(
    price_import: PriceImport, uploads: Sequence[PriceListUpload]
) -> Iterator[ReadPart | CannotRead]:
    """Read each upload, one after the other; touches no table, so it runs outside a transaction."""
    for place, upload in enumerate(uploads):
        data = bytes(upload.data)
        if price_import.source != "photo":
            reading = read_price_list(data, upload.file_name)
            if reading.file_error is not None:
                yield CannotRead(ko=reading.file_error.ko, en=reading.file_error.en)
            else:
                yield ReadPart(reading=reading, boxes={})
            continue
        try:
            board = read_within(data, READ_WITHIN_S)
        except (BoardFailed, PictureRefused) as problem:
            yield _problem(problem)
            continue
        listed = price_list_of(board)
        yield ReadPart(
            reading=listed.reading,
            sheet=f"사진 {place + 1}" if len(uploads) > 1 else "사진",
            stem=price_import.pictures[place] if place < len(price_import.pictures) else "",
            boxes=listed.boxes,
        )


def _problem(problem: JangteoError) -> CannotRead:
    return CannotRead(ko=problem.message("ko"), en=problem.message("en"))


def holds_goods(part: ReadPart) -> bool:
    """Is there a row that is or may become goods? A cat has none."""
    return bool(part.reading.accepted or part.reading.asked or part.reading.refused)
