"""How an app tells another one on its right, and open pages, that something happened.

`emit` runs the subscribed handlers in the same transaction (so a failure undoes the cause as well) and writes
outbox rows, which the live process sends to open pages after the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import connection

from jangteo.platform.models import OutboxEvent

CHANNEL = "jangteo_live"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Base of all events. ``live_topics`` names who should hear of it live: ``order:7``, ``stall:3``, ``office:1``."""

    market_id: int
    at: datetime

    kind: ClassVar[str] = ""

    def live_topics(self) -> list[str]:
        return []

    def live_payload(self) -> dict[str, Any]:
        """Ids only; a page fetches what it may see."""
        return {}


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]
_handlers: dict[type[Event], list[Handler]] = defaultdict(list)


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler, called in the emitting transaction. Import the module in the app's ``ready``."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _handlers[event_type]:
            _handlers[event_type].append(handler)
        return handler

    return register


def emit(event: Event) -> None:
    """Tell the subscribers and, after the commit, the open pages."""
    for handler in _handlers[type(event)]:
        handler(event)
    topics = event.live_topics()
    if not topics:
        return
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            market_id=event.market_id, topic=topic, kind=event.kind, payload=event.live_payload()
        )
        for topic in topics
    )
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, '')", [CHANNEL])
