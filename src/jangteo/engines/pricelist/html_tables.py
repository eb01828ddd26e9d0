"""HTML tables saved with the ending .xls, as many Korean shop systems export them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from jangteo.engines.pricelist.delimited import decode
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
    text_cell,
)

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_KOREAN = {"euc-kr", "ks_c_5601-1987", "cp949", "ms949", "ksc5601"}


def read_html(data: bytes) -> list[Sheet]:
    """All tables of a page as one sheet, rows numbered through; raises ``FileFault``."""
    parser = _Tables()
    parser.feed(_decoded(data))
    parser.close()
    parser.end_row()
    rows = drop_trailing_blank(parser.rows)
    if not rows:
        raise FileFault("empty")
    apply_merges(rows, parser.merges)
    return [Sheet("", rows)]


def _decoded(data: bytes) -> str:
    named = _CHARSET.search(data[:4096])
    if named and named[1].decode().lower() in _KOREAN:
        return data.decode("cp949", errors="replace")
    return decode(data)


class _Tables(HTMLParser):
    """Collects rows; a cell below a rowspan keeps its column."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.merges: list[Merge] = []
        self._cells: list[Cell] | None = None
        self._text: list[str] | None = None
        self._span = (1, 1)
        #: column -> rows it is still covered
        self._covered: dict[int, int] = {}
        self._silent = 0
        self._size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "tr":
            self.end_row()
            self._cells = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._cells = [] if self._cells is None else self._cells
            given = dict(attrs)
            self._span = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self._text = []
        elif tag in ("br", "p", "div") and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
        if tag == "table":
            self._covered = {}

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(data)

    def _skip_covered(self, cells: list[Cell]) -> None:
        while self._covered.get(len(cells), 0) > 0:
            cells.append(Cell())

    def _end_cell(self) -> None:
        if self._text is None or self._cells is None:
            return
        self._skip_covered(self._cells)
        top, left = len(self.rows), len(self._cells)
        down, across = self._span
        shown = re.sub(r"\s+", " ", "".join(self._text)).strip()
        self._cells.extend([text_cell(shown), *(Cell() for _ in range(across - 1))])
        if down > 1 or across > 1:
            self.merges.append(Merge(top, left, top + down - 1, left + across - 1))
        if down > 1:
            self._covered.update(dict.fromkeys(range(left, left + across), down))
        self._text = None

    def end_row(self) -> None:
        """Close the row that is open, if any."""
        self._end_cell()
        if self._cells is None:
            return
        self._skip_covered(self._cells)
        self.rows.append(Row(len(self.rows) + 1, self._cells))
        self._covered = {column: left - 1 for column, left in self._covered.items() if left > 1}
        self._size += len(self._cells)
        self._cells = None
        if len(self.rows) > MAX_ROWS:
            raise FileFault("too_many_rows")
        if self._size > MAX_CELLS:
            raise FileFault("too_wide")


def _span(text: str | None) -> int:
    return min(1000, int(text)) if text and text.isdecimal() and int(text) > 0 else 1
