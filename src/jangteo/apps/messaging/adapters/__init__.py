"""The message services that can be plugged in, by name."""

from __future__ import annotations

from collections.abc import Callable

from jangteo.apps.messaging.adapters.sandbox import SandboxSender
from jangteo.apps.messaging.errors import UnknownMessageService
from jangteo.apps.messaging.ports import MessageSender

SENDERS: dict[str, Callable[[], MessageSender]] = {"sandbox": SandboxSender}

#: the service new messages go through
DEFAULT = "sandbox"


def sender(name: str = DEFAULT) -> MessageSender:
    """The service of that name. Raises `UnknownMessageService`."""
    try:
        return SENDERS[name]()
    except KeyError:
        raise UnknownMessageService(name=name, known=", ".join(sorted(SENDERS))) from None
