from __future__ import annotations

from datetime import datetime

from jangteo.apps.accounts.models import Device
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.see_device", allow={Role.SHOPPER}, within="anywhere")
def see_device(*, actor: Actor, session_key: str, now: datetime) -> None:
    """Note that the actor's device was used; channels call it once a day."""
    if actor.person_id is not None:
        Device.objects.filter(session_key=session_key, person_id=actor.person_id).update(
            last_seen_at=now
        )
