"""All of a market's offers get their standard product, in the background and with progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from procrastinate.contrib.django import app

from jangteo.apps.catalog.items.errors import AlreadyRunning
from jangteo.apps.catalog.models import StandardiseRun
from jangteo.apps.catalog.standardise import Went, standardise_some, waiting_offers
from jangteo.platform.permissions import Actor, Role, action

TASK = "catalog.standardise_offers"
#: a run that is older belongs to a worker that is gone
STUCK_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class BegunRun:
    """The run, and how many offers wait."""

    run_id: int
    total: int


@action(
    "catalog.begin_standardising", allow={Role.OFFICE}, within="market", token_scope="catalog:write"
)
def begin_standardising(
    *, actor: Actor, market_id: int, in_background: bool = True, now: datetime
) -> BegunRun:
    """Begin a run; the worker does it, or with ``in_background`` False the caller. Raises `AlreadyRunning`."""
    running = StandardiseRun.objects.select_for_update().filter(
        market_id=market_id, ended_at__isnull=True
    )
    for one in running:
        if one.started_at > now - STUCK_AFTER:
            raise AlreadyRunning
        one.ended_at, one.problem = now, "stopped"
        one.save(update_fields=["ended_at", "problem"])
    run = StandardiseRun.objects.create(
        market_id=market_id, total=waiting_offers(market_id), started_at=now
    )
    if in_background:
        app.configure_task(TASK, lock=f"standardise:{market_id}").defer(
            market_id=market_id, run_id=run.pk
        )
    return BegunRun(run_id=run.pk, total=run.total)


@action("catalog.standardise_offers", allow=set(), within="market")
def standardise_offers(
    *, actor: Actor, market_id: int, run_id: int, after_id: int, now: datetime
) -> Went | None:
    """The next few hundred offers of a run, in one transaction; None when the run is done (it is ended then)."""
    run = StandardiseRun.objects.select_for_update().filter(
        market_id=market_id, pk=run_id, ended_at__isnull=True
    )
    if not run.exists():
        return None
    went = standardise_some(market_id, after_id, now)
    if went is None:
        run.update(ended_at=now)
        return None
    run.update(
        done=F("done") + went.seen,
        linked=F("linked") + went.linked,
        made=F("made") + went.made,
        asked=F("asked") + went.asked,
        unread=F("unread") + went.unread,
    )
    return went


def run_all(market_id: int, run_id: int, now: datetime) -> int:
    """Every offer of a run, a few hundred per transaction; returns how many were looked at."""
    seen, last_id = 0, 0
    while True:
        went = standardise_offers(
            actor=Actor.system(), market_id=market_id, run_id=run_id, after_id=last_id, now=now
        )
        if went is None:
            return seen
        seen, last_id = seen + went.seen, went.last_id
