from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.models import Device
from jangteo.apps.accounts.people import own_person
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.remember_device", allow={Role.SHOPPER}, within="anywhere")
def remember_device(
    *,
    actor: Actor,
    session_key: str,
    label: str,
    is_trusted: bool,
    is_strong: bool,
    now: datetime,
) -> None:
    """Write down that the actor is signed in with this session. Raises `SignInNeeded`."""
    person = own_person(actor)
    Device.objects.update_or_create(
        session_key=session_key,
        defaults={
            "person": person,
            "label": label[:60],
            "is_trusted": is_trusted,
            "is_strong": is_strong,
            "created_at": now,
            "last_seen_at": now,
        },
    )
