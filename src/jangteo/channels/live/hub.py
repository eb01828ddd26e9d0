"""Who listens to which topic in this process, and the one task that reads the outbox for all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
import structlog

from jangteo.channels.live.outbox import OutboxReader, OutboxRow, read_missed

CHANNEL = "jangteo_live"
#: a page this far behind is cut off; it reconnects and is told what it missed
QUEUE_MOST = 200
#: notices may be lost while reconnecting; look by ourselves now and then
LOOK_SECONDS = 5.0
#: many orders at once become one reading
GATHER_SECONDS = 0.02
#: after a restart every page comes back at once; PostgreSQL has a hundred connections for everybody
REPLAYS_AT_ONCE = 4
RECONNECT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

log = structlog.get_logger("jangteo.live")


def as_event(row: OutboxRow, floor: int) -> bytes:
    """One server-sent event. Its id tells where to go on: ``<id>.<nothing is missing up to here>``."""
    data = orjson.dumps({**row.payload, "id": row.id, "topic": row.topic, "kind": row.kind})
    return b"id: %d.%d\nevent: %s\ndata: %s\n\n" % (row.id, floor, row.kind.encode(), data)


class TooManyListenersError(Exception):
    """The process, or one token, has as many open pages as it may."""


@dataclass(eq=False, slots=True)
class Listener:
    """One open page."""

    topics: frozenset[str]
    token: str
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE_MOST))
    cut_off: bool = False


class Hub:
    """``connect`` opens a database connection that may read every market's outbox."""

    def __init__(
        self,
        connect: Callable[[], Any],
        *,
        listeners_most: int,
        per_token_most: int,
        settle_seconds: float | None = None,
    ) -> None:
        self._connect = connect
        self._most = listeners_most
        self._per_token = per_token_most
        self._by_topic: dict[str, set[Listener]] = defaultdict(set)
        self._count: Counter[str] = Counter()
        self._wake = asyncio.Event()
        self._replays = asyncio.Semaphore(REPLAYS_AT_ONCE)
        self._task: asyncio.Task[None] | None = None
        self.reader = OutboxReader()
        if settle_seconds is not None:
            self.reader.settle_seconds = settle_seconds
        self.stopping = asyncio.Event()
        self.connected = asyncio.Event()

    @property
    def listeners(self) -> int:
        return self._count.total()

    def join(self, topics: Collection[str], token: str) -> Listener:
        """Begin to hear of ``topics``. Raises `TooManyListenersError`."""
        if self.listeners >= self._most or self._count[token] >= self._per_token:
            raise TooManyListenersError
        listener = Listener(topics=frozenset(topics), token=token)
        self._count[token] += 1
        for topic in listener.topics:
            self._by_topic[topic].add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._count[listener.token] -= 1
        if not self._count[listener.token]:
            del self._count[listener.token]
        for topic in listener.topics:
            self._by_topic[topic].discard(listener)
            if not self._by_topic[topic]:
                del self._by_topic[topic]

    def publish(self, row: OutboxRow) -> None:
        """Hand one row to all who listen; a page that does not keep up is cut off."""
        listeners = self._by_topic.get(row.topic)
        if not listeners:
            return
        event = as_event(row, self.reader.floor)
        for listener in listeners:
            try:
                listener.queue.put_nowait(event)
            except asyncio.QueueFull:
                listener.cut_off = True

    async def missed(self, *, topics: Collection[str], after: int, since: int) -> list[bytes]:
        """Events of the past for one page, read over a connection of their own. Raises psycopg's errors."""
        async with self._replays, await self._connect() as connection:
            rows = await read_missed(connection, topics=topics, after=after, since=since)
        return [as_event(row, self.reader.floor) for row in rows]

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """End every page's stream and the reading."""
        self.stopping.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        failures = 0
        began = False
        while True:
            try:
                connection = await self._connect()
                async with connection:
                    await connection.execute(f"listen {CHANNEL}")
                    if not began:
                        await self.reader.begin(connection)
                        began = True
                    self.connected.set()
                    failures = 0
                    await self._follow(connection)
            except (psycopg.Error, OSError) as problem:
                self.connected.clear()
                wait = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)]
                failures += 1
                log.warning("outbox connection lost", error=type(problem).__name__, retry_s=wait)
                await asyncio.sleep(wait)

    async def _follow(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            for row in await self.reader.read_new(connection):
                self.publish(row)
            async for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                await asyncio.sleep(GATHER_SECONDS)
