"""Serve the live application: ``python -m jangteo.channels.live``."""

from __future__ import annotations

import logging
from types import FrameType

import uvicorn

from jangteo.channels.live.app import app
from jangteo.platform.config import config


class LiveServer(uvicorn.Server):
    """Ends the open streams at the first signal; uvicorn alone would wait for the pages to go."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app.hub.stopping.set()
        super().handle_exit(sig, frame)


def main() -> None:
    settings = config()
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server = LiveServer(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.effective_live_port,
            access_log=False,
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=3,
        )
    )
    server.run()


if __name__ == "__main__":
    main()
