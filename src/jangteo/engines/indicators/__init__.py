"""Indicators (KPIs) from rows, exactly: counts and fractions of whole numbers.

In: tables as iterables of rows (column -> text, as in an export's CSV files), parameters, a period of Korean days.
Out: numerator and denominator. `formulas` is also the ``recompute.py`` of every export.
"""

from __future__ import annotations

from jangteo.engines.indicators.formulas import (
    FORMAT,
    FORMULAS,
    MANIFEST,
    UNREADABLE,
    CannotCompute,
    canonical,
    check,
    compute,
    decimal_text,
    open_export,
    result_of,
)

__all__ = [
    "FORMAT",
    "FORMULAS",
    "MANIFEST",
    "UNREADABLE",
    "CannotCompute",
    "canonical",
    "check",
    "compute",
    "decimal_text",
    "open_export",
    "result_of",
]
