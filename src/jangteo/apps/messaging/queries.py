"""Reads of messages."""

from __future__ import annotations

from jangteo.apps.messaging.models import Message


def newest_messages(*, at_most: int = 30) -> list[Message]:
    """The newest messages first, of all markets: for the sandbox page."""
    return list(Message.objects.select_related("market").order_by("-queued_at", "-pk")[:at_most])
