"""The live process beside the browser's site, on the tests' database."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import uvicorn
from django.conf import settings as django_settings
from django.db import connection

from jangteo.channels.live.app import LiveApp
from jangteo.channels.live.hub import Hub
from jangteo.platform.config import Config, config


@contextmanager
def live_process(site_url: str) -> Iterator[str]:
    """Serve ``/live`` for pages of ``site_url``; pages made meanwhile point to it."""
    parameters: dict[str, Any] = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)

    async def connect() -> psycopg.AsyncConnection[Any]:
        opened = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
        await opened.execute("select set_config('jangteo.every_market', 'on', false)")
        return opened

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    hub = Hub(connect, listeners_most=50, per_token_most=50)
    app = LiveApp(Config(port=int(site_url.rsplit(":", 1)[1])), hub)
    server = uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=port, log_config=None, lifespan="on",
            timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    policy = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    before, before_url = policy["connect-src"], config().live_url
    policy["connect-src"] = [*before, url]
    config().live_url = url
    try:
        while not server.started and thread.is_alive():
            threading.Event().wait(0.02)
        yield url
    finally:
        policy["connect-src"], config().live_url = before, before_url
        hub.stopping.set()
        server.should_exit = True
        thread.join(10)
