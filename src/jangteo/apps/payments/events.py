"""What payments tell each other within one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from jangteo.platform.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidTwice(Event):
    """Money was taken for an order that had been paid before."""

    payment_id: int
