"""The live process on a real port and a real database: nothing missed, nothing given to who may not hear it."""

from __future__ import annotations

import asyncio
import json
import socket
import time as clock
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time
from typing import Any, ClassVar

import httpx
import psycopg
import pytest
import uvicorn
from django.db import connection, transaction
from django.test import RequestFactory

from jangteo.apps.markets.models import Market
from jangteo.channels.live import tokens
from jangteo.channels.live.app import LiveApp, allowed_origins
from jangteo.channels.live.hub import CHANNEL, Hub
from jangteo.channels.live.outbox import OutboxReader
from jangteo.platform import events
from jangteo.platform.clock import utc_now
from jangteo.platform.config import Config
from jangteo.platform.tenancy import every_market

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "http://localhost:8000"


@pytest.fixture
def database() -> dict[str, Any]:
    """How to reach the tests' database, with one market in it."""
    Market.objects.create(
        pk=1, slug="m", name="m", address="-", opens_at=time(9), closes_at=time(20)
    )
    parameters: dict[str, Any] = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    return parameters


def _connector(database: dict[str, Any]) -> Callable[[], Awaitable[Any]]:
    async def connect() -> psycopg.AsyncConnection[Any]:
        opened = await psycopg.AsyncConnection.connect(**database, autocommit=True)
        await opened.execute("select set_config('jangteo.every_market', 'on', false)")
        return opened

    return connect


async def _tell(
    open_connection: psycopg.AsyncConnection[Any], topic: str, kind: str = "order.paid"
) -> int:
    cursor = await open_connection.execute(
        "insert into platform_outboxevent (market_id, topic, kind, payload, at)"
        " values (1, %s, %s, '{\"order\": 7}', now()) returning id",
        [topic, kind],
    )
    row = await cursor.fetchone()
    assert row is not None
    await open_connection.execute("select pg_notify(%s, '')", [CHANNEL])
    return int(row[0])


@asynccontextmanager
async def _serving(database: dict[str, Any], **limits: int) -> AsyncIterator[tuple[str, Hub]]:
    settings = Config(
        port=8000, live_clients=limits.get("clients", 500), live_clients_per_token=500
    )
    hub = Hub(
        _connector(database),
        listeners_most=settings.live_clients,
        per_token_most=limits.get("per_token", 500),
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            LiveApp(settings, hub),
            host="127.0.0.1",
            port=port,
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=2,
        )
    )
    task = asyncio.create_task(server.serve())
    await asyncio.wait_for(hub.connected.wait(), 10)
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}", hub
    finally:
        hub.stopping.set()
        server.should_exit = True
        await asyncio.wait_for(task, 10)


@asynccontextmanager
async def _listening(
    client: httpx.AsyncClient, base: str, topics: list[str], **headers: str
) -> AsyncIterator[AsyncIterator[str]]:
    address = f"{base}/live?token={tokens.live_token(topics)}"
    async with client.stream("GET", address, headers=headers) as response:
        assert response.status_code == 200, response.status_code
        lines = response.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        yield lines


async def _next_event(lines: AsyncIterator[str]) -> dict[str, Any]:
    event: dict[str, Any] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if name in ("id", "event", "data"):
            event[name] = json.loads(value) if name == "data" else value
        elif not line and event:
            return event
    raise AssertionError("the stream ended")


def test_a_page_hears_of_its_topics_only(database: dict[str, Any]) -> None:
    async def run() -> None:
        async with (
            _serving(database) as (base, _),
            await _connector(database)() as teller,
            httpx.AsyncClient(timeout=10) as client,
            _listening(client, base, ["order:7"], Origin=PAGE) as lines,
        ):
            await _tell(teller, "order:8")
            number = await _tell(teller, "order:7")
            event = await asyncio.wait_for(_next_event(lines), 5)
            assert event["event"] == "order.paid"
            assert event["data"] == {
                "order": 7,
                "id": number,
                "topic": "order:7",
                "kind": "order.paid",
            }
            assert event["id"].split(".")[0] == str(number)

    asyncio.run(run())


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxArrived(events.Event):
    kind: ClassVar[str] = "box.arrived"

    def live_topics(self) -> list[str]:
        return ["order:5", "office:1"]

    def live_payload(self) -> dict[str, Any]:
        return {"order": 5}


def test_an_emitted_event_arrives(database: dict[str, Any]) -> None:
    """What `platform.events` writes is what is read and told here."""
    token = tokens.live_token(["order:5"])
    with every_market(), transaction.atomic():
        events.emit(BoxArrived(market_id=1, at=utc_now()))

    async def run() -> None:
        async with (
            _serving(database) as (base, _),
            httpx.AsyncClient(timeout=10) as client,
            client.stream("GET", f"{base}/live?token={token}") as response,
        ):
            event = await asyncio.wait_for(_next_event(response.aiter_lines()), 5)
            assert event["event"] == "box.arrived"
            assert event["data"]["order"] == 5
            assert event["data"]["topic"] == "order:5"

    asyncio.run(run())
    assert CHANNEL == events.CHANNEL


def test_two_hundred_pages_hear_of_one_event(database: dict[str, Any]) -> None:
    async def run() -> float:
        limits = httpx.Limits(max_connections=None)
        async with (
            _serving(database) as (base, hub),
            await _connector(database)() as teller,
            httpx.AsyncClient(timeout=30, limits=limits) as client,
        ):
            heard = asyncio.Queue[int]()

            async def page() -> None:
                async with _listening(client, base, ["office:1"]) as lines:
                    event = await _next_event(lines)
                    heard.put_nowait(event["data"]["id"])

            pages = [asyncio.create_task(page()) for _ in range(200)]
            while hub.listeners < 200:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.5)  # all have read what they missed: nothing
            started = clock.perf_counter()
            number = await _tell(teller, "office:1")
            await asyncio.wait_for(asyncio.gather(*pages), 20)
            assert [heard.get_nowait() for _ in range(200)] == [number] * 200
            while hub.listeners:
                await asyncio.sleep(0.02)
            return clock.perf_counter() - started

    asyncio.run(run())


def test_a_page_that_comes_back_is_told_what_it_missed(database: dict[str, Any]) -> None:
    async def run() -> None:
        async with (
            _serving(database) as (base, _),
            await _connector(database)() as teller,
            httpx.AsyncClient(timeout=10) as client,
        ):
            async with _listening(client, base, ["stall:3"]) as lines:
                first = await _tell(teller, "stall:3")
                last_id = (await asyncio.wait_for(_next_event(lines), 5))["id"]
            missed = [await _tell(teller, "stall:3") for _ in range(3)]
            await _tell(teller, "stall:4")
            async with _listening(client, base, ["stall:3"], **{"Last-Event-ID": last_id}) as lines:
                heard = []
                while missed[-1] not in heard:
                    heard.append((await asyncio.wait_for(_next_event(lines), 5))["data"]["id"])
            assert set(missed) <= set(heard) <= {first, *missed}
            assert heard == sorted(heard)

    asyncio.run(run())


def test_what_happened_between_rendering_and_listening_is_told(database: dict[str, Any]) -> None:
    async def run() -> None:
        async with (
            _serving(database) as (base, _),
            await _connector(database)() as teller,
            httpx.AsyncClient(timeout=10) as client,
        ):
            token = tokens.live_token(["order:9"])
            number = await _tell(teller, "order:9")
            async with client.stream("GET", f"{base}/live?token={token}") as response:
                event = await asyncio.wait_for(_next_event(response.aiter_lines()), 5)
            assert event["data"]["id"] == number

    asyncio.run(run())


def test_a_transaction_that_commits_late_is_not_missed(database: dict[str, Any]) -> None:
    """Row 1 is written first and committed last; row 2 must not move the reader past it."""

    async def run() -> None:
        connect = _connector(database)
        async with await connect() as slow, await connect() as quick, await connect() as own:
            reader = OutboxReader(settle_seconds=0.0)
            await reader.begin(own)
            async with slow.transaction():
                first = await _tell(slow, "order:1")
                second = await _tell(quick, "order:2")
                assert first < second
                assert [row.id for row in await reader.read_new(own)] == [second]
                for _ in range(3):
                    assert await reader.read_new(own) == []
                assert reader.floor < first
            assert [row.id for row in await reader.read_new(own)] == [first]
            # transaction numbers are of the whole server: other databases' transactions hold the floor as well
            for _ in range(300):
                await reader.read_new(own)
                if reader.floor == second:
                    break
                await asyncio.sleep(0.1)
            assert reader.floor == second
            assert reader.seen == set()

    asyncio.run(run())


def test_the_process_survives_the_loss_of_its_connection(database: dict[str, Any]) -> None:
    async def run() -> None:
        async with (
            _serving(database) as (base, hub),
            await _connector(database)() as teller,
            httpx.AsyncClient(timeout=10) as client,
            _listening(client, base, ["order:7"]) as lines,
        ):
            await asyncio.sleep(0.5)  # the page's own look at what it missed is over
            await teller.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like '%%platform_outboxevent%%'"
                " and pid <> pg_backend_pid() and datname = current_database()"
            )
            number = await _tell(teller, "order:7")
            event = await asyncio.wait_for(_next_event(lines), 10)
            assert event["data"]["id"] == number
            assert hub.connected.is_set()

    asyncio.run(run())


def test_refusals(database: dict[str, Any]) -> None:
    async def run() -> None:
        async with (
            _serving(database, clients=2, per_token=1) as (base, _),
            httpx.AsyncClient(timeout=10) as client,
        ):
            good = tokens.live_token(["order:7"])
            for token in ("", "nonsense", good[:-1] + ("a" if good[-1] != "a" else "b")):
                answer = await client.get(f"{base}/live", params={"token": token})
                assert answer.status_code == 403
            assert (await client.post(f"{base}/live")).status_code == 405
            assert (await client.get(f"{base}/other")).status_code == 404
            assert (await client.get(f"{base}/health/live")).text == "ok"
            async with client.stream(
                "GET", f"{base}/live?token={good}", headers={"Origin": "http://elsewhere.example"}
            ) as first:
                assert first.status_code == 200
                assert "access-control-allow-origin" not in first.headers
                again = await client.get(f"{base}/live?token={good}", headers={"Origin": PAGE})
                assert again.status_code == 503
                assert again.headers["retry-after"] == "30"
                assert again.headers["access-control-allow-origin"] == PAGE

    asyncio.run(run())


def test_stopping_ends_the_streams_at_once(database: dict[str, Any]) -> None:
    async def run() -> float:
        async with (
            httpx.AsyncClient(timeout=10) as client,
            _serving(database) as (base, hub),
            _listening(client, base, ["order:7"]) as lines,
        ):
            started = clock.perf_counter()
            hub.stopping.set()
            rest = [line async for line in lines]
            assert set(rest) <= {""}
            return clock.perf_counter() - started

    assert asyncio.run(run()) < 1.0


def test_tokens_say_topics_and_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.live_token(["order:7", "stall:3", "order:7"])
    assert tokens.read_token(token).topics == {"order:7", "stall:3"}
    with pytest.raises(ValueError, match="topics"):
        tokens.live_token([])
    later = clock.time() + tokens.MAX_AGE_SECONDS + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(tokens.RefusedTokenError):
        tokens.read_token(token)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8000", "http://localhost:8001/live?token="),
        ("127.0.0.1", "http://127.0.0.1:8001/live?token="),
        ("[::1]:8000", "http://[::1]:8001/live?token="),
    ],
)
def test_the_address_follows_the_page(host: str, expected: str) -> None:
    request = RequestFactory().get("/", headers={"host": host})
    assert tokens.live_url(request, ["order:7"]).startswith(expected)


def test_origins_are_the_pages() -> None:
    settings = Config(port=8000, public_url="https://market.example/", allowed_hosts=["a", "[::1]"])
    assert allowed_origins(settings) == {
        "http://a:8000",
        "http://[::1]:8000",
        "https://market.example",
    }
