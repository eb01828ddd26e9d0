from __future__ import annotations

import secrets
from datetime import datetime

import structlog

from jangteo.apps.accounts.consents import owner_of, withdraw_all
from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.accounts.erasing import DUE_AFTER, guest_mark, lonely_office, try_to_finish
from jangteo.apps.accounts.errors import LastOfficePerson
from jangteo.apps.accounts.events import GuestClaimed
from jangteo.apps.accounts.models import Consent, Erasure
from jangteo.apps.accounts.people import own_person
from jangteo.apps.accounts.personal_data import forget_counts
from jangteo.apps.accounts.records import ErasureAsked
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.personal_data import Whose

log = structlog.get_logger("jangteo.accounts")


@action("accounts.erase_me", allow={Role.SHOPPER}, within="anywhere")
def erase_me(*, actor: Actor, now: datetime) -> ErasureAsked:
    """Delete the actor: at once when nothing is under way, otherwise as soon as that is over (`finish_erasures`).

    Every consent is withdrawn at once in either case. What this browser did without signing in is deleted with her.
    Asking again gives the same erasure. Raises `SignInNeeded`; `LastOfficePerson` when a market's office would stand
    empty.
    """
    person = own_person(actor, lock=True)
    erasure = Erasure.objects.filter(person=person, state=Erasure.State.WAITING).first()
    if erasure is None:
        lonely = lonely_office(person, now)
        if lonely is not None and lonely.market is not None:
            raise LastOfficePerson(market=lonely.market.name)
        erasure = Erasure.objects.create(
            person=person,
            asked_at=now,
            due_at=now + DUE_AFTER,
            receipt_code=secrets.token_urlsafe(32),
        )
    owner = owner_of(actor)
    if owner is not None:
        withdraw_all(owner, channel="erasure", now=now)
    if actor.guest_key:
        emit(GuestClaimed(market_id=0, at=now, person_id=person.pk, guest_key=actor.guest_key))
        digest = guest_digest(actor.guest_key)
        Consent.objects.filter(person=None, guest_digest=digest).delete()
        erasure.guest_mark = guest_mark(actor.guest_key)
        erasure.save(update_fields=["guest_mark"])
        forget_counts(Whose(person_id=0, phone="", guest_keys=frozenset({actor.guest_key})))
    is_done = try_to_finish(erasure, person, now)
    log.info("erasure asked", person=person.pk, done=is_done)
    return ErasureAsked(
        receipt_code=erasure.receipt_code,
        is_done=is_done,
        waits_for=tuple(erasure.waits_for),
        due_at=erasure.due_at,
    )
