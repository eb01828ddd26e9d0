"""What several actions of this app do with a person: find, open, end, write down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from jangteo.apps.accounts.errors import AccountClosed, SignInNeeded, StrongSignInNeeded
from jangteo.apps.accounts.models import AccessEvent, ApiToken, Device, Person, RoleGrant
from jangteo.platform.permissions import Actor, Grant, Role

#: these roles need two factors
STAFF_ROLES = frozenset({Role.OFFICE, Role.AGENCY, Role.SYSTEM})


def valid_grants(now: datetime) -> QuerySet[RoleGrant]:
    """Grants in force at ``now``: not taken back, not past their end."""
    return RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=now), revoked_at=None)


def grants_of(person_id: int, now: datetime) -> frozenset[Grant]:
    """A person's roles at ``now``."""
    rows = valid_grants(now).filter(person_id=person_id)
    return frozenset(
        Grant(role=Role(role), market_id=market_id, stall_id=stall_id)
        for role, market_id, stall_id in rows.values_list("role", "market_id", "stall_id")
    )


def staff_grants(grants: frozenset[Grant]) -> frozenset[Grant]:
    """Those of them that need two factors."""
    return frozenset(grant for grant in grants if grant.role in STAFF_ROLES)


def has_strong_way_in(person: Person) -> bool:
    """Password with second factor, or a passkey that asks for finger, face or PIN."""
    if person.totp_secret and person.has_usable_password():
        return True
    return person.passkeys.filter(is_verified=True).exists()


def person_of(phone: str) -> tuple[Person, bool]:
    """The person with this number (E.164), made as a shopper when there is none; True when made."""
    person, is_new = Person.objects.get_or_create(phone=phone)
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person, is_new


def open_person(phone: str) -> tuple[Person, bool]:
    """The same for somebody who signs in. Raises `AccountClosed`."""
    person, is_new = person_of(phone)
    if not person.is_active:
        raise AccountClosed
    return person, is_new


def own_person(actor: Actor, *, lock: bool = False) -> Person:
    """The signed-in actor's own row. Raises `SignInNeeded`."""
    if actor.person_id is None:
        raise SignInNeeded
    people = Person.objects.select_for_update() if lock else Person.objects.all()
    person = people.filter(pk=actor.person_id, is_active=True).first()
    if person is None:
        raise SignInNeeded
    return person


def require_full_power(actor: Actor, person: Person, now: datetime) -> None:
    """Staff who once set up two factors change their ways in only from a session that used them."""
    held = staff_grants(grants_of(person.pk, now))
    if held and has_strong_way_in(person) and not held <= actor.grants:
        raise StrongSignInNeeded


def end_sessions(person_id: int, *, keep: str = "") -> int:
    """Sign a person out everywhere but in the session ``keep``; returns how many were ended."""
    devices = Device.objects.filter(person_id=person_id).exclude(session_key=keep)
    keys = list(devices.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    devices.delete()
    return len(keys)


def revoke_tokens(person_id: int, now: datetime) -> int:
    """Take back every API token of a person; returns how many there were."""
    return ApiToken.objects.filter(person_id=person_id, revoked_at=None).update(revoked_at=now)


def write_down(
    *,
    market_id: int,
    person_id: int,
    by: int | None,
    kind: str,
    now: datetime,
    **detail: Any,
) -> None:
    """Append to the market's record of who gave, took or recovered whose access. Ids only."""
    AccessEvent.objects.create(
        market_id=market_id, person_id=person_id, by_id=by, kind=kind, detail=detail, at=now
    )
