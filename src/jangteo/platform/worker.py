"""The process that does background work: ``python -m jangteo.platform.worker``."""

from __future__ import annotations

from typing import Any

from jangteo.platform.boot import django_ready

#: jobs are short and talk to the database or to one outside service; more would only queue there
CONCURRENCY = 4
#: `jangteo up` promises to stop within ten seconds
STOP_SECONDS = 4.0


def main(**options: Any) -> None:
    """Work until SIGTERM. A job still running after `STOP_SECONDS` is given back and done again later."""
    django_ready()
    from procrastinate.contrib.django import app  # noqa: PLC0415 - needs Django
    from procrastinate.contrib.django.django_connector import (  # noqa: PLC0415
        DjangoConnector,
    )

    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the worker needs procrastinate's Django connector")
    settings: dict[str, Any] = {
        "name": "jangteo",
        "concurrency": CONCURRENCY,
        "shutdown_graceful_timeout": STOP_SECONDS,
    }
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(**(settings | options))


if __name__ == "__main__":
    main()
