"""What this app holds about people: who counted or moved goods, by account number only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.stock.models import StockMove
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

MOVES = Held(
    what_ko="재고를 고친 기록",
    what_en="Changes of stock",
    why_ko="재고가 왜 그 수인지 답하려고 가지고 있어요(계약 이행).",
    why_en="To answer why a level of stock is what it is (performance of a contract).",
    kept_ko="장부이므로 남아요. 계정을 지우면 누구의 것도 아니게 돼요",
    kept_en="stays as a ledger; after a deletion it names nobody",
)


class StockHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "stock"
    columns: Mapping[str, Held] = {"stock.StockMove.by": MOVES}

    def download(self, whose: Whose) -> list[Section]:
        """How often she did, by kind: the goods are the stall's."""
        if not whose.person_id:
            return []
        moves = StockMove.objects.filter(by_id=whose.person_id).select_related("offer")
        return [
            MOVES.section(
                key="stock_moves",
                rows=[
                    {"kind": move.kind, "goods": move.offer.name, "at": move.at.isoformat()}
                    for move in moves.order_by("id").iterator(chunk_size=1000)
                ],
            )
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Nothing of its own."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """The ledger names an account number that is nobody's once the account is emptied."""
        return []


register(StockHolder())
