"""A worker for `test_jobs`: its job notes its start and takes long; procrastinate is told to be quick about heartbeats."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from jangteo.platform import worker
from jangteo.platform.boot import django_ready


def main() -> None:
    notes, seconds = Path(sys.argv[1]), float(sys.argv[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jangteo.platform.settings")
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[3]
    django_ready()
    from procrastinate.contrib.django import app

    @app.task(name="tests.slow")
    def slow(number: int) -> None:
        with notes.open("a") as file:
            file.write(f"started {number}\n")
        time.sleep(seconds)
        with notes.open("a") as file:
            file.write(f"finished {number}\n")

    worker.main(update_heartbeat_interval=0.5, stalled_worker_timeout=2.0, queues=["tests"])


if __name__ == "__main__":
    main()
