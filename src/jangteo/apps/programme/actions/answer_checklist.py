"""Answer an item of the ethics and privacy checklist."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.programme.access import locked_pilot
from jangteo.apps.programme.checklist import VERSION, item_to_answer
from jangteo.apps.programme.errors import WrongPilotState
from jangteo.apps.programme.models import ChecklistAnswer, Pilot
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@action("programme.answer_checklist", allow={Role.OFFICE}, within="market")
def answer_checklist(
    *,
    actor: Actor,
    market_id: int,
    pilot_id: int,
    item: str,
    is_met: bool,
    now: datetime,
    note: str = "",
) -> None:
    """Append an answer; the latest one of each item counts. Raises `NotFound`, `WrongPilotState`, `InvalidInput`."""
    pilot = locked_pilot(market_id, pilot_id)
    if pilot.state not in (Pilot.State.TERMS, Pilot.State.SIGNED):
        raise WrongPilotState
    asked = item_to_answer(item)
    text = clean_line(note, field=f"note-{item}", at_most=500)
    if is_met and asked.needs_note and not text:
        raise InvalidInput(
            field=f"note-{item}",
            ko="한 문장이라도 적어야 이 항목이 채워져요.",
            en="Write at least one sentence; a tick alone does not fill this item.",
        )
    ChecklistAnswer.objects.create(
        market_id=market_id,
        pilot=pilot,
        version=VERSION,
        item=asked.key,
        is_met=is_met,
        note=text,
        by_id=actor.person_id,
        at=now,
    )
