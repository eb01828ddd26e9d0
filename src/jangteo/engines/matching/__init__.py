"""Understands one messy Korean product line.

In: a line such as ``국산 햇사과(부사)특 5kg 15과내외 -선물용★``. Out: ``Understood``: name, variety, brand, origin, grade,
state, net content, pieces, packs, price, tax, storage and barcode, each with its confidence and the characters it
came from, and questions for what is unsure. Nothing is assumed: a field below the bar is absent and asked.

Pure functions over the tables in this folder: no clock, no network, no database. The conventions (what is a name,
what is a size) are in docs/decisions/0012-understanding.md.
"""

from jangteo.engines.matching.engine import understand, understand_many
from jangteo.engines.matching.gtin import is_gtin
from jangteo.engines.matching.records import (
    DEFAULT,
    FIELDS,
    Ask,
    Found,
    MarketUnits,
    Understood,
    to_json,
)

__all__ = [
    "DEFAULT",
    "FIELDS",
    "Ask",
    "Found",
    "MarketUnits",
    "Understood",
    "is_gtin",
    "to_json",
    "understand",
    "understand_many",
]
