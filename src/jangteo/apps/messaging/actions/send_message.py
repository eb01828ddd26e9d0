from __future__ import annotations

from jangteo.apps.messaging import adapters
from jangteo.apps.messaging.jobs import deliver
from jangteo.apps.messaging.models import Message
from jangteo.apps.messaging.templates import Text
from jangteo.platform.permissions import Actor, action


@action("messaging.send_message", allow=set(), within="anywhere")
def send_message(*, actor: Actor, market_id: int | None, to_phone: str, text: Text) -> int:
    """Keep a message and have it sent after the commit; returns its id.

    Called by other apps as ``Actor.system()`` inside their own transaction: when that is undone, nothing is sent.
    ``to_phone`` is E.164, ``market_id`` the market that speaks (None: the platform).
    """
    message = Message.objects.create(
        market_id=market_id,
        to_phone=to_phone,
        template=text.template,
        body=text.body,
        adapter=adapters.DEFAULT,
    )
    deliver.configure(lock=f"message:{message.pk}").defer(message_id=message.pk)
    return message.pk
