"""Excel workbooks (Office Open XML).

openpyxl reads the values. A light pass over each sheet's XML goes before it: it guards against bombs, and finds what
openpyxl's streaming reader does not tell: merged ranges and formulas that hold no saved value.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import openpyxl

from jangteo.engines.pricelist.grid import (
    MAX_CELLS,
    MAX_ROWS,
    Cell,
    FileFault,
    Merge,
    Row,
    Sheet,
    apply_merges,
    drop_trailing_blank,
    number_cell,
    text_cell,
)

MAX_UNPACKED = 64 * 1024 * 1024
_CHUNK = 1 << 18
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


@dataclass(slots=True)
class _Scan:
    """What one sheet's XML holds besides values; rows and columns are 0-based."""

    merges: list[Merge] = field(default_factory=list)
    valueless: set[tuple[int, int]] = field(default_factory=set)
    row: int = -1
    column: int = -1
    last_row: int = -1
    width: int = 0
    cells: int = 0
    formula: bool = False
    valued: bool = False
    #: inside the element that holds a cell's value
    inside: bool = False


def read_xlsx(data: bytes) -> list[Sheet]:
    """Every sheet, hidden ones too; raises ``FileFault``."""
    try:
        return _read(data)
    except FileFault:
        raise
    except Exception as error:  # zipfile, expat and openpyxl raise whatever hostile bytes lead to
        raise FileFault("damaged") from error


def _read(data: bytes) -> list[Sheet]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive, warnings.catch_warnings():
        _guard(archive)
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return _sheets(archive, book)
        finally:
            book.close()


def _guard(archive: zipfile.ZipFile) -> None:
    if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
        raise FileFault("zip_bomb")
    names = set(archive.namelist())
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise FileFault("encrypted")
    if not any(name.endswith("workbook.xml") for name in names):
        other = any(
            name.startswith(("word/", "ppt/", "Contents/", "content.xml")) for name in names
        )
        raise FileFault("other_office" if other else "unsupported")
    for name in names:
        if name.endswith(".xml") and b"<!DOCTYPE" in archive.open(name).read(1024):
            raise FileFault("unsupported")


def _sheets(archive: zipfile.ZipFile, book: Any) -> list[Sheet]:
    sheets: list[Sheet] = []
    total = 0
    for page in book.worksheets:
        if not hasattr(page, "iter_rows"):
            continue
        # the part's name is not in openpyxl's public API; without it sheets cannot be told apart
        scan = _scan(archive, str(page._worksheet_path))
        total += scan.last_row + 1
        if total > MAX_ROWS:
            raise FileFault("too_many_rows")
        sheets.append(_sheet(page, scan))
    return sheets


def _sheet(page: Any, scan: _Scan) -> Sheet:
    page.reset_dimensions()
    rows: list[Row] = []
    for index, values in enumerate(page.iter_rows()):
        if index > scan.last_row:
            break
        cells = [_cell(value) for value in values[: scan.width]]
        rows.append(Row(index + 1, cells))
    for row, column in scan.valueless:
        _mark_formula(rows, row, column)
    rows = drop_trailing_blank(rows)
    apply_merges(rows, scan.merges)
    return Sheet(str(page.title), rows)


def _mark_formula(rows: list[Row], row: int, column: int) -> None:
    if row < len(rows):
        cells = rows[row].cells
        cells.extend(Cell() for _ in range(column + 1 - len(cells)))
        cells[column] = Cell("formula", "=", "=")


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or value == "":
        return Cell()
    if cell.data_type == "e":
        return Cell("error", str(value), str(value))
    if isinstance(value, bool):
        return Cell("bool", str(value).upper(), str(value).upper())
    if isinstance(value, int | float):
        return number_cell(float(value), str(cell.number_format or ""))
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Cell("date", str(value), str(value))
    return text_cell(str(value))


def _scan(archive: zipfile.ZipFile, path: str) -> _Scan:
    scan = _Scan()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: _start(scan, _local(name), attributes)
    parser.EndElementHandler = lambda name: _end(scan, _local(name))
    parser.CharacterDataHandler = lambda _text_part: _text(scan)
    unpacked = 0
    with archive.open(path.lstrip("/")) as part:
        while chunk := part.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > MAX_UNPACKED:
                raise FileFault("zip_bomb")
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    return scan


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _start(scan: _Scan, name: str, attributes: dict[str, str]) -> None:
    if name == "c":
        _start_cell(scan, attributes)
    elif name in ("v", "t"):
        scan.inside = True
    elif name == "f":
        scan.formula = True
    elif name == "row":
        scan.row = int(attributes.get("r", scan.row + 2)) - 1
        scan.column = -1
    elif name == "mergeCell":
        _merge(scan, attributes.get("ref", ""))


def _start_cell(scan: _Scan, attributes: dict[str, str]) -> None:
    place = _REF.fullmatch(attributes.get("r", ""))
    scan.column = _column(place[1]) if place else scan.column + 1
    scan.formula = scan.valued = False


def _text(scan: _Scan) -> None:
    if scan.inside:
        scan.valued = True


def _end(scan: _Scan, name: str) -> None:
    if name in ("v", "t"):
        scan.inside = False
    if name != "c" or not (scan.formula or scan.valued):
        return
    if scan.formula and not scan.valued:
        scan.valueless.add((scan.row, scan.column))
    scan.width = max(scan.width, scan.column + 1)
    scan.last_row = max(scan.last_row, scan.row)
    scan.cells += 1
    if scan.last_row >= MAX_ROWS:
        raise FileFault("too_many_rows")
    if (scan.last_row + 1) * scan.width > MAX_CELLS * 5 or scan.cells > MAX_CELLS:
        raise FileFault("too_wide")


def _merge(scan: _Scan, ref: str) -> None:
    first, _, last = ref.partition(":")
    start, end = _REF.fullmatch(first), _REF.fullmatch(last or first)
    if start and end:
        scan.merges.append(
            Merge(int(start[2]) - 1, _column(start[1]), int(end[2]) - 1, _column(end[1]))
        )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
