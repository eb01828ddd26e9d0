"""The standard product as every part of the catalogue reads it; nothing here writes an item.

``current`` follows merges, ``fields_from`` turns an understood line into fields with provenance, ``find_candidates``
looks items up, ``match_lines`` says of lines which item they are (and logs each decision), ``card`` is what pages show.
"""

from __future__ import annotations

from jangteo.apps.catalog.items.cards import Fact, ItemCard, card
from jangteo.apps.catalog.items.finding import Candidate, find_candidates, find_candidates_many
from jangteo.apps.catalog.items.keys import block_keys, goods_of_fields, goods_of_item, match_key
from jangteo.apps.catalog.items.matching import Likely, Matched, match_lines
from jangteo.apps.catalog.items.reading import ItemDraft, fields_from
from jangteo.apps.catalog.items.resolving import current, current_many, members
from jangteo.apps.catalog.items.settings import Settings, market_units, settings_of

__all__ = [
    "Candidate",
    "Fact",
    "ItemCard",
    "ItemDraft",
    "Likely",
    "Matched",
    "Settings",
    "block_keys",
    "card",
    "current",
    "current_many",
    "fields_from",
    "find_candidates",
    "find_candidates_many",
    "goods_of_fields",
    "goods_of_item",
    "market_units",
    "match_key",
    "match_lines",
    "members",
    "settings_of",
]
