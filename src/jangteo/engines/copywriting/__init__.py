"""Writes Korean texts for goods and stalls from confirmed fields only, and refuses what goes beyond them.

``write`` is the offline writer: a grammar, the same text for the same seed. ``prompt`` and ``from_model`` are the way of
a language model. ``check`` stands behind both. Pure functions: no clock, no network, no database.
"""

from jangteo.engines.copywriting.checker import check
from jangteo.engines.copywriting.model import answer_schema, from_model, prompt
from jangteo.engines.copywriting.records import (
    Checked,
    Facts,
    Kind,
    NothingToSay,
    Problem,
    Problems,
    Text,
    Wrong,
)
from jangteo.engines.copywriting.writer import write

__all__ = [
    "Checked",
    "Facts",
    "Kind",
    "NothingToSay",
    "Problem",
    "Problems",
    "Text",
    "Wrong",
    "answer_schema",
    "check",
    "from_model",
    "prompt",
    "write",
]
