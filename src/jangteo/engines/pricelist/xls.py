"""Old Excel workbooks (BIFF), read with xlrd."""

from __future__ import annotations

import importlib
import io
from typing import Any

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

# xlrd carries no types; as Any it is typed where it enters this module
xlrd: Any = importlib.import_module("xlrd")


def read_xls(data: bytes) -> list[Sheet]:
    """Every sheet, hidden ones too; raises ``FileFault``."""
    book = _open(data)
    sheets = [_sheet(book, page) for page in book.sheets()]
    if sum(len(sheet.rows) for sheet in sheets) > MAX_ROWS:
        raise FileFault("too_many_rows")
    return sheets


def _open(data: bytes) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO(), ragged_rows=True
        )
    except xlrd.XLRDError as error:
        raise FileFault("encrypted" if "encrypt" in str(error).lower() else "damaged") from error
    except Exception as error:  # xlrd raises whatever a hostile byte leads it to
        raise FileFault("damaged") from error


def _sheet(book: Any, page: Any) -> Sheet:
    if sum(page.row_len(index) for index in range(page.nrows)) > MAX_CELLS:
        raise FileFault("too_wide")
    rows = [
        Row(index + 1, [_cell(book, cell) for cell in page.row(index)])
        for index in range(page.nrows)
    ]
    rows = drop_trailing_blank(rows)
    merges = [
        Merge(top, left, below - 1, right - 1) for top, below, left, right in page.merged_cells
    ]
    apply_merges(rows, merges)
    return Sheet(page.name, rows)


def _cell(book: Any, cell: Any) -> Cell:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return text_cell(str(cell.value))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number_cell(float(cell.value), _format(book, cell))
    if cell.ctype == xlrd.XL_CELL_DATE:
        shown = f"{cell.value:.0f}"
        return Cell("date", shown, shown, float(cell.value), _format(book, cell))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell("bool", "TRUE" if cell.value else "FALSE", "TRUE" if cell.value else "FALSE")
    if cell.ctype == xlrd.XL_CELL_ERROR:
        shown = xlrd.error_text_from_code.get(cell.value, "#N/A")
        return Cell("error", shown, shown)
    return Cell()


def _format(book: Any, cell: Any) -> str:
    try:
        key = book.xf_list[cell.xf_index].format_key
        return str(book.format_map[key].format_str)
    except (IndexError, KeyError, TypeError):
        return ""
