"""Made-up shoppers: many who buy nothing, a few who buy much, new ones every day, and outcomes that go on accruing.

A shopper's habit (visits a day, size of her basket) is hers for good, so her past tells of her future as it does in
real carts; baskets are lognormal. One day is a feast with three times the visits, because a sequence must survive it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PRE_DAYS = 28
FEAST_DAY = 19
FEAST = 3.0
#: share of the shoppers who were customers before the start
KNOWN = 0.7


@dataclass(frozen=True, kw_only=True, slots=True)
class Shoppers:
    """One row a shopper."""

    #: day of the first meeting, 0 on the first day
    entry: NDArray[np.int64]
    #: won spent by the end of each day since the first meeting: shoppers x days
    spent: Array
    #: won spent in the days before the start; NaN: none
    before: Array


def draw(
    rng: np.random.Generator,
    shoppers: int,
    days: int,
    *,
    feast: float = FEAST,
    all_at_once: bool = False,
) -> Shoppers:
    """So many shoppers over so many days; half of them come in the first week, or all on the first day."""
    early = rng.random(shoppers) < 0.5
    entry = np.where(
        early, rng.integers(0, min(7, days), shoppers), rng.integers(0, days, shoppers)
    )
    if all_at_once:
        entry[:] = 0
    rate, size = _habits(rng, shoppers)
    calendar = np.ones(days)
    if days > FEAST_DAY:
        calendar[FEAST_DAY] = feast
    present = np.arange(days)[None, :] >= entry[:, None]
    visits = rng.poisson(rate[:, None] * calendar[None, :] * present)
    return Shoppers(
        entry=entry,
        spent=np.cumsum(_baskets(rng, visits, size), axis=1),
        before=_before(rng, rate, size),
    )


def draw_totals(rng: np.random.Generator, shoppers: int, days: int) -> tuple[Array, Array]:
    """(won spent over the days, won before or NaN) of shoppers who all came on the first day: no daily path."""
    rate, size = _habits(rng, shoppers)
    weight = days + (FEAST - 1 if days > FEAST_DAY else 0)
    visits = rng.poisson(rate * weight)[:, None]
    return _baskets(rng, visits, size)[:, 0], _before(rng, rate, size)


def _habits(rng: np.random.Generator, shoppers: int) -> tuple[Array, Array]:
    rate = rng.gamma(0.6, 0.05 / 0.6, shoppers)
    size = rng.normal(9.4, 0.5, shoppers)
    return rate, size


def _before(rng: np.random.Generator, rate: Array, size: Array) -> Array:
    known = rng.random(len(rate)) < KNOWN
    visits = rng.poisson(rate * PRE_DAYS * known)[:, None]
    before = _baskets(rng, visits, size)[:, 0]
    before[before == 0] = np.nan
    return before


def _baskets(rng: np.random.Generator, visits: NDArray[np.int64], size: Array) -> Array:
    """Won of so many baskets of each shopper in each column."""
    flat = visits.ravel()
    if not flat.sum():
        return np.zeros(visits.shape)
    place = np.repeat(np.arange(flat.size), flat)
    shopper = place // visits.shape[1]
    won = np.exp(rng.normal(size[shopper], 0.7))
    sums: Array = np.bincount(place, weights=won, minlength=flat.size).astype(np.float64)
    return sums.reshape(visits.shape)
