from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jangteo.apps.accounts.errors import PasskeyRefused
from jangteo.apps.accounts.models import Passkey
from jangteo.apps.accounts.passkeys import check_registration
from jangteo.apps.accounts.people import own_person, require_full_power
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@action("accounts.register_passkey", allow={Role.SHOPPER}, within="anywhere")
def register_passkey(
    *,
    actor: Actor,
    credential: Mapping[str, Any],
    challenge: bytes,
    rp_id: str,
    origin: str,
    label: str,
    now: datetime,
) -> int:
    """Add a passkey to the signed-in person; returns its id.

    Raises `SignInNeeded`, `StrongSignInNeeded`, `PasskeyRefused`.
    """
    person = own_person(actor, lock=True)
    require_full_power(actor, person, now)
    new = check_registration(credential, challenge=challenge, rp_id=rp_id, origin=origin)
    if Passkey.objects.filter(credential_id=new.credential_id).exists():
        raise PasskeyRefused
    key = Passkey.objects.create(
        person=person,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        is_verified=new.user_verified,
        label=clean_line(label, field="label", at_most=60),
    )
    return key.pk
