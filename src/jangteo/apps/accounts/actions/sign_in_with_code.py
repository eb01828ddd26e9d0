from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from jangteo.apps.accounts.digests import digest, matches
from jangteo.apps.accounts.errors import CodeDead, WrongCode
from jangteo.apps.accounts.models import SignInCode
from jangteo.apps.accounts.people import open_person
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.accounts.records import SignedIn
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.ratelimit import limit

MOST_WRONG_TRIES = 5


@action("accounts.sign_in_with_code", allow={Role.SHOPPER}, within="anywhere", atomic=False)
def sign_in_with_code(
    *, actor: Actor, phone: str, code: str, address: str = "", now: datetime
) -> SignedIn:
    """Sign in with the newest code sent to ``phone``; after five wrong tries it is dead.

    ``address`` is the caller's network address, for the rate limit only: it holds over all phone numbers.
    Raises `WrongCode`, `CodeDead`, `AccountClosed`, `InvalidInput`, `TooManyRequests`.
    """
    number = normalise_phone(phone)
    if address:
        limit(f"code-try-from:{address}", at_most=60, per_seconds=600, now=now)
    limit(f"code-try:{digest('rate', number)[:24]}", at_most=15, per_seconds=600, now=now)
    typed = "".join(c for c in code if c.isdigit())
    with transaction.atomic():
        entry = (
            SignInCode.objects.select_for_update()
            .filter(phone=number, used_at=None, expires_at__gt=now)
            .exclude(code_digest="")
            .order_by("-pk")
            .first()
        )
        if entry is None or entry.wrong_tries >= MOST_WRONG_TRIES:
            raise CodeDead
        if matches("code", f"{number}:{typed}", entry.code_digest):
            person, is_new = open_person(number)
            SignInCode.objects.filter(phone=number, used_at=None).update(used_at=now)
            return SignedIn(
                person_id=person.pk, next_path=entry.next_path, strong=False, is_new=is_new
            )
        SignInCode.objects.filter(pk=entry.pk).update(wrong_tries=F("wrong_tries") + 1)
    # outside the transaction, so that the wrong try stays counted
    left = MOST_WRONG_TRIES - entry.wrong_tries - 1
    if left == 0:
        raise CodeDead
    raise WrongCode(left=left)
