from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.errors import LinkDead
from jangteo.apps.accounts.models import SignInCode
from jangteo.apps.accounts.people import open_person
from jangteo.apps.accounts.records import SignedIn
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.sign_in_with_link", allow={Role.SHOPPER}, within="anywhere")
def sign_in_with_link(*, actor: Actor, token: str, now: datetime) -> SignedIn:
    """Sign in with the token of a link; it works once. Raises `LinkDead`, `AccountClosed`."""
    entry = (
        SignInCode.objects.select_for_update()
        .filter(link_digest=digest("link", token), used_at=None, expires_at__gt=now)
        .first()
    )
    if entry is None:
        raise LinkDead
    person, is_new = open_person(entry.phone)
    SignInCode.objects.filter(phone=entry.phone, used_at=None).update(used_at=now)
    return SignedIn(person_id=person.pk, next_path=entry.next_path, strong=False, is_new=is_new)
