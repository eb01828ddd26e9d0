from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.models import Passkey
from jangteo.apps.accounts.people import own_person, require_full_power
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.remove_passkey", allow={Role.SHOPPER}, within="anywhere")
def remove_passkey(*, actor: Actor, passkey_id: int, now: datetime) -> None:
    """Take one of the actor's own passkeys away. Raises `SignInNeeded`, `StrongSignInNeeded`, `NotFound`."""
    person = own_person(actor, lock=True)
    require_full_power(actor, person, now)
    deleted, _ = Passkey.objects.filter(pk=passkey_id, person=person).delete()
    if not deleted:
        raise NotFound
