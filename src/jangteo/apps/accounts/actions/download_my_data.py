from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.erasing import whose_of
from jangteo.apps.accounts.errors import SignInNeeded
from jangteo.apps.accounts.people import own_person
from jangteo.apps.accounts.records import MyData
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.personal_data import Whose, holders
from jangteo.platform.ratelimit import limit

#: of one person or browser in an hour
AT_MOST = 10


@action("accounts.download_my_data", allow={Role.SHOPPER}, within="anywhere", atomic=False)
def download_my_data(*, actor: Actor, now: datetime) -> MyData:
    """All that is held about the actor, by app. Raises `SignInNeeded` for a visitor without key, `TooManyRequests`."""
    if actor.person_id is not None:
        person = own_person(actor)
        whose = whose_of(person, now, guest_keys=frozenset({actor.guest_key} - {""}))
        who = f"p{person.pk}"
    elif actor.guest_key:
        whose = Whose(person_id=0, phone="", guest_keys=frozenset({actor.guest_key}))
        who = digest("rate", actor.guest_key)[:24]
    else:
        raise SignInNeeded
    limit(f"download:{who}", at_most=AT_MOST, per_seconds=3600, now=now)
    sections = [section for holder in holders() for section in holder.download(whose)]
    return MyData(made_at=now, sections=tuple(section for section in sections if section.rows))
