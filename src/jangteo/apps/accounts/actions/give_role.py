from __future__ import annotations

from datetime import datetime

import structlog
from django.db.models import Q

from jangteo.apps.accounts.events import RoleGiven
from jangteo.apps.accounts.grants import put_grant, stall_here
from jangteo.apps.accounts.links import sent_link
from jangteo.apps.accounts.people import STAFF_ROLES, person_of, write_down
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.accounts.records import GivenRole
from jangteo.apps.markets.models import Market
from jangteo.platform.errors import InvalidInput, NotAllowed, NotFound
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

log = structlog.get_logger("jangteo.accounts")

_BY_OFFICE = frozenset({Role.STALL_OWNER, Role.PROXY, Role.OFFICE})
_OF_STALL = frozenset({Role.STALL_OWNER, Role.PROXY})


@action("accounts.give_role", allow={Role.OFFICE}, within="market")
def give_role(
    *,
    actor: Actor,
    market_id: int | None,
    phone: str,
    role: Role,
    stall_id: int | None = None,
    name: str = "",
    until: datetime | None = None,
    send_link: bool = False,
    now: datetime,
) -> GivenRole:
    """Give a person (made when unknown) a role in a market or one of its stalls.

    An office gives owners, proxies and colleagues of its own market; the operator gives every role, with
    ``market_id=None`` for every market. ``send_link`` sends a first way in. Giving a role twice moves its end.
    Raises `NotAllowed`, `NotFound`, `InvalidInput`.
    """
    if role is Role.SHOPPER or (role in _OF_STALL) != (stall_id is not None):
        raise InvalidInput(
            field="role",
            ko="가게 주인과 도우미에게는 가게를, 다른 역할에는 가게 없이 주세요.",
            en="Owners and proxies need a stall; other roles take none.",
        )
    if role not in _BY_OFFICE and not actor.has(Role.SYSTEM):
        raise NotAllowed
    if role is Role.OFFICE and market_id is None:
        raise InvalidInput(
            field="market",
            ko="어느 시장의 상인회인지 적어 주세요.",
            en="Say which market's office.",
        )
    number = normalise_phone(phone)
    stall = stall_here(market_id, stall_id) if stall_id is not None else None
    person, _ = person_of(number)
    if name and not person.name:
        person.name = clean_line(name, field="name", at_most=40)
        person.save(update_fields=["name"])
    grant = put_grant(
        person=person,
        role=role,
        market_id=market_id,
        stall_id=stall_id,
        given_by=actor.person_id,
        until=until,
        now=now,
    )
    _record(actor, market_id, person.pk, role, stall_id, now)
    if send_link:
        market = Market.objects.filter(Q(pk=market_id)).first()
        if market is None:
            raise NotFound
        emit(
            RoleGiven(
                market_id=market.pk,
                at=now,
                phone=number,
                place=stall.name if stall else market.name,
                link=sent_link(phone=number, next_path="", now=now),
                is_staff=role in STAFF_ROLES,
                language=person.language,
            )
        )
    return GivenRole(grant_id=grant.pk, person_id=person.pk)


def _record(
    actor: Actor,
    market_id: int | None,
    person_id: int,
    role: Role,
    stall_id: int | None,
    now: datetime,
) -> None:
    if market_id is None:
        log.info("role given everywhere", person=person_id, role=role, by=actor.person_id)
        return
    write_down(
        market_id=market_id,
        person_id=person_id,
        by=actor.person_id,
        kind="role_given",
        now=now,
        role=role.value,
        stall_id=stall_id,
    )
