"""What this app holds about people: who handed an order over, and a rider's name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.fulfilment.models import HandOver
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

HAND_OVER = Held(
    what_ko="전해 드린 기록",
    what_en="Hand-over",
    why_ko="누가 언제 전해 드렸는지 답하려고 가지고 있어요(계약 이행).",
    why_en="To answer who handed an order over and when (performance of a contract).",
    kept_ko="5년(공급 기록, 전자상거래법 시행령 제6조)",
    kept_en="five years (record of supply, E-commerce Act Decree Art. 6)",
)


class FulfilmentHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "fulfilment"
    columns: Mapping[str, Held] = {
        "fulfilment.HandOver.rider_name": HAND_OVER,
        "fulfilment.HandOver.by": HAND_OVER,
    }

    def download(self, whose: Whose) -> list[Section]:
        """Orders she handed over as staff."""
        if not whose.person_id:
            return []
        handed = HandOver.objects.filter(by_id=whose.person_id).select_related("order")
        return [
            HAND_OVER.section(
                key="handed_over",
                rows=[
                    {"order": row.order.number, "at": row.left_at.isoformat()}
                    for row in handed.order_by("id").iterator(chunk_size=1000)
                ],
            )
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """Nothing of its own: an order that is out is open."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Her name where it was written down as a rider's."""
        count = 0
        if len(whose.name) > 1 and whose.person_id:
            # a name alone is not proof of who it was: only where she handed it over herself
            mine = HandOver.objects.filter(by_id=whose.person_id, rider_name=whose.name)
            count = mine.update(rider_name="")
        return [Erased(went_ko="배달한 이름", went_en="name as a rider", count=count)]


register(FulfilmentHolder())
