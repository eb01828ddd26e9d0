from __future__ import annotations

from datetime import datetime

from jangteo.apps.messaging import adapters
from jangteo.apps.messaging.models import Message
from jangteo.platform.permissions import Actor, action


@action("messaging.record_report", allow=set(), within="anywhere", atomic=False)
def record_report(*, actor: Actor, message_id: int, now: datetime) -> bool:
    """Ask the service what became of a sent message; True when the answer is known now.

    Raises `MessageServiceUnreachable`.
    """
    message = Message.objects.filter(pk=message_id, state=Message.State.SENT).first()
    if message is None:
        return True
    report = adapters.sender(message.adapter).report(
        provider_id=message.provider_id, to=message.to_phone
    )
    if report is None:
        return False
    Message.objects.filter(pk=message_id, state=Message.State.SENT).update(
        state=Message.State.DELIVERED if report.delivered else Message.State.FAILED,
        failure=report.reason[:200],
        reported_at=now,
    )
    return True
