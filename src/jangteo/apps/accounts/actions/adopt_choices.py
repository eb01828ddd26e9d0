from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.consents import WORDING, consents_of, lock_owner, owner_of, put_consent
from jangteo.apps.accounts.models import Purpose
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.adopt_choices", allow={Role.SHOPPER}, within="anywhere")
def adopt_choices(*, actor: Actor, guest_key: str, now: datetime) -> None:
    """On sign-in: what this browser was told becomes the person's word. A no always wins, a yes only fills a gap.

    The browser keeps its own word for whoever signs out. Nothing for a visitor who has not signed in.
    """
    person = owner_of(actor)
    if actor.person_id is None or person is None or not guest_key:
        return
    lock_owner(person)
    said = consents_of(actor)
    told = consents_of(Actor(guest_key=guest_key))
    words = {
        purpose: False if told[purpose] is False else said[purpose]
        for purpose in (Purpose.PERSONAL, Purpose.VENDORS)
    }
    for purpose, word in words.items():
        if word is None:
            words[purpose] = told[purpose]
    if not words[Purpose.PERSONAL] and words[Purpose.VENDORS]:
        words[Purpose.VENDORS] = False
    for purpose, word in words.items():
        if word is not None:
            put_consent(person, purpose, word, wording=WORDING, channel="sign-in", now=now)
