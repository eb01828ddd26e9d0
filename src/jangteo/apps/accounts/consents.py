"""What somebody said yes or no to: reading it, and writing her last word beside the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import connection
from django.db.models import Q

from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.accounts.events import ConsentChanged
from jangteo.apps.accounts.models import Consent, ConsentChange, Purpose
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor

#: version of the words on the page of rights; raise it when they change their meaning
WORDING = "2026-11"

#: these are asked for only by those who said yes to that
NEEDS: Mapping[Purpose, Purpose] = MappingProxyType(
    {Purpose.VENDORS: Purpose.PERSONAL, Purpose.MARKETING_NIGHT: Purpose.MARKETING}
)
#: a browser has no address that could be written to
OF_PEOPLE_ONLY = frozenset({Purpose.MARKETING, Purpose.MARKETING_NIGHT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Whose consents: a person's, or a browser's (SHA-256 of its key)."""

    person_id: int | None
    guest_digest: str

    @property
    def rows(self) -> Q:
        if self.person_id is not None:
            return Q(person_id=self.person_id)
        return Q(person=None, guest_digest=self.guest_digest)


def owner_of(actor: Actor) -> Owner | None:
    """Whose consents the actor's are; None for a visitor without account and browser key."""
    if actor.person_id is not None:
        return Owner(person_id=actor.person_id, guest_digest="")
    digest = guest_digest(actor.guest_key)
    return Owner(person_id=None, guest_digest=digest) if digest else None


def consents_of(actor: Actor) -> dict[Purpose, bool | None]:
    """The actor's last word on every purpose; None: never asked. One query."""
    owner = owner_of(actor)
    said: dict[str, bool] = {}
    if owner is not None:
        said = dict(Consent.objects.filter(owner.rows).values_list("purpose", "is_given"))
    return {purpose: said.get(purpose.value) for purpose in Purpose}


def lock_owner(owner: Owner) -> None:
    """Two changes of one owner at the same moment: the second waits until the first is over."""
    who = f"p{owner.person_id}" if owner.person_id is not None else owner.guest_digest
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"consent:{who}"])


def put_consent(
    owner: Owner, purpose: Purpose, is_given: bool, *, wording: str, channel: str, now: datetime
) -> bool:
    """Write the ledger and the last word; False when that was her last word already. Needs `lock_owner`."""
    row = Consent.objects.filter(owner.rows, purpose=purpose).first()
    if row is not None and row.is_given is is_given:
        return False
    if row is None:
        row = Consent(
            person_id=owner.person_id, guest_digest=owner.guest_digest, purpose=purpose.value
        )
    row.is_given = is_given
    row.at = now
    row.save()
    ConsentChange.objects.create(
        person_id=owner.person_id,
        guest_ref="" if owner.person_id is not None else row.ref.hex,
        purpose=purpose.value,
        is_given=is_given,
        wording=wording,
        channel=channel,
        at=now,
    )
    emit(
        ConsentChanged(
            market_id=0,
            at=now,
            person_id=owner.person_id,
            guest_digest=owner.guest_digest,
            purpose=purpose.value,
            is_given=is_given,
        )
    )
    return True


def withdraw_all(owner: Owner, *, channel: str, now: datetime) -> None:
    """No to everything, at once."""
    lock_owner(owner)
    for purpose in Purpose:
        put_consent(owner, purpose, False, wording=WORDING, channel=channel, now=now)
