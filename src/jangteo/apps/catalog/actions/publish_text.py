"""Put a text up, take it down, go back to an earlier one."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.models import Offer, StallDesk, WrittenText
from jangteo.apps.catalog.texts.rows import (
    PERSON,
    Chain,
    answered,
    facts_now,
    keep,
    lock_text,
    problems_of,
    put_up,
    refuse_untrue,
    take_down,
)
from jangteo.apps.decisions.models import Mode
from jangteo.platform.permissions import Actor, Role, action


@action(
    "catalog.publish_text",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def publish_text(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    text_id: int,
    sure: bool = False,
    now: datetime,
) -> None:
    """Show the text to shoppers; of a reply or a post: she took it. Published already: nothing happens.

    It is checked against today's fields. ``sure``: she answers for what no field says, in words of her own.
    Raises `TextBarred`, `TextNeedsAnswer`, `TextNotTrue`, `TextNotFound`.
    """
    text, desk, offer = lock_text(market_id, stall_id, text_id, now)
    if text.state == WrittenText.State.PUBLISHED:
        return
    _publish(text, desk, offer, sure=sure, now=now)
    if text.provider != PERSON:
        answered(text, Mode.ACCEPTED, by_id=actor.person_id, now=now)


@action(
    "catalog.withdraw_text",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def withdraw_text(
    *, actor: Actor, market_id: int, stall_id: int, text_id: int, now: datetime
) -> None:
    """Take a text down, or throw a draft away. Idempotent. Raises `TextNotFound`."""
    text, desk, offer = lock_text(market_id, stall_id, text_id, now)
    if text.state in (WrittenText.State.WITHDRAWN, WrittenText.State.REFUSED):
        return
    was_draft = text.state == WrittenText.State.DRAFT
    take_down(text, desk, offer, now)
    if was_draft:
        answered(text, Mode.REJECTED, by_id=actor.person_id, now=now)


@action(
    "catalog.restore_text_version",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def restore_text_version(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    text_id: int,
    sure: bool = False,
    now: datetime,
) -> int:
    """Put an earlier version up again, as the newest one. Returns its id. Raises as `publish_text` does."""
    text, desk, offer = lock_text(market_id, stall_id, text_id, now)
    if text.state == WrittenText.State.PUBLISHED:
        return text.pk
    chain = Chain.of(text)
    newest = chain.latest()
    if newest is not None and newest.pk != text.pk:
        text = keep(
            chain,
            text.text,
            provider=text.provider,
            is_ai=text.is_ai,
            facts=text.facts,
            decision=text.decision,
            by_id=actor.person_id,
            now=now,
        )
        text.stall = newest.stall
    _publish(text, desk, offer, sure=sure, now=now)
    return text.pk


def _publish(
    text: WrittenText, desk: StallDesk, offer: Offer | None, *, sure: bool, now: datetime
) -> None:
    if text.kind != WrittenText.Kind.REVIEW_REPLY or text.provider == PERSON:
        facts = facts_now(text, offer, now)
        text.problems = problems_of(text.text, facts, Chain.of(text))
    refuse_untrue(text, text.problems, sure=sure)
    put_up(text, desk, offer, now)
