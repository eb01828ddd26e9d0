"""How a percentage is written, the same on every page and every paper."""

from __future__ import annotations

#: a space that never ends a line
GAP = "\u00a0"


def percent(figure: str | float) -> str:
    """``31`` as "31 %", ``"4.2"`` as "4.2 %": the figure, a space that never ends a line, the sign.

    A number is written as short as it is (``12.5``, ``3``); text stands as it was formatted.
    """
    text = figure if isinstance(figure, str) else f"{figure:g}"
    return f"{text}{GAP}%"
