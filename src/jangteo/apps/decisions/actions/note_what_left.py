"""Write into a provider's proof what left for it on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from jangteo.apps.decisions.models import Provider, ProviderEvent
from jangteo.apps.decisions.vendor_figures import figures_of
from jangteo.apps.decisions.vendors import note
from jangteo.platform.clock import at_seoul
from jangteo.platform.permissions import Actor, action


@action("decisions.note_what_left", allow=set(), within="market")
def note_what_left(*, actor: Actor, market_id: int, day: date, now: datetime) -> int:
    """One event a provider for the Korean ``day``: calls and field names, no values. Once a day; returns how many."""
    since, until = at_seoul(day, time(0)), at_seoul(day + timedelta(days=1), time(0))
    written = 0
    for row in Provider.objects.select_for_update().filter(market_id=market_id, added_at__lt=until):
        if ProviderEvent.objects.filter(
            provider=row, kind="left", data__day=day.isoformat()
        ).exists():
            continue
        figures = figures_of(row, since, until)
        if not figures.turns:
            continue
        note(
            row,
            "left",
            by_id=None,
            now=now,
            day=day.isoformat(),
            calls=figures.calls,
            answered=figures.answered,
            fields=dict(figures.fields),
        )
        written += 1
    return written
