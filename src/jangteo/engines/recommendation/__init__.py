"""Which goods to put in front: how wanted they are, what is special today, whose turn it is, what she buys anyway.

In: numbers of each offer (sales, freshness, stock), whose stall it is, and - with her consent only - what one shopper
bought. Out: the offers' ids, best place first. Plain arithmetic of a few dozen rows, so that every place can be
explained; the methods are cited in each module.
"""

from __future__ import annotations
