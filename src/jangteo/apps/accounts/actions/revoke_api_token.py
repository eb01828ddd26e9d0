from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.models import ApiToken
from jangteo.apps.accounts.people import own_person
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.revoke_api_token", allow={Role.SHOPPER}, within="anywhere")
def revoke_api_token(*, actor: Actor, token_id: int, now: datetime) -> None:
    """Take one of the actor's own tokens back at once. Raises `SignInNeeded`, `NotFound`."""
    tokens = ApiToken.objects.filter(pk=token_id, person=own_person(actor), revoked_at=None)
    if not tokens.update(revoked_at=now):
        raise NotFound
