"""Is this line the same standard item as that one? Barcode, rules, then a learned matcher with a band of "not sure".

In: lines (text, understood, or their fields). Out: for each item a calibrated probability, same, different or unsure,
and why. What "the same item" means is written in docs/decisions. No Django, no network, no clock.
"""

from __future__ import annotations

from jangteo.engines.pairing import Candidate, UnreadableMatcher, Verdict
from jangteo.engines.sameitem.goods import Goods, goods_from, goods_of, gtin_of, record_of
from jangteo.engines.sameitem.matcher import (
    Judgement,
    Matcher,
    Side,
    as_goods,
    judge,
    load,
    read,
    save,
)
from jangteo.engines.sameitem.nearest import Index, candidates
from jangteo.engines.sameitem.rules import Reason, contradictions, same_barcode, unsaid
from jangteo.engines.sameitem.training import Answer, train

__all__ = [
    "Answer",
    "Candidate",
    "Goods",
    "Index",
    "Judgement",
    "Matcher",
    "Reason",
    "Side",
    "UnreadableMatcher",
    "Verdict",
    "as_goods",
    "candidates",
    "contradictions",
    "goods_from",
    "goods_of",
    "gtin_of",
    "judge",
    "load",
    "read",
    "record_of",
    "same_barcode",
    "save",
    "train",
    "unsaid",
]
