"""Open or close the market on one day against its rule."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from jangteo.apps.markets.info import forget_markets
from jangteo.apps.markets.models import SpecialDay
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@action("markets.set_special_day", allow={Role.OFFICE}, within="market", token_scope="market:write")
def set_special_day(
    *, actor: Actor, market_id: int, day: date, is_open: bool | None, note: str = "", now: datetime
) -> None:
    """Open (True) or close (False) on a Korean calendar day; None goes back to the rule. Idempotent."""
    days = SpecialDay.objects.filter(market_id=market_id, day=day)
    if is_open is None:
        days.delete()
    else:
        text = clean_line(note, field="note", at_most=100)
        SpecialDay.objects.update_or_create(
            market_id=market_id, day=day, defaults={"is_open": is_open, "note": text}
        )
    transaction.on_commit(forget_markets)
