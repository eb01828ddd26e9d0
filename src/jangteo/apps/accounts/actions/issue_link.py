from __future__ import annotations

from datetime import datetime

import structlog

from jangteo.apps.accounts.errors import PersonNotFound
from jangteo.apps.accounts.links import sent_link
from jangteo.apps.accounts.models import Passkey, Person
from jangteo.apps.accounts.people import end_sessions, revoke_tokens
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.platform.permissions import Actor, action

log = structlog.get_logger("jangteo.accounts")


@action("accounts.issue_link", allow=set(), within="anywhere")
def issue_link(
    *, actor: Actor, phone: str, next_path: str = "", reset: bool = False, now: datetime
) -> str:
    """A sign-in link for the operator to hand over, valid for a day; returns its address.

    ``reset`` also removes password, second factor, passkeys and API tokens and signs the person out everywhere.
    Raises `PersonNotFound`, `InvalidInput`.
    """
    number = normalise_phone(phone)
    person = Person.objects.select_for_update().filter(phone=number, is_active=True).first()
    if person is None:
        raise PersonNotFound
    if reset:
        person.set_unusable_password()
        person.totp_secret = ""
        person.save(update_fields=["password", "totp_secret"])
        Passkey.objects.filter(person=person).delete()
        end_sessions(person.pk)
        revoke_tokens(person.pk, now)
    log.info("sign-in link issued", person=person.pk, reset=reset)
    return sent_link(phone=number, next_path=next_path, now=now)
