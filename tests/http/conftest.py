"""A real web server on loopback, over the test database, that a test may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx
import pytest
from django.db import connection


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """granian with real worker processes, in a process group of its own."""

    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, processes: int = 2) -> None:
        settings = connection.settings_dict
        url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={quote(settings['HOST'])}"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                "127.0.0.1",
                "--port",
                str(self.port),
                "--workers",
                str(processes),
                "--blocking-threads",
                "8",
                "--no-ws",
                "--log-level",
                "error",
                "jangteo.channels.web.wsgi:application",
            ],
            env=os.environ | {"DATABASE_URL": url},
            start_new_session=True,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                if httpx.get(f"{self.url}/health/live", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """SIGKILL the whole group at once: nobody gets to tidy up."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    running = Server()
    yield running
    running.kill()
