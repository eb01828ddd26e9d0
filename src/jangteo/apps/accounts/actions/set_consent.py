from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.consents import (
    NEEDS,
    OF_PEOPLE_ONLY,
    consents_of,
    lock_owner,
    owner_of,
    put_consent,
)
from jangteo.apps.accounts.errors import ConsentNeedsAnother, SignInNeeded
from jangteo.apps.accounts.models import Purpose
from jangteo.apps.accounts.people import own_person
from jangteo.platform.permissions import Actor, Role, action

_NAMES = {
    Purpose.PERSONAL: ("나에게 맞춘 추천", "Recommendations made for me"),
    Purpose.MARKETING: ("광고 문자", "Advertising messages"),
}


@action("accounts.set_consent", allow={Role.SHOPPER}, within="anywhere")
def set_consent(
    *, actor: Actor, purpose: Purpose, is_given: bool, wording: str, channel: str, now: datetime
) -> dict[Purpose, bool | None]:
    """Say yes or no to one purpose, for a person or for a browser; returns the last word on every purpose.

    Every decision reads it afresh, so it counts at once. A no to something is a no to what builds on it (`NEEDS`).
    The same word again changes nothing. ``wording``: version of the words shown; ``channel``: where. Raises
    `ConsentNeedsAnother`; `SignInNeeded` for advertising to a browser, or without a browser key.
    """
    owner = owner_of(actor)
    if owner is None or (owner.person_id is None and purpose in OF_PEOPLE_ONLY):
        raise SignInNeeded
    if owner.person_id is not None:
        own_person(actor)
    lock_owner(owner)
    if is_given and purpose in NEEDS and not consents_of(actor)[NEEDS[purpose]]:
        ko, en = _NAMES[NEEDS[purpose]]
        raise ConsentNeedsAnother(first_ko=ko, first_en=en)
    put_consent(owner, purpose, is_given, wording=wording, channel=channel, now=now)
    if not is_given:
        said = consents_of(actor)
        for built, base in NEEDS.items():
            if base is purpose and said[built]:
                put_consent(owner, built, False, wording=wording, channel=channel, now=now)
    return consents_of(actor)
