"""Web addresses of problems and pilots."""

from __future__ import annotations

from itertools import count
from typing import Any

from jangteo.platform.text import ascii_slug


def free_slug(model: Any, market_id: int, text: str) -> str:
    """Latin letters of a title, with a number where another one of the market has it already; at most 60 letters."""
    base = ascii_slug(text, at_most=54) or model.__name__.lower()
    taken = set(
        model.objects.filter(market_id=market_id, slug__startswith=base).values_list(
            "slug", flat=True
        )
    )
    return next(slug for n in count(1) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
