from __future__ import annotations

from jangteo.apps.accounts.models import Erasure
from jangteo.apps.accounts.people import own_person
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.keep_me", allow={Role.SHOPPER}, within="anywhere")
def keep_me(*, actor: Actor) -> None:
    """Take back a deletion that still waits. Consents stay withdrawn. Raises `SignInNeeded`, `NotFound`."""
    person = own_person(actor, lock=True)
    gone, _ = Erasure.objects.filter(person=person, state=Erasure.State.WAITING).delete()
    if not gone:
        raise NotFound
