"""Reads the messy price lists that stall owners have.

In: the bytes of an xlsx, xls (also HTML tables saved as .xls), csv, tsv or txt file (UTF-8, UTF-16 or CP949).
Out: ``PriceListReading``: every row of every sheet, hidden ones too, is in exactly one of four piles.

- ``accepted``: product and price are certain. ``price_krw`` is won for the stated ``unit``, 100 to 10,000,000;
  it is never guessed and never 0.
- ``asked``: only the owner can settle it; ``proposals`` are what the row may mean. Two tables side by side put two
  products on one row; such a row is asked with both as proposals.
- ``refused``: it cannot become a product (phone number for a price, negative price, formula error, no name).
- ``ignored``: headings, blank lines, titles, notes, totals, repetitions.

Rows are numbered from 1 as in the sheet; in text files a row is a record, blank lines included. Blank rows after the
last used one of a sheet do not count. Nothing is raised for what a file holds: ``file_error`` says in two languages
what to do, and the piles are then empty. Pure functions: no clock, no network, nothing written.
"""

from jangteo.engines.pricelist.numerals import KoreanNumber, parse_korean_number
from jangteo.engines.pricelist.pricetext import Offer, PriceReading, read_price_text
from jangteo.engines.pricelist.reader import read_price_list
from jangteo.engines.pricelist.records import (
    Accepted,
    Asked,
    FileProblem,
    Ignored,
    PriceListReading,
    Proposal,
    Refused,
)
from jangteo.engines.pricelist.report import to_json

__all__ = [
    "Accepted",
    "Asked",
    "FileProblem",
    "Ignored",
    "KoreanNumber",
    "Offer",
    "PriceListReading",
    "PriceReading",
    "Proposal",
    "Refused",
    "parse_korean_number",
    "read_price_list",
    "read_price_text",
    "to_json",
]
