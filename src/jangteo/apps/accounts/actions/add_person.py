from __future__ import annotations

from jangteo.apps.accounts.people import person_of
from jangteo.apps.accounts.phones import normalise_phone
from jangteo.platform.permissions import Actor, action
from jangteo.platform.text import clean_line


@action("accounts.add_person", allow=set(), within="anywhere")
def add_person(*, actor: Actor, phone: str, name: str = "", language: str = "ko") -> int:
    """Make a person, or find the one with this number and set the name; returns the id. Raises `InvalidInput`."""
    person, _ = person_of(normalise_phone(phone))
    person.name = clean_line(name, field="name", at_most=40) or person.name
    person.language = language
    person.save(update_fields=["name", "language"])
    return person.pk
