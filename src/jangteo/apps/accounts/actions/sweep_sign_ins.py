from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from jangteo.apps.accounts.models import Device, SignInCode
from jangteo.platform.permissions import Actor, action

KEPT_AFTER_EXPIRY = timedelta(days=1)


@action("accounts.sweep_sign_ins", allow=set(), within="anywhere")
def sweep_sign_ins(*, actor: Actor, now: datetime) -> int:
    """Delete codes and sessions that are over, and devices without a session; returns how many rows."""
    codes, _ = SignInCode.objects.filter(expires_at__lt=now - KEPT_AFTER_EXPIRY).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    devices, _ = Device.objects.exclude(
        session_key__in=Session.objects.values("session_key")
    ).delete()
    return codes + sessions + devices
