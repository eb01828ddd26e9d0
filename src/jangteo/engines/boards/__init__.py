"""Reads pictures of price boards, tags and wholesale invoices.

In: an upright RGB picture (``reader.read_board``, in a process of its own: heavy libraries). Out: `BoardReading`, lines
with their place, confidence and doubtful digits; ``tables.rows_of`` makes it the table of text that a price list is,
``pricing.price_list_of`` the four piles of a price list, with every doubtful row asked.
"""

from jangteo.engines.boards.pricing import BoardPriceList, price_list_of
from jangteo.engines.boards.records import BoardLine, BoardReading, Box
from jangteo.engines.boards.tables import rows_of

__all__ = [
    "BoardLine",
    "BoardPriceList",
    "BoardReading",
    "Box",
    "price_list_of",
    "rows_of",
]
