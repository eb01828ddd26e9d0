"""What this app holds about people: messages by number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jangteo.apps.messaging.models import Message
from jangteo.platform.personal_data import Erased, Held, Section, Whose, register

MESSAGES = Held(
    what_ko="보낸 문자",
    what_en="Messages sent",
    why_ko="주문과 로그인을 알리고, 갔는지 확인하려고 가지고 있어요(계약 이행). 광고는 보내지 않아요.",
    why_en="To tell you of orders and sign-ins and know they arrived (performance of a contract). No advertising.",
    kept_ko="지울 때까지",
    kept_en="until you delete it",
)


class MessagingHolder:
    """See `jangteo.platform.personal_data.Holder`."""

    name = "messaging"
    columns: Mapping[str, Held] = {
        f"messaging.Message.{field}": MESSAGES
        for field in ("to_phone", "template", "body", "provider_id", "failure", "adapter")
    }

    def download(self, whose: Whose) -> list[Section]:
        """Every message to her number."""
        messages = Message.objects.filter(to_phone=whose.phone or "-").order_by("pk")
        return [
            MESSAGES.section(
                key="messages",
                rows=[
                    {
                        "kind": row.template,
                        "text": row.body,
                        "state": row.state,
                        "at": row.queued_at.isoformat(),
                    }
                    for row in messages.iterator(chunk_size=1000)
                ],
            )
        ]

    def waits_for(self, whose: Whose) -> list[str]:
        """A message still on its way simply does not leave."""
        return []

    def erase(self, whose: Whose, now: datetime) -> list[Erased]:
        """Every message to her number; one that has not left never leaves."""
        if not whose.phone:
            return []
        count, _ = Message.objects.filter(to_phone=whose.phone).delete()
        return [Erased(went_ko="받은 문자", went_en="messages to you", count=count)]


register(MessagingHolder())
