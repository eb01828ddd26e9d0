from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.people import own_person, require_full_power
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.set_password", allow={Role.SHOPPER}, within="anywhere")
def set_password(*, actor: Actor, password: str, now: datetime) -> None:
    """Set the actor's own password; every other session of the person ends with the old one.

    Raises `SignInNeeded`, `StrongSignInNeeded`, `InvalidInput`.
    """
    person = own_person(actor, lock=True)
    require_full_power(actor, person, now)
    _check(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])


def _check(password: str, person: Person) -> None:
    texts = {}
    for language in ("ko", "en"):
        with translation.override(language):
            try:
                validate_password(password, person)
            except ValidationError as problem:
                texts[language] = " ".join(problem.messages)
    if texts:
        raise InvalidInput(field="password", ko=texts["ko"], en=texts["en"])
