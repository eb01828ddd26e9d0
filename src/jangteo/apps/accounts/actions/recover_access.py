from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.errors import NotAStallPerson, OtherPlacesToo, PhoneInUse
from jangteo.apps.accounts.events import AccessRecovered
from jangteo.apps.accounts.grants import stall_here
from jangteo.apps.accounts.links import SENT_LINK_HOURS, sent_link
from jangteo.apps.accounts.models import Passkey, Person, SignInCode
from jangteo.apps.accounts.people import end_sessions, grants_of, write_down
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
    market or a staff role. Raises `NotAStallPerson`, `OtherPlacesToo`, `PhoneInUse`, `InvalidInput`, `NotFound`.
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
    if new_phone:
        number = normalise_phone(new_phone, field="new_phone")
        if Person.objects.filter(phone=number).exclude(pk=person.pk).exists():
            raise PhoneInUse
        person.phone = number
        person.save(update_fields=["phone"])
    SignInCode.objects.filter(phone=old_phone, used_at=None).update(used_at=now)
    Passkey.objects.filter(person=person).delete()
    end_sessions(person.pk)
    write_down(
        market_id=market_id,
        person_id=person.pk,
        by=actor.person_id,
        kind="access_recovered",
        now=now,
        stall_id=stall_id,
        new_number=person.phone != old_phone,
    )
    phone = person.phone or ""
    emit(
        AccessRecovered(
            market_id=market_id,
            at=now,
            phone=phone,
            link=sent_link(phone=phone, next_path="", now=now),
            hours=SENT_LINK_HOURS,
            language=person.language,
        )
    )
