"""The ASGI application of the live process: ``GET /live?token=...`` streams server-sent events.

Delivery is at least once: after a reconnect a page may hear of the last seconds again (``data.id`` tells). A page
renders itself from the database; an event only says that it should look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import psycopg

from jangteo.channels.live.hub import Hub, Listener, TooManyListenersError
from jangteo.channels.live.tokens import LivePass, RefusedTokenError, read_token
from jangteo.platform.config import Config, config
from jangteo.platform.logs import configure_logging
from jangteo.platform.postgres import django_database

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: below the 30-60 s after which proxies close a silent connection
HEARTBEAT_SECONDS = 15.0
#: how long a page waits before it reconnects
RETRY_MS = 2000
#: the page's token is this much older than its data at most
RENDER_SECONDS = 2


def allowed_origins(settings: Config) -> frozenset[str]:
    """The pages that may listen: the public address, and every allowed host at the web port."""
    scheme = "https" if settings.https else "http"
    found = {f"{scheme}://{host}:{settings.port}" for host in settings.allowed_hosts}
    if settings.public_url:
        found.add(settings.public_url.rstrip("/"))
    return frozenset(found)


async def connect() -> psycopg.AsyncConnection[Any]:
    """A connection that sees the outbox of every market and nothing else needs it to."""
    database = django_database()
    parts = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database.get("PASSWORD", ""),
        "host": database["HOST"],
        "port": database.get("PORT", ""),
        **database["OPTIONS"],
        "application_name": "jangteo live",
        "connect_timeout": "5",
    }
    connection = await psycopg.AsyncConnection.connect(
        psycopg.conninfo.make_conninfo("", **{key: value for key, value in parts.items() if value}),
        autocommit=True,
    )
    await connection.execute("select set_config('jangteo.every_market', 'on', false)")
    return connection


class LiveApp:
    """Routes ``/live`` and ``/health/live``; everything else is 404."""

    def __init__(self, settings: Config | None = None, hub: Hub | None = None) -> None:
        self.settings = settings or config()
        self._hub = hub
        self.origins = allowed_origins(self.settings)

    @property
    def hub(self) -> Hub:
        if self._hub is None:
            self._hub = Hub(
                connect,
                listeners_most=self.settings.live_clients,
                per_token_most=self.settings.live_clients_per_token,
            )
        return self._hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                configure_logging(self.settings.log_level)
                self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, b"GET only", [(b"allow", b"GET")])
        elif scope["path"] == "/health/live":
            ready = self.hub.connected.is_set()
            await _answer(send, 200 if ready else 503, b"ok" if ready else b"no database")
        elif scope["path"] == "/live":
            await self._live(scope, receive, send)
        else:
            await _answer(send, 404, b"not found")

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            key.decode("latin-1").lower(): value.decode("latin-1")
            for key, value in scope["headers"]
        }
        cors = self._cors(headers.get("origin", ""))
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        try:
            allowed = read_token(token)
            listener = self.hub.join(allowed.topics, token)
        except RefusedTokenError:
            await _answer(send, 403, b"this token is not valid any more; load the page again", cors)
            return
        except TooManyListenersError:
            await _answer(send, 503, b"too many open pages", [*cors, (b"retry-after", b"30")])
            return
        try:
            await self._stream(
                listener, allowed, headers.get("last-event-id", ""), cors, receive, send
            )
        finally:
            self.hub.leave(listener)

    def _cors(self, origin: str) -> list[tuple[bytes, bytes]]:
        vary = [(b"vary", b"origin")]
        if origin in self.origins:
            return [*vary, (b"access-control-allow-origin", origin.encode("latin-1"))]
        return vary

    async def _stream(
        self,
        listener: Listener,
        allowed: LivePass,
        last_event_id: str,
        cors: list[tuple[bytes, bytes]],
        receive: Receive,
        send: Send,
    ) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [
                    (b"content-type", b"text/event-stream; charset=utf-8"),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                    *cors,
                ],
            }
        )
        await _part(send, b"retry: %d\n\n" % RETRY_MS)
        try:
            missed = await self._missed(allowed, last_event_id)
        except (psycopg.Error, OSError):  # the page comes back in a moment and asks again
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        for event in missed:
            await _part(send, event)
        gone = asyncio.create_task(_until_gone(receive))
        stopping = asyncio.create_task(self.hub.stopping.wait())
        try:
            while not (gone.done() or stopping.done() or listener.cut_off):
                await _next(listener, send, gone, stopping)
        finally:
            gone.cancel()
            stopping.cancel()
        if not gone.done() or gone.cancelled():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _missed(self, allowed: LivePass, last_event_id: str) -> list[bytes]:
        """After a reconnect: what came since the last event. At first: what came since the page was rendered."""
        _, _, floor = last_event_id.partition(".")
        after = int(floor) if floor.isdigit() else -1
        since = 0 if after >= 0 else allowed.since - RENDER_SECONDS
        return await self.hub.missed(topics=allowed.topics, after=after, since=since)


async def _next(
    listener: Listener, send: Send, gone: asyncio.Task[None], stopping: asyncio.Task[Any]
) -> None:
    """Send one event, or a heartbeat when nothing happens for a while."""
    event = asyncio.create_task(listener.queue.get())
    try:
        await asyncio.wait(
            {event, gone, stopping}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if event.done():
            await _part(send, event.result())
        elif not gone.done() and not stopping.done():
            await _part(send, b": still here\n\n")
    finally:
        event.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _answer(
    send: Send, status: int, text: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send(
        {"type": "http.response.start", "status": status, "headers": plain + (headers or [])}
    )
    await send({"type": "http.response.body", "body": text})


app = LiveApp()
