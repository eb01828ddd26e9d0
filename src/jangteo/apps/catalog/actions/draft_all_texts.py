"""Have texts written for all goods that say nothing of themselves yet, and stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.catalog.errors import TextRunNotFound
from jangteo.apps.catalog.models import Offer, TextRun, WrittenText
from jangteo.apps.catalog.texts.rows import lock_desk, stall_of
from jangteo.apps.catalog.texts.runs import UNDONE, begin, stop
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """The run and how many goods it has; None and 0 when every one has a text already."""

    run_id: int | None
    total: int


@action(
    "catalog.draft_all_texts",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def draft_all_texts(*, actor: Actor, market_id: int, stall_id: int, now: datetime) -> Begun:
    """Draft a product text for each of the stall's goods without one, in the background.

    While such a run is going on, that one comes back. Raises `StallNotFound`.
    """
    stall_of(market_id, stall_id)
    lock_desk(market_id, stall_id, now)
    running = TextRun.objects.filter(
        market_id=market_id, stall_id=stall_id, key__startswith="all:", state__in=UNDONE
    ).first()
    if running is not None:
        return Begun(run_id=running.pk, total=running.total)
    waiting = WrittenText.objects.filter(
        market_id=market_id,
        stall_id=stall_id,
        kind=WrittenText.Kind.PRODUCT,
        language="ko",
        state__in=(WrittenText.State.DRAFT, WrittenText.State.PUBLISHED),
        offer__isnull=False,
    )
    silent = (
        Offer.objects.filter(market_id=market_id, stall_id=stall_id, description="")
        .exclude(state__in=Offer.UNSEEN)
        .exclude(pk__in=waiting.values("offer_id"))
    )
    ids = list(silent.order_by("position", "name", "id").values_list("pk", flat=True))
    if not ids:
        return Begun(run_id=None, total=0)
    run = begin(
        market_id=market_id,
        stall_id=stall_id,
        kind=WrittenText.Kind.PRODUCT,
        language="ko",
        left=ids,
        key=f"all:{now.isoformat()}",
        by_id=actor.person_id,
        now=now,
    )
    return Begun(run_id=run.pk, total=len(ids))


@action(
    "catalog.stop_text_run",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def stop_text_run(
    *, actor: Actor, market_id: int, stall_id: int, run_id: int, now: datetime
) -> None:
    """No more of it; what is written stays. Idempotent. Raises `TextRunNotFound`."""
    runs = TextRun.objects.filter(market_id=market_id, stall_id=stall_id, pk=run_id)
    run = runs.first()
    if run is None:
        raise TextRunNotFound
    stop(run, now)
