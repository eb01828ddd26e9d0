"""A fair spread over stalls: a shelf of many goods shows many stalls, and no stall waits for ever.

The rule, in two parts:

1. *Merit with a growing handicap.* Each place goes to the offer with the highest score times ``REPEAT_FACTOR`` for
   each offer of the same stall that already stands on the shelf (a greedy re-ranking as in maximal marginal
   relevance, Carbonell and Goldstein, SIGIR 1998, with "same stall" as the likeness).
2. *Turns.* Every fourth place is kept for stalls whose turn it is: the stalls in the order of their ids form a ring, and
   every day another stretch of it, as long as there are kept places, must be on the shelf. With S stalls and r kept
   places each stall with something to sell is in front at least once in ceil(S / r) days, however little it sells
   (fairness of attention paid off over time: Biega, Gummadi, Weikum, "Equity of Attention", SIGIR 2018).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: each further offer of a stall counts so much of its score
REPEAT_FACTOR = 0.5
#: one place in so many is kept for a stall whose turn it is
KEPT_EVERY = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One offer that may be shown."""

    id: int
    stall_id: int
    score: float


def stalls_in_turn(stall_ids: Sequence[int], limit: int, turn: int) -> list[int]:
    """The stalls that must be on a shelf of ``limit`` places on day number ``turn``."""
    ring = sorted(set(stall_ids))
    kept = min(limit // KEPT_EVERY, len(ring))
    if not kept:
        return []
    start = turn * kept % len(ring)
    return (ring + ring)[start : start + kept]


def spread(items: Sequence[Item], limit: int, turn: int) -> list[int]:
    """Ids of at most ``limit`` items, best place first. Equal scores keep the order of ``items``.

    As many places are filled as there are items. ``turn`` is the day's number; the same turn gives the same shelf.
    """
    waiting = stalls_in_turn([item.stall_id for item in items], limit, turn)
    left = list(items)
    shown: Counter[int] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < limit:
        waiting = [stall for stall in waiting if not shown[stall]]
        places_left = limit - len(chosen)
        is_kept = (len(chosen) + 1) % KEPT_EVERY == 0 or places_left <= len(waiting)
        pool = [i for i in left if i.stall_id in waiting] if waiting and is_kept else left
        best = max(pool, key=lambda item: item.score * REPEAT_FACTOR ** shown[item.stall_id])
        left.remove(best)
        shown[best.stall_id] += 1
        chosen.append(best.id)
    return chosen
