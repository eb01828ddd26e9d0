from __future__ import annotations

from datetime import datetime, timedelta

from jangteo.apps.accounts.events import StallDelegated
from jangteo.apps.accounts.grants import put_grant, stall_here
from jangteo.apps.accounts.links import sent_link
from jangteo.apps.accounts.people import person_of, write_down
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.accounts.records import GivenRole
from jangteo.platform.errors import InvalidInput
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

LONGEST_DAYS = 366


@action("accounts.delegate_stall", allow={Role.STALL_OWNER, Role.OFFICE}, within="stall")
def delegate_stall(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    phone: str,
    until: datetime,
    name: str = "",
    now: datetime,
) -> GivenRole:
    """Let somebody act for a stall until a day, at most a year ahead; a link is sent to their phone.

    Raises `InvalidInput`, `NotFound`.
    """
    if not now < until <= now + timedelta(days=LONGEST_DAYS):
        raise InvalidInput(
            field="until",
            ko="내일부터 1년 뒤까지 가운데 하루를 골라 주세요.",
            en="Choose a day between tomorrow and a year from now.",
        )
    number = normalise_phone(phone)
    stall = stall_here(market_id, stall_id)
    person, _ = person_of(number)
    if name and not person.name:
        person.name = clean_line(name, field="name", at_most=40)
        person.save(update_fields=["name"])
    grant = put_grant(
        person=person,
        role=Role.PROXY,
        market_id=market_id,
        stall_id=stall_id,
        given_by=actor.person_id,
        until=until,
        now=now,
    )
    write_down(
        market_id=market_id,
        person_id=person.pk,
        by=actor.person_id,
        kind="delegated",
        now=now,
        stall_id=stall_id,
        until=until.isoformat(),
    )
    emit(
        StallDelegated(
            market_id=market_id,
            at=now,
            phone=number,
            stall=stall.name,
            until=until,
            link=sent_link(phone=number, next_path="", now=now),
            language=person.language,
        )
    )
    return GivenRole(grant_id=grant.pk, person_id=person.pk)
