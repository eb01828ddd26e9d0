"""Enter a regulator's permission with its conditions and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jangteo.apps.programme.access import locked_pilot
from jangteo.apps.programme.errors import WrongPilotState
from jangteo.apps.programme.models import Approval, Pilot
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_block, clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalDraft:
    """What stands on the paper. Days are Korean calendar days."""

    authority: str
    number: str
    granted_on: date
    #: the last day it holds
    last_day: date
    conditions: str = ""


@action("programme.enter_approval", allow={Role.OFFICE}, within="market")
def enter_approval(
    *, actor: Actor, market_id: int, pilot_id: int, draft: ApprovalDraft, now: datetime
) -> datetime:
    """Enter it; the one entered last counts. Returns when it ends: midnight after its last day, aware UTC.

    Raises `NotFound`, `WrongPilotState` after the pilot, `InvalidInput`.
    """
    pilot = locked_pilot(market_id, pilot_id)
    if pilot.state not in (Pilot.State.TERMS, Pilot.State.SIGNED, Pilot.State.RUNNING):
        raise WrongPilotState
    if draft.granted_on > seoul_day(now):
        raise InvalidInput(
            field="granted_on",
            ko="허가한 날이 아직 오지 않았어요. 날짜를 다시 봐 주세요.",
            en="The day of the permission has not come yet. Check the date.",
        )
    if draft.last_day < draft.granted_on:
        raise InvalidInput(
            field="last_day",
            ko="끝나는 날이 허가한 날보다 빨라요. 날짜를 다시 봐 주세요.",
            en="It ends before it was granted. Check the dates.",
        )
    expires_at = at_seoul(draft.last_day + timedelta(days=1), time(0))
    Approval.objects.create(
        market_id=market_id,
        pilot=pilot,
        authority=clean_line(draft.authority, field="authority", at_most=80, required=True),
        number=clean_line(draft.number, field="number", at_most=60, required=True),
        conditions=clean_block(draft.conditions, field="conditions", at_most=2000),
        granted_on=draft.granted_on,
        expires_at=expires_at,
        entered_by_id=actor.person_id,
        entered_at=now,
    )
    return expires_at
