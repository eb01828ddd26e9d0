"""What messaging needs from outside: a service that carries a short text to a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class SendReceipt:
    """The service's answer to a call. ``accepted`` is a promise to try, never proof that a phone rang."""

    accepted: bool
    #: the service's own id of the message; empty when it was not accepted
    provider_id: str = ""
    #: why not, in machine words
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    """What became of an accepted message."""

    delivered: bool
    reason: str = ""


class MessageSender(Protocol):
    """A message service. Both calls may raise `MessageServiceUnreachable`; then nothing is known."""

    #: short name, kept with every message
    name: str
    #: True: texts stay readable in our own table, because that table is where they are read
    keeps_texts: bool

    def send(self, *, to: str, template: str, body: str, key: str) -> SendReceipt:
        """Hand over one text. ``to`` is E.164; the same ``key`` twice is one message."""
        ...

    def report(self, *, provider_id: str, to: str) -> DeliveryReport | None:
        """The delivery report of an accepted message, or None while there is none."""
        ...
