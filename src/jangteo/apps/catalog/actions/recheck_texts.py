"""Published texts of a stall against what is true now."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.models import WrittenText
from jangteo.apps.catalog.texts.checks import recheck_stall
from jangteo.platform.permissions import Actor, action
from jangteo.platform.tenancy import every_market


@action("catalog.recheck_texts", allow=set(), within="stall")
def recheck_texts(*, actor: Actor, market_id: int, stall_id: int, now: datetime) -> int:
    """Take down what no longer fits the fields; returns how many texts."""
    return recheck_stall(market_id, stall_id, now)


def stalls_with_texts() -> list[tuple[int, int]]:
    """(market, stall) of every stall that shows a text."""
    with every_market():
        rows = WrittenText.objects.filter(state=WrittenText.State.PUBLISHED)
        return sorted(set(rows.values_list("market_id", "stall_id")))
