"""Count the days that were touched since the last time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jangteo.apps.decisions.archived import first_live_day
from jangteo.apps.decisions.rollups import (
    OVERLAP,
    count_day,
    count_touched,
    counted_until,
    first_day,
    note_counted,
    touched_since,
    uncounted_days,
)
from jangteo.platform.clock import seoul_day
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.tenancy import every_market


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """How many days of markets were counted, and how far the log is read."""

    market_days: int
    until: datetime


@action("decisions.refresh_rollups", allow={Role.SYSTEM}, within="anywhere", atomic=False)
def refresh_rollups(*, actor: Actor, now: datetime) -> Refreshed:
    """Count the days with decisions or answers written since the last run; each day is a transaction.

    The first run counts everything that lies in the live tables.
    """
    until = counted_until()
    touched = uncounted_days(first_live_day()) if until is None else touched_since(until - OVERLAP)
    counted = count_touched(touched)
    note_counted(now)
    return Refreshed(market_days=counted, until=now)


@action("decisions.mend_rollups", allow={Role.SYSTEM}, within="anywhere", atomic=False)
def mend_rollups(*, actor: Actor, now: datetime) -> int:
    """Count the live days whose number of rows is not the kept one: history brought in later. Returns how many."""
    return count_touched(uncounted_days(first_live_day()))


@action("decisions.recount_days", allow={Role.SYSTEM}, within="anywhere", atomic=False)
def recount_days(*, actor: Actor, first_day: date, last_day: date, now: datetime) -> int:
    """Count these Korean days of every market again, archived ones too, one transaction each; returns how many."""
    day, counted = first_day, 0
    while day <= min(last_day, seoul_day(now)):
        count_day(day)
        counted += 1
        day += timedelta(days=1)
    return counted


def recount_all(*, actor: Actor, now: datetime) -> int:
    """Count every day again from the first row on; returns how many."""
    with every_market():
        first = first_day()
    return (
        recount_days(actor=actor, first_day=first, last_day=seoul_day(now), now=now) if first else 0
    )
