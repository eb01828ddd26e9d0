"""The load generator: a process of its own, plain asyncio sockets, keep-alive HTTP/1.1.

    python -m benchmarks.web.load PLAN.json      prints one JSON object

A plan names host, port, mode, the raw requests (base64) and how long. Two modes:

``closed``  N connections, each sends its next request when the former answer is complete: the highest throughput.
``open``    requests are due at a constant rate whatever the server does. The latency of a request counts from the
            moment it was **due**, not from when a connection was free: a server that stalls cannot hide it.

It reports its own CPU and how late it sent, so that a reader sees whether it was the bottleneck.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import itertools
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: an open loop opens another connection rather than wait for one, up to here
MOST_CONNECTIONS = 256


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way. Understands lengths and chunks."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.done: Callable[[int, int], None] | None = None
        self._reset()

    def _reset(self) -> None:
        self.data = bytearray()
        self.status = 0
        self.ends_at = -1
        self.chunked = False
        self.closes = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # a TCP connection's transport can always write
        self.transport = transport  # type: ignore[assignment]  # asyncio types it by the base class

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.done is not None:
            self._finish(0)

    @property
    def alive(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def send(self, raw: bytes, done: Callable[[int, int], None]) -> None:
        """Send a request; ``done(status, bytes received)`` is called once; status 0 is a broken connection."""
        self._reset()
        self.done = done
        if self.transport is None:
            self._finish(0)
        else:
            self.transport.write(raw)

    def data_received(self, data: bytes) -> None:
        self.data += data
        if not self.status:
            self._head()
        if self.status and self._complete():
            self._finish(self.status)

    def _head(self) -> None:
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.data[:end]).lower()
        self.status = int(head[9:12])
        self.closes = b"\r\nconnection: close" in head
        self.chunked = b"\r\ntransfer-encoding: chunked" in head
        length = 0
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        self.ends_at = end + 4 + length

    def _complete(self) -> bool:
        if self.chunked:
            return self.data.endswith(b"\r\n0\r\n\r\n")
        return len(self.data) >= self.ends_at

    def _finish(self, status: int) -> None:
        done, self.done = self.done, None
        size = len(self.data)
        if self.closes and self.transport is not None:
            self.transport.close()
        if done is not None:
            done(status, size)


@dataclass
class Plan:
    """What to send, where, how."""

    host: str
    port: int
    mode: str
    raws: list[bytes]
    #: statuses that count as answers
    good: frozenset[int]
    seconds: float
    warmup_s: float
    connections: int
    rate: float
    #: each request may be sent only once (orders); the run ends when they are used up
    once: bool

    @classmethod
    def read(cls, path: Path) -> Plan:
        data = json.loads(path.read_text())
        return cls(
            host=data.get("host", "127.0.0.1"),
            port=data["port"],
            mode=data["mode"],
            raws=[base64.b64decode(raw) for raw in data["requests"]],
            good=frozenset(data.get("good", [200])),
            seconds=data["seconds"],
            warmup_s=data.get("warmup_s", 0.0),
            connections=data.get("connections", 1),
            rate=data.get("rate", 0.0),
            once=data.get("once", False),
        )

    def requests(self) -> Iterator[bytes]:
        return iter(self.raws) if self.once else itertools.cycle(self.raws)


@dataclass
class Tally:
    """What came back after the warm-up."""

    good: frozenset[int]
    counts_from: float
    latencies_s: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    size: int = 0
    last_at: float = 0.0

    def add(self, due: float, sent: float, status: int, size: int) -> None:
        now = time.perf_counter()
        if due < self.counts_from:
            return
        self.statuses[status] += 1
        self.last_at = now
        if status in self.good:
            self.latencies_s.append(now - due)
            self.late_s.append(sent - due)
            self.size += size


async def _connect(plan: Plan) -> Connection:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, plan.host, plan.port)
    return connection


async def closed(plan: Plan, tally: Tally, ends_at: float) -> None:
    """Every connection busy all the time."""
    requests = plan.requests()

    async def one() -> None:
        connection = await _connect(plan)
        loop = asyncio.get_running_loop()
        while time.perf_counter() < ends_at:
            raw = next(requests, None)
            if raw is None:
                break
            if not connection.alive:
                connection = await _connect(plan)
            answered: asyncio.Future[None] = loop.create_future()
            sent = time.perf_counter()

            def done(
                status: int,
                size: int,
                sent: float = sent,
                answered: asyncio.Future[None] = answered,
            ) -> None:
                tally.add(sent, sent, status, size)
                answered.set_result(None)

            connection.send(raw, done)
            await answered
        if connection.transport is not None:
            connection.transport.close()

    await asyncio.gather(*(one() for _ in range(plan.connections)))


async def opened(plan: Plan, tally: Tally, starts_at: float, ends_at: float) -> None:
    """Requests at a constant rate; what finds no free connection waits, and its clock runs."""
    free: deque[Connection] = deque([await _connect(plan) for _ in range(plan.connections)])
    waiting: deque[tuple[float, bytes]] = deque()
    under_way = 0
    opened_count = plan.connections
    all_done = asyncio.Event()

    def send(connection: Connection, due: float, raw: bytes) -> None:
        nonlocal under_way
        under_way += 1
        sent = time.perf_counter()

        def done(status: int, size: int) -> None:
            nonlocal under_way
            under_way -= 1
            tally.add(due, sent, status, size)
            if connection.alive:
                if waiting:
                    send(connection, *waiting.popleft())
                else:
                    free.append(connection)
            all_done.set()

        connection.send(raw, done)

    async def another() -> None:
        connection = await _connect(plan)
        if waiting:
            send(connection, *waiting.popleft())
        else:
            free.append(connection)

    helpers = set()
    requests = plan.requests()
    due = starts_at
    while due < ends_at:
        pause = due - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        raw = next(requests, None)
        if raw is None:
            break
        while free and not free[-1].alive:
            free.pop()
            opened_count -= 1
        if free:
            send(free.pop(), due, raw)
        else:
            waiting.append((due, raw))
            if opened_count < MOST_CONNECTIONS:
                opened_count += 1
                helper = asyncio.ensure_future(another())
                helpers.add(helper)
                helper.add_done_callback(helpers.discard)
        due += 1 / plan.rate
    while under_way or waiting:
        all_done.clear()
        await all_done.wait()
    for connection in free:
        if connection.transport is not None:
            connection.transport.close()


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least ``share`` of the (sorted) values do not exceed."""
    if not values:
        return float("nan")
    return values[min(len(values) - 1, max(0, -(-int(len(values) * share * 1000) // 1000) - 1))]


def run(plan: Plan) -> dict[str, Any]:
    """Send, wait, sum up. Times are milliseconds."""
    gc.disable()
    cpu = time.process_time()
    starts_at = time.perf_counter()
    tally = Tally(good=plan.good, counts_from=starts_at + plan.warmup_s)
    ends_at = starts_at + plan.warmup_s + plan.seconds
    if plan.mode == "open":
        asyncio.run(opened(plan, tally, starts_at, ends_at))
    else:
        asyncio.run(closed(plan, tally, ends_at))
    wall = time.perf_counter() - starts_at
    latencies = sorted(tally.latencies_s)
    late = sorted(tally.late_s)
    span = max(tally.last_at - tally.counts_from, 1e-9)
    answered = len(latencies)
    return {
        "answers": answered,
        "failures": sum(tally.statuses.values()) - answered,
        "statuses": {str(status): count for status, count in tally.statuses.items()},
        "per_s": answered / span,
        "p50_ms": percentile(latencies, 0.50) * 1000,
        "p99_ms": percentile(latencies, 0.99) * 1000,
        "max_ms": (latencies[-1] if latencies else float("nan")) * 1000,
        "kib": tally.size / max(answered, 1) / 1024,
        "generator_cpu": (time.process_time() - cpu) / wall,
        "late_p99_ms": percentile(late, 0.99) * 1000,
        "wall_s": wall,
    }


if __name__ == "__main__":
    print(json.dumps(run(Plan.read(Path(sys.argv[1])))))
