"""The one place that locks stock, always in the order of offer ids."""

from __future__ import annotations

from collections.abc import Iterable

from jangteo.apps.stock.models import StockLevel


def lock_levels(market_id: int, offer_ids: Iterable[int]) -> dict[int, StockLevel]:
    """Lock and return the levels of these offers; offers that were never counted have none."""
    rows = (
        StockLevel.objects.select_for_update(of=("self",))
        .filter(market_id=market_id, offer_id__in=sorted(set(offer_ids)))
        .order_by("offer_id")
    )
    return {level.offer_id: level for level in rows}
