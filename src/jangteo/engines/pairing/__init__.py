"""Which records of two lists are the same thing: candidates, a learned matcher, and a band of "not sure".

In: records (attribute -> text) and pairs of them with labels to learn from. Out: a probability for each pair and a
verdict: same, different or unsure. It learns from what it is given and knows no product by heart; it reads Latin and
Korean text (see `tokens`). Files hold trained matchers (`storage`).
"""

from __future__ import annotations

from jangteo.engines.pairing.candidates import Candidate, candidates
from jangteo.engines.pairing.matcher import Matcher, Settings, Verdict, fit, with_band
from jangteo.engines.pairing.records import BadPairs, Pair, Record, Schema, schema_of
from jangteo.engines.pairing.space import Space
from jangteo.engines.pairing.storage import UnreadableMatcher, load, save

__all__ = [
    "BadPairs",
    "Candidate",
    "Matcher",
    "Pair",
    "Record",
    "Schema",
    "Settings",
    "Space",
    "UnreadableMatcher",
    "Verdict",
    "candidates",
    "fit",
    "load",
    "save",
    "schema_of",
    "with_band",
]
