from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from jangteo.apps.accounts.digests import digest
from jangteo.apps.accounts.errors import SecondFactorMissing, WrongCredentials
from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.apps.accounts.records import SignedIn
from jangteo.apps.accounts.totp import accepted_step
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.ratelimit import limit


@action("accounts.sign_in_with_password", allow={Role.SHOPPER}, within="anywhere", atomic=False)
def sign_in_with_password(
    *,
    actor: Actor,
    phone: str,
    password: str,
    totp_code: str,
    address: str = "",
    now: datetime,
) -> SignedIn:
    """Sign in with a password and the second factor together; which of them was wrong is not told.

    Raises `WrongCredentials`, `SecondFactorMissing`, `InvalidInput`, `TooManyRequests`.
    """
    number = normalise_phone(phone)
    if address:
        limit(f"password-from:{address}", at_most=30, per_seconds=600, now=now)
    limit(f"password-try:{digest('rate', number)[:24]}", at_most=8, per_seconds=600, now=now)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(phone=number, is_active=True).first()
        if person is None or not person.has_usable_password():
            make_password(password)  # the same work, so that time does not tell who is known
            raise WrongCredentials
        if not person.check_password(password):
            raise WrongCredentials
        if not person.totp_secret:
            raise SecondFactorMissing
        step = accepted_step(
            person.totp_secret, totp_code, last_step=person.totp_last_step, now=now
        )
        if step is None:
            raise WrongCredentials
        person.totp_last_step = step
        person.save(update_fields=["totp_last_step"])
    return SignedIn(person_id=person.pk, next_path="", strong=True, is_new=False)
