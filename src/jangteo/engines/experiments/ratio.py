"""Did every arm get its share of units? If not, something lost units of one arm and no effect can be believed.

Pearson's chi-square test of the counts against the planned shares, with the strict threshold usual for this check
(Fabijan et al. 2019, "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments"): a false alarm hides a good
result, and with p < 0.001 it is rare even when the check is repeated at every look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import scipy

THRESHOLD = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class RatioCheck:
    """Pearson's statistic, its p-value, and whether the split may be believed."""

    statistic: float
    p_value: float
    is_ok: bool


def check_ratio(counts: Sequence[int], shares: Sequence[float]) -> RatioCheck:
    """Compare counts of units with their planned shares (any positive scale).

    No units at all is no mismatch. Raises `ValueError` for fewer than two groups or a share that is not positive.
    """
    if len(counts) != len(shares) or len(counts) < 2:
        raise ValueError("give one share for each of at least two groups")
    if any(share <= 0 for share in shares) or any(count < 0 for count in counts):
        raise ValueError("shares must be positive and counts not negative")
    total, whole = sum(counts), sum(shares)
    if total == 0:
        return RatioCheck(statistic=0.0, p_value=1.0, is_ok=True)
    expected = [total * share / whole for share in shares]
    statistic = sum((n - e) ** 2 / e for n, e in zip(counts, expected, strict=True))
    p_value = float(scipy.stats.chi2.sf(statistic, len(counts) - 1))
    return RatioCheck(statistic=statistic, p_value=p_value, is_ok=p_value >= THRESHOLD)
