"""A reading as the table of text that the reader of price lists takes."""

from __future__ import annotations

from collections import defaultdict

from jangteo.engines.boards.records import BoardReading


def rows_of(reading: BoardReading) -> list[list[str]]:
    """The board as rows of cells, as `engines.pricelist` reads them of a file. Missing cells are empty."""
    table: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in reading.lines:
        table[line.row][line.cell].append(line.text)
    return [
        [" ".join(cells.get(n, [])) for n in range(max(cells) + 1)]
        for _, cells in sorted(table.items())
    ]
