from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jangteo.apps.accounts.errors import PasskeyRefused
from jangteo.apps.accounts.models import Passkey
from jangteo.apps.accounts.passkeys import check_authentication, credential_id_of
from jangteo.apps.accounts.records import SignedIn
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.sign_in_with_passkey", allow={Role.SHOPPER}, within="anywhere")
def sign_in_with_passkey(
    *,
    actor: Actor,
    credential: Mapping[str, Any],
    challenge: bytes,
    rp_id: str,
    origin: str,
    now: datetime,
) -> SignedIn:
    """Sign in with a passkey; with finger, face or PIN it counts as two factors. Raises `PasskeyRefused`."""
    key = (
        Passkey.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(credential_id=credential_id_of(credential), person__is_active=True)
        .first()
    )
    if key is None:
        raise PasskeyRefused
    proof = check_authentication(credential, key, challenge=challenge, rp_id=rp_id, origin=origin)
    key.sign_count = proof.sign_count
    key.last_used_at = now
    key.save(update_fields=["sign_count", "last_used_at"])
    return SignedIn(person_id=key.person_id, next_path="", strong=proof.user_verified, is_new=False)
