from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.errors import NotAStallPerson, OtherPlacesToo, PhoneInUse
from jangteo.apps.accounts.events import AccessRecovered
from jangteo.apps.accounts.grants import put_grant, stall_here
from jangteo.apps.accounts.links import SENT_LINK_HOURS, sent_link
from jangteo.apps.accounts.models import Passkey, Person, SignInCode
from jangteo.apps.accounts.people import (
    end_sessions,
    grants_of,
    person_of,
    revoke_tokens,
    valid_grants,
    write_down,
)
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Grant, Role, action


@action("accounts.recover_access", allow={Role.OFFICE}, within="stall")
def recover_access(
    *,
    actor: Actor,
    market_id: int,
    stall_id: int,
    person_id: int,
    new_phone: str = "",
    now: datetime,
) -> None:
    """A stall owner lost the phone or has a new number: sign out everywhere, send a fresh link, write it down.

    The link goes to the owner's phone only, never to the office. Refused for people who hold a role outside this
    market or a staff role. With a new number the roles go on under a person of that number: what was bought under
    the old one, in this market or another, stays there and does not become the office's to hand out. Raises `NotAStallPerson`, `OtherPlacesToo`, `PhoneInUse`, `InvalidInput`, `NotFound`.
    """
    stall_here(market_id, stall_id)
    person = Person.objects.select_for_update().filter(pk=person_id, is_active=True).first()
    grants = grants_of(person.pk, now) if person else frozenset[Grant]()
    here = Grant(role=Role.STALL_OWNER, market_id=market_id, stall_id=stall_id)
    if person is None or here not in grants:
        raise NotAStallPerson
    of_stalls = {Role.STALL_OWNER, Role.PROXY}
    if any(g.market_id != market_id or g.role not in of_stalls for g in grants):
        raise OtherPlacesToo
    old_phone = person.phone or ""
    number = normalise_phone(new_phone, field="new_phone") if new_phone else old_phone
    heir = person
    if number != old_phone:
        heir = _hand_on(person, number, market_id=market_id, by=actor.person_id, now=now)
    SignInCode.objects.filter(phone=old_phone, used_at=None).update(used_at=now)
    Passkey.objects.filter(person=person).delete()
    end_sessions(person.pk)
    revoke_tokens(person.pk, now)
    write_down(
        market_id=market_id,
        person_id=heir.pk,
        by=actor.person_id,
        kind="access_recovered",
        now=now,
        stall_id=stall_id,
        new_number=heir is not person,
        **({"before": person.pk} if heir is not person else {}),
    )
    emit(
        AccessRecovered(
            market_id=market_id,
            at=now,
            phone=number,
            link=sent_link(phone=number, next_path="", now=now),
            hours=SENT_LINK_HOURS,
            language=heir.language,
        )
    )


def _hand_on(
    person: Person, number: str, *, market_id: int, by: int | None, now: datetime
) -> Person:
    """A person with the new number who holds the same roles; all are of this market's stalls. Raises `PhoneInUse`."""
    if Person.objects.filter(phone=number).exists():
        raise PhoneInUse
    heir, _ = person_of(number)
    heir.name, heir.language = person.name, person.language
    heir.save(update_fields=["name", "language"])
    for grant in valid_grants(now).filter(person=person).order_by("pk"):
        put_grant(
            person=heir,
            role=Role(grant.role),
            market_id=market_id,
            stall_id=grant.stall_id,
            given_by=by,
            until=grant.until,
            now=now,
        )
        grant.revoked_at = now
        grant.save(update_fields=["revoked_at"])
    return heir
