"""Which arm a unit belongs to: a salted hash, so that the same unit always meets the same arm and nobody can guess it.

The method is the usual one of online experiments (Kohavi, Tang & Xu 2020, "Trustworthy Online Controlled
Experiments", ch. 14): SHA-256 of salt and unit, taken modulo the number of buckets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

BUCKETS = 10_000
HOLDOUT = "holdout"


def bucket_of(salt: str, unit: str) -> int:
    """0 to 9,999, evenly spread over units for each salt."""
    digest = hashlib.sha256(f"{salt}:{unit}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def assign(salt: str, unit: str, arms: Sequence[tuple[str, int]], holdout_bp: int = 0) -> str:
    """The arm's name, or `HOLDOUT`.

    ``arms`` are names and shares in basis points that sum to 10,000, of the units outside the hold-out. Hold-out and arm
    are drawn from two independent hashes. Raises `ValueError` for shares that do not add up.
    """
    if sum(share for _, share in arms) != BUCKETS or any(share <= 0 for _, share in arms):
        raise ValueError("shares must be positive and sum to 10000 basis points")
    if not 0 <= holdout_bp < BUCKETS:
        raise ValueError("the hold-out must be from 0 to 9999 basis points")
    if holdout_bp and bucket_of(f"{salt}:holdout", unit) < holdout_bp:
        return HOLDOUT
    bucket = bucket_of(salt, unit)
    passed = 0
    for name, share in arms:
        passed += share
        if bucket < passed:
            return name
    raise AssertionError("buckets are below the sum of the shares")
