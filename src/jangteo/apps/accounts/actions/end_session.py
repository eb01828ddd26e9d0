from __future__ import annotations

from django.contrib.sessions.models import Session

from jangteo.apps.accounts.models import Device
from jangteo.apps.accounts.people import own_person
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor, Role, action


@action("accounts.end_session", allow={Role.SHOPPER}, within="anywhere")
def end_session(*, actor: Actor, device_id: int) -> None:
    """Sign one of the actor's own devices out. Raises `SignInNeeded`, `NotFound`."""
    person = own_person(actor)
    device = Device.objects.filter(pk=device_id, person=person).first()
    if device is None:
        raise NotFound
    Session.objects.filter(session_key=device.session_key).delete()
    device.delete()
