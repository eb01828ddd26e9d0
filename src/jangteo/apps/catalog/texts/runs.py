"""Texts written in the background: begun, one after the other, ended; with progress, and stopped when told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from jangteo.apps.catalog.adapters.model import model_or_none
from jangteo.apps.catalog.capabilities.write_text import REVIEW, TextProposal
from jangteo.apps.catalog.models import Offer, TextRun, WrittenText
from jangteo.apps.catalog.rows import lock_offer
from jangteo.apps.catalog.texts.facts import SHOWN, desk_of, facts_for, others_of
from jangteo.apps.catalog.texts.rows import Chain, keep, keep_decided, lock_desk, put_up, tell
from jangteo.apps.catalog.texts.writing import Asked, ask_model, decide_text, request_for
from jangteo.apps.decisions.decide import Decided
from jangteo.apps.decisions.sealing import seal, unseal
from jangteo.apps.decisions.setup import BASELINE, MODEL
from jangteo.apps.markets.models import Stall
from jangteo.engines.copywriting import NothingToSay
from jangteo.platform.clock import seoul_day

TASK = "catalog.write_texts"
#: a run that has not moved for so long belongs to a worker that is gone
STUCK_AFTER = timedelta(minutes=30)
#: one that waits behind another of its stall; a day is longer than any of them takes
UNBEGUN_AFTER = timedelta(days=1)
UNDONE = (TextRun.State.WAITING, TextRun.State.WRITING)

log = structlog.get_logger("jangteo.texts")


def begin(
    *,
    market_id: int,
    stall_id: int,
    kind: str,
    language: str,
    left: Sequence[Any],
    key: str,
    by_id: int | None,
    now: datetime,
) -> TextRun:
    """A new run and its job, in the present transaction; the same key is the same run, once it ended a new one."""
    while True:
        ended = TextRun.objects.filter(market_id=market_id, stall_id=stall_id, key=key[:64])
        before = ended.exclude(state__in=UNDONE).first()
        if before is None:
            break
        key = f"{key[:40]}:{before.pk}"
    run, is_new = TextRun.objects.get_or_create(
        market_id=market_id,
        stall_id=stall_id,
        key=key[:64],
        defaults={
            "kind": kind,
            "language": language,
            "left": list(left),
            "total": len(left),
            "by_id": by_id,
            "at": now,
        },
    )
    if is_new:
        app.configure_task(TASK, queue="texts", lock=f"texts:{stall_id}").defer(
            market_id=market_id, run_id=run.pk
        )
        tell(market_id, stall_id, now)
    return run


def sealed_review(review: str, rating: int) -> dict[str, Any]:
    """A review on its way to the job: unreadable in the database, gone when the run ends."""
    return {"review": seal(review), "rating": rating}


def write_next(market_id: int, run_id: int, now: datetime) -> bool:
    """Write the next text of a run. Returns whether there is more to do. Not inside a transaction."""
    run = TextRun.objects.select_related("stall").filter(market_id=market_id, pk=run_id).first()
    if run is None or run.state not in UNDONE:
        return False
    if not run.left:
        _end(run, TextRun.State.DONE, now)
        return False
    if run.state == TextRun.State.WAITING:
        TextRun.objects.filter(pk=run.pk, state=TextRun.State.WAITING).update(
            state=TextRun.State.WRITING, moved_at=now
        )
    task = run.left[0]
    is_written = _write(run, task, now)
    with transaction.atomic():
        held = TextRun.objects.select_for_update().get(pk=run.pk)
        if held.left[:1] != [task]:
            return held.state in UNDONE
        held.left = held.left[1:]
        held.done += 1
        held.skipped += 0 if is_written else 1
        held.moved_at = now
        held.save(update_fields=["left", "done", "skipped", "moved_at"])
        tell(market_id, run.stall_id, now)
    if held.left:
        return held.state in UNDONE
    _end(held, TextRun.State.DONE, now)
    return False


def _end(run: TextRun, state: str, now: datetime) -> None:
    """What was left of a run goes: a review must not stay."""
    with transaction.atomic():
        ended = TextRun.objects.filter(pk=run.pk, state__in=UNDONE)
        if ended.update(state=state, left=[], ended_at=now):
            tell(run.market_id, run.stall_id, now)


def stop(run: TextRun, now: datetime) -> None:
    """No more of it; what is written stays."""
    _end(run, TextRun.State.CANCELLED, now)


def end_stuck(now: datetime) -> int:
    """Runs nobody works at any more are given up, their reviews with them."""
    still = Q(state=TextRun.State.WRITING, moved_at__lt=now - STUCK_AFTER)
    unbegun = Q(state__in=UNDONE, moved_at=None, at__lt=now - UNBEGUN_AFTER)
    stuck = TextRun.objects.filter(still | unbegun)
    return int(stuck.update(state=TextRun.State.FAILED, left=[], ended_at=now))


def _write(run: TextRun, task: Any, now: datetime) -> bool:
    offer = None
    if isinstance(task, int):
        offers = Offer.objects.select_related("stall", "item")
        offer = offers.filter(market_id=run.market_id, stall_id=run.stall_id, pk=task).first()
        if offer is None:
            return False
    review = task if isinstance(task, Mapping) else {}
    chain = Chain(
        market_id=run.market_id,
        stall_id=run.stall_id,
        offer_id=offer.pk if offer else None,
        kind=run.kind,
        language=run.language,
    )
    try:
        write_one(
            chain,
            run.stall,
            offer,
            review=unseal(review.get("review", "")),
            rating=review.get("rating", 0),
            with_model=True,
            by_id=run.by_id,
            now=now,
        )
    except NothingToSay:
        return False
    return True


def write_one(
    chain: Chain,
    stall: Stall,
    offer: Offer | None,
    *,
    review: str = "",
    rating: int = 0,
    after_version: int | None = None,
    with_model: bool,
    by_id: int | None,
    now: datetime,
) -> WrittenText:
    """Write, check, keep; publish unseen where the owner lets it. Not inside a transaction.

    ``after_version``: when a newer version than this stands there already, that one comes back. Raises `NothingToSay`.
    """
    is_today = offer is not None and offer.arrived_on == seoul_day(now)
    facts = facts_for(chain.kind, stall, offer, language=chain.language, is_today=is_today)
    desk = desk_of(chain.market_id, chain.stall_id)
    unseen = bool(desk and desk.publishes_unseen and chain.kind in SHOWN)
    variant = chain.latest_version()
    request = request_for(
        chain.kind,
        chain.language,
        facts,
        variant=variant,
        may_go_unseen=unseen,
        review=review,
        rating=rating,
        others=others_of(chain.market_id, chain.stall_id),
    )
    model = model_or_none() if with_model else None
    asked = ask_model(model, request) if model else Asked(ready=None, refused=())
    decided = decide_text(
        request,
        market_id=chain.market_id,
        stall_id=chain.stall_id,
        offer_id=chain.offer_id,
        now=now,
        ready=asked.ready,
    )
    with transaction.atomic():
        return _keep(chain, facts, decided, asked, after_version, by_id, now)


def _keep(
    chain: Chain,
    facts: Mapping[str, Any],
    decided: Decided[TextProposal],
    asked: Asked,
    after_version: int | None,
    by_id: int | None,
    now: datetime,
) -> WrittenText:
    held = None
    if chain.offer_id is not None:
        held = lock_offer(chain.market_id, chain.stall_id, chain.offer_id)
    desk = lock_desk(chain.market_id, chain.stall_id, now)
    latest = chain.latest()
    if after_version is not None and latest is not None and latest.version > after_version:
        return latest
    if chain.kind != REVIEW:
        for one in asked.refused:
            keep(
                chain,
                one.text,
                provider=MODEL,
                is_ai=True,
                facts={},
                problems=one.problems,
                state=WrittenText.State.REFUSED,
                by_id=by_id,
                now=now,
            )
    text = keep_decided(chain, decided, facts, by_id=by_id, now=now)
    is_clean = not text.problems and decided.provider != BASELINE
    if desk.publishes_unseen and chain.kind in SHOWN and is_clean:
        put_up(text, desk, held, now)
    return text
