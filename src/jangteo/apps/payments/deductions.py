"""What is taken off a stall's sales. Each deduction is a floor of basis points, so the won in doubt is the stall's."""

from __future__ import annotations


def deduction_krw(gross_krw: int, basis_points: int) -> int:
    """``basis_points`` (100 = 1 %) of a non-negative gross amount, rounded down to the won."""
    return gross_krw * basis_points // 10_000
