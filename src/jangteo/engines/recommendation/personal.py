"""What one shopper buys anyway: the same goods again, and goods of the kinds she buys.

Most of a food basket is repetition, and the plain frequency of a person's own purchases is a strong recommender of it
(Anderson, Kumar, Tomkins, Vassilvitskii: "The Dynamics of Repeat Consumption", WWW 2014; Li, Jullien, Ariannezhad,
de Rijke: "A Next Basket Recommendation Reality Check", ACM TOIS 2023). It can also be said in one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

#: bought so often, goods are half as liked as goods can be
HALF_LIKED_TIMES = 2.0
#: weight of the same goods again, and of goods of the same kind
AGAIN_WEIGHT = 0.8
KIND_WEIGHT = 0.4


def affinity(
    offer_id: int, category: str, times: Mapping[int, int], kinds: Mapping[str, int]
) -> float:
    """How much more one shopper may like goods, 0 to 1.2.

    ``times``: offer -> how many of her orders held it. ``kinds``: category -> how many times she bought of it.
    """
    again = times.get(offer_id, 0)
    value = AGAIN_WEIGHT * again / (again + HALF_LIKED_TIMES)
    total = sum(kinds.values())
    if category and total:
        value += KIND_WEIGHT * kinds.get(category, 0) / total
    return value
