"""A person changes a text: a new version, and what the fields do not say is shown to her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jangteo.apps.catalog.errors import TextBarred, TextChangedMeanwhile
from jangteo.apps.catalog.models import WrittenText
from jangteo.apps.catalog.texts.facts import MOST_CHARS
from jangteo.apps.catalog.texts.rows import (
    BARRED,
    PERSON,
    Chain,
    answered,
    facts_now,
    keep,
    lock_text,
    problems_of,
)
from jangteo.apps.decisions.models import Mode
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block


@dataclass(frozen=True, kw_only=True, slots=True)
class EditedText:
    """The new version, and what in it no field says: she may know more than the fields."""

    text_id: int
    problems: tuple[dict[str, Any], ...]


@action(
    "catalog.edit_text",
    allow={Role.STALL_OWNER, Role.PROXY, Role.OFFICE},
    within="stall",
    token_scope="catalog:write",
)
def edit_text(
    *, actor: Actor, market_id: int, stall_id: int, text_id: int, text: str, now: datetime
) -> EditedText:
    """Keep her words as the next version, a draft. AI's text that she changed stays marked as AI's.

    Refused are only words the law bars (`TextBarred`); the rest is asked when she publishes. The same words again
    change nothing. Raises `TextNotFound`, `TextChangedMeanwhile`, `InvalidInput`.
    """
    words = clean_block(text, field="text", at_most=MOST_CHARS)
    if not words:
        raise InvalidInput(
            field="text", ko="비어 있어요. 적어 주세요.", en="It is empty. Please fill it in."
        )
    before, _desk, offer = lock_text(market_id, stall_id, text_id, now)
    chain = Chain.of(before)
    latest = chain.latest()
    if latest is not None and latest.text == words and latest.version >= before.version:
        return EditedText(text_id=latest.pk, problems=tuple(latest.problems))
    if latest is not None and latest.version > before.version:
        raise TextChangedMeanwhile
    facts = facts_now(before, offer, now)
    problems = problems_of(words, facts, chain)
    barred = [one for one in problems if one["kind"] in BARRED]
    if barred:
        raise TextBarred(
            said=", ".join(dict.fromkeys(one["said"] for one in barred)),
            reason_ko=barred[0]["ko"],
            reason_en=barred[0]["en"],
        )
    chain.rows().filter(state=WrittenText.State.DRAFT).update(state=WrittenText.State.WITHDRAWN)
    row = keep(
        chain,
        words,
        provider=PERSON,
        is_ai=before.is_ai,
        facts={key: facts[key] for key in before.facts if key in facts},
        problems=problems,
        decision=before.decision,
        by_id=actor.person_id,
        now=now,
    )
    answered(before, Mode.EDITED, by_id=actor.person_id, now=now)
    return EditedText(text_id=row.pk, problems=tuple(problems))
