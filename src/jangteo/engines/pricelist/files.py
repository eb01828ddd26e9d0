"""Which kind of file the bytes are, whatever the name says, and its sheets."""

from __future__ import annotations

import re

from jangteo.engines.pricelist.delimited import read_delimited
from jangteo.engines.pricelist.grid import MAX_BYTES, FileFault, Sheet
from jangteo.engines.pricelist.html_tables import read_html
from jangteo.engines.pricelist.xls import read_xls
from jangteo.engines.pricelist.xlsx import read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM\x00", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"HWP Document File", "hwp"),
    (b"{\\rtf", "other_office"),
    (b"Rar!", "unsupported"),
    (b"7z\xbc\xaf", "unsupported"),
    (b"\x1f\x8b", "unsupported"),
    (b"SQLite format 3", "unsupported"),
    (b"PAR1", "unsupported"),
)
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|table|head|meta|body|tr|div|style)\b", re.I)


def read_sheets(data: bytes) -> list[Sheet]:
    """The sheets of a file; raises ``FileFault``."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileFault("empty")
    if len(data) > MAX_BYTES:
        raise FileFault("too_large")
    _refuse_known(data)
    sheets = _reader_result(data)
    if not any(sheet.rows for sheet in sheets):
        raise FileFault("empty")
    return sheets


def _refuse_known(data: bytes) -> None:
    for magic, code in _MAGIC:
        if data.startswith(magic) or (code == "pdf" and magic in data[:1024]):
            raise FileFault(code)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise FileFault("image")
    if data[4:8] == b"ftyp":
        raise FileFault(
            "image" if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "unsupported"
        )


def _reader_result(data: bytes) -> list[Sheet]:
    if data.startswith(_OLE):
        return _read_ole(data)
    if data.startswith(b"PK"):
        return read_xlsx(data)
    if data[:2] == b"\x09\x08" or data[:2] in (b"\x09\x04", b"\x09\x02", b"\x09\x00"):
        return read_xls(data)
    head = data[:2048].replace(b"\x00", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and not _HTML.search(head):
        raise FileFault("unsupported")
    if _HTML.search(head):
        return read_html(data)
    return read_delimited(data)


def _read_ole(data: bytes) -> list[Sheet]:
    if _stream(data, "EncryptedPackage"):
        raise FileFault("encrypted")
    if _stream(data, "FileHeader") and _stream(data, "BodyText"):
        raise FileFault("hwp")
    if _stream(data, "HwpSummaryInformation"):
        raise FileFault("hwp")
    if not (_stream(data, "Workbook") or _stream(data, "Book")):
        raise FileFault("other_office")
    return read_xls(data)


def _stream(data: bytes, name: str) -> bool:
    """Whether an OLE directory entry (64 bytes: UTF-16 name, zero-filled) has this name."""
    return name.encode("utf-16-le") + b"\x00\x00" in data
