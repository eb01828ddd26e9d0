"""A writer of minimal Excel 97 workbooks (BIFF8 in an OLE container), enough to test that they are read.

Record layouts follow the published [MS-XLS] and [MS-CFB] descriptions. Only what the tests need: numbers, texts,
number formats, errors and merged ranges.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@dataclass(frozen=True)
class Styled:
    """A number with one of ``FORMATS``."""

    value: float
    style: str


@dataclass(frozen=True)
class ErrorCell:
    """An error value; 0x17 is #REF!."""

    code: int


Value = str | float | Styled | ErrorCell | None
FORMATS = ("General", "0%", "yyyy-mm-dd")


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _unicode(text: str, width: str) -> bytes:
    return struct.pack(width, len(text)) + b"\x01" + text.encode("utf-16-le")


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _cell(row: int, column: int, value: Value) -> bytes:
    if value is None:
        return b""
    style = FORMATS.index(value.style) if isinstance(value, Styled) else 0
    at = struct.pack("<HHH", row, column, style)
    if isinstance(value, str):
        return _record(0x0204, at + _unicode(value, "<H"))
    if isinstance(value, ErrorCell):
        return _record(0x0205, at + struct.pack("<BB", value.code, 1))
    number = value.value if isinstance(value, Styled) else float(value)
    return _record(0x0203, at + struct.pack("<d", number))


def _sheet(rows: Sequence[Sequence[Value]], merges: Sequence[tuple[int, int, int, int]]) -> bytes:
    body = b"".join(_cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row))
    if merges:
        ranges = b"".join(struct.pack("<HHHH", *merge) for merge in merges)
        body += _record(0x00E5, struct.pack("<H", len(merges)) + ranges)
    return _bof(0x0010) + body + _record(0x000A)


def _globals(name: str, start: int) -> bytes:
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05\x00Arial"
    parts = [_bof(0x0005), _record(0x0042, struct.pack("<H", 1200)), _record(0x0031, font)]
    parts += [
        _record(0x041E, struct.pack("<H", 164 + i) + _unicode(text, "<H"))
        for i, text in enumerate(FORMATS)
    ]
    parts += [
        _record(0x00E0, struct.pack("<HHH", 0, 164 + i, 1) + bytes(14)) for i in range(len(FORMATS))
    ]
    parts.append(_record(0x0085, struct.pack("<IBB", start, 0, 0) + _unicode(name, "<B")))
    return b"".join(parts) + _record(0x000A)


def workbook(
    name: str,
    rows: Sequence[Sequence[Value]],
    merges: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """One sheet; ``merges`` are 0-based (first row, last row, first column, last column)."""
    start = len(_globals(name, 0))
    return ole({"Workbook": _globals(name, start) + _sheet(rows, merges)})


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container; each stream is padded to 4,096 bytes so that none needs the mini stream."""
    padded = {
        k: v.ljust(max(4096, -(-len(v) // _SECTOR) * _SECTOR), b"\0") for k, v in streams.items()
    }
    fat: list[int] = [_FAT, _END]
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for index, (name, body) in enumerate(padded.items(), start=1):
        first, count = len(fat), len(body) // _SECTOR
        fat += [*range(first + 1, first + count), _END]
        right = index + 1 if index < len(padded) else _FREE
        entries.append(_entry(name, 2, first, len(body), right=right))
    entries += [_entry("", 0, 0, 0)] * (4 - len(entries))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    table = struct.pack(f"<{len(fat)}I", *fat) + struct.pack("<I", _FREE) * (128 - len(fat))
    return header + table + b"".join(entries) + b"".join(padded.values())


def _entry(
    name: str, kind: int, first: int, size: int, *, right: int = _FREE, child: int = _FREE
) -> bytes:
    wide = name.encode("utf-16-le")
    length = len(wide) + 2 if name else 0
    head = wide.ljust(64, b"\0") + struct.pack("<HBB", length, kind, 1)
    return (
        head
        + struct.pack("<III", _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
