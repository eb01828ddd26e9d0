from __future__ import annotations

from datetime import datetime, timedelta

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.errors import TokenDead
from jangteo.apps.accounts.models import ApiToken
from jangteo.apps.accounts.queries import actor_of
from jangteo.platform.permissions import Actor, Role, action

#: how exact "last used" is kept: not a write for every call
SEEN_EVERY = timedelta(hours=1)


# every API call passes here: one write at most, so no transaction
@action("accounts.actor_for_token", allow={Role.SHOPPER}, within="platform", atomic=False)
def actor_for_token(*, actor: Actor, bearer: str, now: datetime) -> Actor:
    """Who a bearer token speaks for, narrowed to its scopes; ``actor`` is a guest. Raises `TokenDead`."""
    token = (
        ApiToken.objects.select_related("person")
        .filter(
            digest=digest("token", bearer),
            revoked_at=None,
            expires_at__gt=now,
            person__is_active=True,
        )
        .first()
    )
    if token is None:
        raise TokenDead
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return actor_of(token.person, now=now, token_scopes=frozenset(token.scopes))
