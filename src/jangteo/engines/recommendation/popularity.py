"""How wanted goods are: units sold, a unit of a week ago counting half of one of now.

The sum of exponentially decayed units is kept as a *time-invariant rank value*: log2 of the sum of 2^(t_i / H) over
the units sold at times t_i with half-life H. All values grow alike as time passes, so their order never changes by
itself: an index on the stored value stays right without a nightly update. This is forward decay (Cormode,
Shkapenyuk, Srivastava, Xu: "Forward Decay: A Practical Time Decay Model for Streaming Systems", ICDE 2009).
"""

from __future__ import annotations

from math import exp2, inf, log1p, log2

#: a unit sold so many days ago counts half
HALF_LIFE_DAYS = 7.0
#: decayed units at which goods are half as wanted as goods can be: one sale alone lifts nothing over all others
HALF_WANTED_UNITS = 6.0
#: what the market itself says about today, in the same measure as `wanted` (0 to 1)
FRESH_BONUS = 0.35
TODAY_ONLY_BONUS = 0.45
#: the last units are not put in front: they are gone before most see them
FEW_UNITS = 3
FEW_FACTOR = 0.7
#: rank value of goods that were never sold
NEVER_SOLD = -inf


def add_units(rank: float, units: float, at_days: float) -> float:
    """The rank value after ``units`` more were sold at ``at_days`` (days since 1970, any order). Units must be > 0."""
    if units <= 0:
        raise ValueError("units must be positive")
    new = log2(units) + at_days / HALF_LIFE_DAYS
    if rank == NEVER_SOLD:
        return new
    high, low = max(rank, new), min(rank, new)
    # log2(2^high + 2^low) without ever leaving the exponents
    return high + log1p(exp2(low - high)) / log1p(1.0)


def decayed_units(rank: float, now_days: float) -> float:
    """What the rank value is worth now, in units: 0 for goods never sold."""
    return 0.0 if rank == NEVER_SOLD else exp2(rank - now_days / HALF_LIFE_DAYS)


def wanted(units: float) -> float:
    """Decayed units as 0 to 1, flattening out: x / (x + 6). One sale is 0.14, six are 0.5, sixty 0.91."""
    return units / (units + HALF_WANTED_UNITS)


def score(units: float, *, arrived_today: bool, today_only: bool, available: int | None) -> float:
    """How good it is to put goods in front, 0 to about 1.8: wanted, fresh today, to be sold today, still there.

    ``units``: decayed units. ``available``: units left, None when the stall does not count.
    """
    value = wanted(units)
    value += FRESH_BONUS if arrived_today else 0.0
    value += TODAY_ONLY_BONUS if today_only else 0.0
    if available is not None and available < FEW_UNITS:
        value *= FEW_FACTOR
    return value
