"""Whom a decision is for: a person or a browser, known in the log under a random key only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.accounts.models import Purpose
from jangteo.apps.decisions.models import Subject
from jangteo.platform.permissions import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known at the start of a decision, read in one statement."""

    #: null: nobody in particular, or no decision was made for her yet
    key: uuid.UUID | None
    #: None: never asked. True, False: her last word
    personal: bool | None
    vendors: bool | None
    #: of `MarketSetup`
    setup_version: int


_STANDING = """
select (select version from decisions_marketsetup where market_id = %(market)s),
       (select key from decisions_subject
         where market_id = %(market)s and {whose}),
       (select is_given from accounts_consent where purpose = %(personal)s and {whose}),
       (select is_given from accounts_consent where purpose = %(vendors)s and {whose})
"""
_OF_PERSON = _STANDING.format(whose="person_id = %(person)s")
_OF_GUEST = _STANDING.format(whose="person_id is null and guest_digest = %(guest)s")
_OF_NOBODY = "select version from decisions_marketsetup where market_id = %(market)s"


def standing(actor: Actor | None, market_id: int) -> Standing:
    """Consent, key and setup version of whom a decision is for. Needs the market's scope. One query."""
    values = {
        "market": market_id,
        "person": actor.person_id if actor else None,
        "guest": guest_digest(actor.guest_key) if actor else "",
        "personal": Purpose.PERSONAL.value,
        "vendors": Purpose.VENDORS.value,
    }
    if values["person"] is not None:
        statement = _OF_PERSON
    elif values["guest"]:
        statement = _OF_GUEST
    else:
        statement = _OF_NOBODY
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() or (None,)
    version, key, personal, vendors = (*row, None, None, None)[:4]
    return Standing(key=key, personal=personal, vendors=vendors, setup_version=int(version or 0))


def subject_key(actor: Actor, market_id: int) -> uuid.UUID | None:
    """The actor's key in this market, made at the first decision; None for a visitor without person or browser key."""
    if actor.person_id is None and not actor.guest_key:
        return None
    guest = "" if actor.person_id is not None else guest_digest(actor.guest_key)
    whose = Q(person_id=actor.person_id) if actor.person_id is not None else Q(guest_digest=guest)
    found = Subject.objects.filter(whose, market_id=market_id).values_list("key", flat=True).first()
    if found is None:
        Subject.objects.bulk_create(
            [Subject(market_id=market_id, person_id=actor.person_id, guest_digest=guest)],
            ignore_conflicts=True,
        )
        found = (
            Subject.objects.filter(whose, market_id=market_id).values_list("key", flat=True).get()
        )
    return found
