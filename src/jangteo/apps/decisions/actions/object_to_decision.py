from __future__ import annotations

import uuid
from datetime import datetime
from typing import Literal

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.decisions.errors import DecisionNotFound, NothingToObjectTo
from jangteo.apps.decisions.models import Objection
from jangteo.apps.decisions.objections import ANSWER_WITHIN
from jangteo.apps.decisions.ownership import own_decision
from jangteo.apps.decisions.subjects import subject_key
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action

MOST_LETTERS = 1000


@action("decisions.object_to_decision", allow={Role.SHOPPER}, within="market")
def object_to_decision(
    *,
    actor: Actor,
    market_id: int,
    decision_id: uuid.UUID,
    kind: Literal["objection", "complaint"],
    text: str,
    now: datetime,
) -> int:
    """Ask a person to look at a decision about the actor; returns the objection's id.

    An objection is for a decision that changes what she gets or pays, a complaint for any other one; both are answered
    by a person within `ANSWER_WITHIN`. While one is open the same decision gives the same one. Raises
    `DecisionNotFound` for somebody else's, `NothingToObjectTo`, `InvalidInput`.
    """
    decision = own_decision(actor, market_id, decision_id)
    if decision is None:
        raise DecisionNotFound
    capability = capability_of(decision.capability)
    if kind == "objection" and (capability is None or not capability.is_consequential):
        raise NothingToObjectTo
    written = text.strip()
    if not written or len(written) > MOST_LETTERS:
        raise InvalidInput(
            field="text",
            ko=f"무엇이 잘못됐는지 {MOST_LETTERS:,}자 안으로 적어 주세요.",
            en=f"Write what is wrong, in at most {MOST_LETTERS:,} letters.",
        )
    key = decision.subject or subject_key(actor, market_id)
    earlier = Objection.objects.filter(
        market_id=market_id, decision_id=decision_id, subject=key, state=Objection.State.OPEN
    ).first()
    if earlier is not None:
        return earlier.pk
    made = Objection.objects.create(
        market_id=market_id,
        kind=kind,
        decision_id=decision_id,
        decided_at=decision.at,
        capability=decision.capability,
        experiment_id=decision.experiment_id,
        arm=decision.arm,
        person_id=actor.person_id,
        subject=key,
        text=written,
        asked_at=now,
        answer_by=now + ANSWER_WITHIN,
    )
    return made.pk
