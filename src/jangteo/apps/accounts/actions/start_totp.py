from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.people import own_person, require_full_power
from jangteo.apps.accounts.phones import masked_phone
from jangteo.apps.accounts.records import TotpOffer
from jangteo.apps.accounts.totp import new_offer
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.start_totp", allow={Role.SHOPPER}, within="anywhere")
def start_totp(*, actor: Actor, now: datetime) -> TotpOffer:
    """A new second factor to scan; nothing is kept before `confirm_totp`.

    Raises `SignInNeeded`, `StrongSignInNeeded`.
    """
    person = own_person(actor)
    require_full_power(actor, person, now)
    return new_offer(person.name or masked_phone(person.phone))
