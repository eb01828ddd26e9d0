from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.models import ApiToken
from jangteo.apps.accounts.people import own_person, require_full_power
from jangteo.apps.accounts.records import IssuedToken
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

LONGEST_DAYS = 366
PREFIX = "jt_"
_SCOPE = re.compile(r"[a-z]+:[a-z_]+")


@action("accounts.issue_api_token", allow={Role.SHOPPER}, within="anywhere")
def issue_api_token(
    *, actor: Actor, label: str, scopes: Collection[str], days: int, now: datetime
) -> IssuedToken:
    """A bearer token of the signed-in person, shown once. Scopes look like ``orders:read``; 1 to 366 days.

    Raises `SignInNeeded`, `StrongSignInNeeded`, `InvalidInput`.
    """
    person = own_person(actor)
    require_full_power(actor, person, now)
    if not scopes or not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise InvalidInput(
            field="scopes",
            ko="할 수 있는 일을 orders:read처럼 하나 이상 골라 주세요.",
            en="Choose at least one scope, such as orders:read.",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(
            field="days",
            ko="1일에서 366일 사이로 적어 주세요.",
            en="Between 1 and 366 days, please.",
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=person,
        digest=digest("token", secret),
        label=clean_line(label, field="label", at_most=60, required=True),
        scopes=sorted(set(scopes)),
        expires_at=now + timedelta(days=days),
    )
    return IssuedToken(token_id=row.pk, token=secret, expires_at=now + timedelta(days=days))
