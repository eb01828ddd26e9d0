from __future__ import annotations

from jangteo.apps.accounts.people import own_person
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line

LANGUAGES = ("ko", "en")


@action("accounts.change_profile", allow={Role.SHOPPER}, within="anywhere")
def change_profile(*, actor: Actor, name: str | None = None, language: str | None = None) -> None:
    """Change the actor's own name or language; None leaves it. Raises `SignInNeeded`, `InvalidInput`."""
    person = own_person(actor, lock=True)
    if name is not None:
        person.name = clean_line(name, field="name", at_most=40)
    if language is not None:
        if language not in LANGUAGES:
            raise InvalidInput(field="language", ko="모르는 말이에요.", en="Unknown language.")
        person.language = language
    person.save(update_fields=["name", "language"])
