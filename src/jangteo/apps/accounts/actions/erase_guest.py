from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jangteo.apps.accounts.consents import WORDING, lock_owner, owner_of, put_consent
from jangteo.apps.accounts.erasing import erase_everywhere, guest_mark, waits_for
from jangteo.apps.accounts.erasure_log import append_erasure
from jangteo.apps.accounts.errors import SignInNeeded, StillOpen
from jangteo.apps.accounts.models import Purpose
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.personal_data import Erased, Whose


@action("accounts.erase_guest", allow={Role.SHOPPER}, within="anywhere", atomic=False)
def erase_guest(*, actor: Actor, now: datetime) -> list[Erased]:
    """Delete what a browser did without anybody signing in; returns what went and what is kept.

    There is no account to wait with, so while an order is open it is refused, with recommendations switched off all
    the same. The channel gives the browser a new key afterwards. Raises `SignInNeeded` without a browser key,
    `StillOpen`.
    """
    owner = owner_of(Actor(guest_key=actor.guest_key))
    if owner is None:
        raise SignInNeeded
    with transaction.atomic():
        lock_owner(owner)
        put_consent(owner, Purpose.PERSONAL, False, wording=WORDING, channel="erasure", now=now)
    whose = Whose(person_id=0, phone="", guest_keys=frozenset({actor.guest_key}))
    with transaction.atomic():
        lock_owner(owner)
        reasons = waits_for(whose)
        if reasons:
            korean, english = zip(
                *(reason.partition(" / ")[::2] for reason in reasons), strict=True
            )
            raise StillOpen(why_ko=" ".join(korean), why_en=" ".join(english))
        done = erase_everywhere(whose, now)
    if any(one.count for one in done):
        append_erasure({"guest": guest_mark(actor.guest_key), "done_at": now.isoformat()})
    return [one for one in done if one.count or one.kept]
