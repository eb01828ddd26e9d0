from __future__ import annotations

from datetime import datetime

from jangteo.apps.messaging import adapters
from jangteo.apps.messaging.models import Message
from jangteo.apps.messaging.templates import SECRET
from jangteo.platform.permissions import Actor, action


@action("messaging.deliver_message", allow=set(), within="anywhere", atomic=False)
def deliver_message(*, actor: Actor, message_id: int, now: datetime) -> bool:
    """Hand one queued message to its service; True when a report is to be waited for.

    Safe to call again: a message that left already is left alone, and the service gets the message's id as key, so
    a call that was cut off after it was heard sends no second text. Raises `MessageServiceUnreachable`.
    """
    message = Message.objects.filter(pk=message_id, state=Message.State.QUEUED).first()
    if message is None:
        return False
    service = adapters.sender(message.adapter)
    receipt = service.send(
        to=message.to_phone, template=message.template, body=message.body, key=str(message.pk)
    )
    queued = Message.objects.filter(pk=message_id, state=Message.State.QUEUED)
    if not receipt.accepted:
        queued.update(state=Message.State.FAILED, failure=receipt.reason[:200], reported_at=now)
        return False
    keep = service.keeps_texts or message.template not in SECRET
    queued.update(
        state=Message.State.SENT,
        provider_id=receipt.provider_id,
        sent_at=now,
        body=message.body if keep else "",
    )
    return True
