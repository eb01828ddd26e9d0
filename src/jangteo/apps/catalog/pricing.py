"""Rules of prices: their bounds, and when a change is so large that its owner must say it twice."""

from __future__ import annotations

from jangteo.apps.catalog.errors import PriceOutOfBounds

MOST_KRW = 10_000_000
#: more than this many times the former price, or less than its inverse, is asked again
JUMP_FACTOR = 3


def check_price(price_krw: int) -> int:
    """The price, or `PriceOutOfBounds`. Never 0, never negative."""
    if not 1 <= price_krw <= MOST_KRW:
        raise PriceOutOfBounds(price_krw=f"{price_krw:,}", most_krw=f"{MOST_KRW:,}")
    return price_krw


def is_jump(before_krw: int, after_krw: int) -> bool:
    """More than three times or less than a third, compared in whole won."""
    return after_krw > before_krw * JUMP_FACTOR or after_krw * JUMP_FACTOR < before_krw
