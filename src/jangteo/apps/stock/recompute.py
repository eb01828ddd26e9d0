"""The levels against the ledger they must follow from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce

from jangteo.apps.stock.models import Reservation, StockLevel, StockMove


@dataclass(frozen=True, kw_only=True, slots=True)
class StockDifference:
    """One offer whose level is not what its moves and held reservations add up to."""

    offer_id: int
    quantity: int
    quantity_by_moves: int
    reserved: int
    reserved_by_holds: int


def stock_differences(market_id: int) -> list[StockDifference]:
    """Empty when all is right. Three queries. Needs the market's scope, or every market's."""
    levels = StockLevel.objects.filter(market_id=market_id).values_list(
        "offer_id", "quantity", "reserved"
    )
    moves = dict(
        StockMove.objects.filter(market_id=market_id)
        .values_list("offer_id")
        .annotate(total=Coalesce(Sum("delta"), 0))
    )
    holds = dict(
        Reservation.objects.filter(market_id=market_id, state=Reservation.State.HELD)
        .values_list("offer_id")
        .annotate(total=Coalesce(Sum("quantity"), 0))
    )
    known = {offer_id: (quantity, reserved) for offer_id, quantity, reserved in levels}
    found = [
        StockDifference(
            offer_id=offer_id,
            quantity=known.get(offer_id, (0, 0))[0],
            quantity_by_moves=moves.get(offer_id, 0),
            reserved=known.get(offer_id, (0, 0))[1],
            reserved_by_holds=holds.get(offer_id, 0),
        )
        for offer_id in sorted({*known, *moves, *holds})
    ]
    return [
        d for d in found if d.quantity != d.quantity_by_moves or d.reserved != d.reserved_by_holds
    ]
