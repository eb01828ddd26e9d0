"""What rows lack that the law asks of a label, before they are goods."""

from __future__ import annotations

from collections.abc import Sequence

from jangteo.apps.catalog.models import PriceImportRow
from jangteo.apps.catalog.price_lists.understanding import LEAF, SHELF
from jangteo.apps.catalog.publishing.kinds import LabelKind, kind_of

#: goods whose origin nobody asks by law
_NO_ORIGIN = frozenset({LabelKind.GOODS, LabelKind.PLANT})


def needs_origin(row: PriceImportRow) -> bool:
    """New goods, in so far as the row is understood, that may not be sold without an origin (원산지표시법 제5조)."""
    if row.origin or row.offer_id is not None:
        return False
    kind = kind_of(
        leaf=str(row.understood.get(LEAF) or ""),
        shelf=str(row.understood.get(SHELF) or ""),
        tax=row.tax,
        is_packed="gtin" in row.understood,
    )
    return kind not in _NO_ORIGIN


def without_origin(rows: Sequence[PriceImportRow]) -> tuple[PriceImportRow, ...]:
    """Those of ``rows`` that need an origin and have none."""
    return tuple(row for row in rows if needs_origin(row))
