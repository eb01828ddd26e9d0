"""The API's description as kept in the repository: ``python -m jangteo.channels.api.snapshot --check | --write``."""

from __future__ import annotations

import os
import sys

import django
import orjson

from jangteo.platform.config import PROJECT_ROOT

PATH = PROJECT_ROOT / "docs" / "openapi.json"


def main(arguments: list[str]) -> int:
    """Write the snapshot, or compare it with what the code says. Exit code 1 when it is stale."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jangteo.platform.settings")
    django.setup()
    from jangteo.channels.api.api import description  # noqa: PLC0415 - needs the app registry

    now = orjson.dumps(description(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
    if arguments == ["--write"]:
        PATH.write_bytes(now)
        return 0
    if arguments == ["--check"] and PATH.exists() and PATH.read_bytes() == now:
        return 0
    sys.stderr.write(
        f"{PATH.relative_to(PROJECT_ROOT)} is stale: run `python -m jangteo.channels.api.snapshot --write`\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
