"""Integer won. Parts always add up to the whole (largest remainder, Hamilton's method)."""

from __future__ import annotations

from collections.abc import Sequence


def split_by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` won in proportion to non-negative ``weights``; the parts sum to ``total`` exactly.

    Ties go to the earlier part, so the result is stable. Raises ``ValueError`` when no weight is positive.
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative with a positive sum")
    sign = -1 if total < 0 else 1
    amount = abs(total)
    parts = [amount * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for index in order[: amount - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def vat_included_krw(taxable_krw: int) -> int:
    """The VAT inside a taxable gross amount: one eleventh, rounded half up (부가가치세법 제29조, 10 %)."""
    return (taxable_krw * 2 + 11) // 22
