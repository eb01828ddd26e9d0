from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.events import CodeAsked
from jangteo.apps.accounts.links import new_way_in
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.accounts.records import CodeSent
from jangteo.platform.config import config
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.ratelimit import limit


@action("accounts.request_sign_in", allow={Role.SHOPPER}, within="anywhere", atomic=False)
def request_sign_in(
    *,
    actor: Actor,
    phone: str,
    next_path: str = "",
    market_id: int | None = None,
    language: str = "ko",
    address: str = "",
    now: datetime,
) -> CodeSent:
    """Send a six-digit code and a link to a Korean mobile number, known or not: the answer is the same.

    ``address`` is the caller's network address, for the rate limit only. Raises `InvalidInput`, `TooManyRequests`.
    """
    number = normalise_phone(phone)
    who = digest("rate", number)[:24]
    if address:
        limit(f"code-from:{address}", at_most=30, per_seconds=600, now=now)
    limit(f"code-to:{who}", at_most=5, per_seconds=600, now=now)
    limit(f"code-day:{who}", at_most=20, per_seconds=86_400, now=now)
    code = f"{secrets.randbelow(1_000_000):06d}"
    minutes = config().code_minutes
    with transaction.atomic():
        entry, link = new_way_in(
            phone=number,
            code=code,
            next_path=next_path,
            lifetime=timedelta(minutes=minutes),
            now=now,
        )
        emit(
            CodeAsked(
                market_id=market_id or 0,
                at=now,
                phone=number,
                code=code,
                link=link,
                minutes=minutes,
                language=language,
            )
        )
    return CodeSent(phone=number, expires_at=entry.expires_at)
