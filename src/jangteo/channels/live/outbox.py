"""Reads the outbox in the order of its commits, missing none and giving none twice.

Ids are drawn before the commit, so row 6 may appear before row 5. Therefore the reader keeps a floor below which
nothing can appear any more, and the ids above it that it has seen. The floor follows PostgreSQL's snapshots: once
every transaction that was running at an earlier reading is over, nothing can appear below what was seen then.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import psycopg

#: covers the instant between drawing an id and PostgreSQL's giving the transaction its number
SETTLE_SECONDS = 5.0
BATCH = 2000
#: more than this was missed: a page should load itself again instead
REPLAY_MOST = 500

_NEW = """
select pg_snapshot_xmin(s.snap)::text::bigint, pg_snapshot_xmax(s.snap)::text::bigint,
       o.id, o.topic, o.kind, o.payload
from (select pg_current_snapshot() as snap) s
left join lateral (
    select id, topic, kind, payload from platform_outboxevent
    where id > %(floor)s and id <> all(%(seen)s) order by id limit %(limit)s
) o on true
order by o.id
"""
_REPLAY = """
select id, topic, kind, payload from platform_outboxevent
where topic = any(%(topics)s) and id > %(after)s and at >= to_timestamp(%(since)s)
order by id desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing that happened, for one topic."""

    id: int
    topic: str
    kind: str
    payload: dict[str, Any]


@dataclass(slots=True)
class OutboxReader:
    """The position in the outbox of one live process."""

    floor: int = 0
    seen: set[int] = field(default_factory=set)
    #: (when, first transaction number not yet given, highest id seen) of earlier readings
    readings: deque[tuple[float, int, int]] = field(default_factory=deque)
    settle_seconds: float = SETTLE_SECONDS

    async def begin(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Start at the end: everything that is committed now counts as seen."""
        while await self.read_new(connection):
            pass

    async def read_new(self, connection: psycopg.AsyncConnection[Any]) -> list[OutboxRow]:
        """The rows that were committed since the last reading, by id; at most `BATCH`."""
        cursor = await connection.execute(
            _NEW, {"floor": self.floor, "seen": list(self.seen), "limit": BATCH}
        )
        found = await cursor.fetchall()
        oldest_running, next_transaction = found[0][0], found[0][1]
        rows = [OutboxRow(*row[2:]) for row in found if row[2] is not None]
        self.seen.update(row.id for row in rows)
        if len(rows) < BATCH:
            self._remember(next_transaction)
        self._raise_floor(oldest_running)
        return rows

    def _remember(self, next_transaction: int) -> None:
        highest = max(self.seen, default=self.floor)
        if not self.readings or self.readings[-1][2] != highest:
            self.readings.append((time.monotonic(), next_transaction, highest))

    def _raise_floor(self, oldest_running: int) -> None:
        settled_before = time.monotonic() - self.settle_seconds
        floor = self.floor
        while self.readings:
            at, next_transaction, highest = self.readings[0]
            if at > settled_before or next_transaction > oldest_running:
                break
            floor = highest
            self.readings.popleft()
        if floor > self.floor:
            self.floor = floor
            self.seen = {number for number in self.seen if number > floor}


async def read_missed(
    connection: psycopg.AsyncConnection[Any], *, topics: Collection[str], after: int, since: int
) -> list[OutboxRow]:
    """What these topics missed after an outbox id and a Unix time, oldest first; the newest `REPLAY_MOST`."""
    cursor = await connection.execute(
        _REPLAY, {"topics": list(topics), "after": after, "since": since, "limit": REPLAY_MOST}
    )
    return [OutboxRow(*row) for row in reversed(await cursor.fetchall())]
