"""The provider contract for everybody, and its copy in the repository.

``python -m jangteo.channels.api.provider_contract --check | --write``
"""

from __future__ import annotations

import os
import sys
from typing import Any

import django
import orjson

from jangteo.platform.config import PROJECT_ROOT

PATH = PROJECT_ROOT / "docs" / "provider-contract.json"


def written(document: dict[str, Any]) -> bytes:
    """As the file holds it."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"


def main(arguments: list[str]) -> int:
    """Write the copy, or compare it with what the code says. Exit code 1 when it is stale."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jangteo.platform.settings")
    django.setup()
    from jangteo.apps.decisions.contract import document  # noqa: PLC0415 - needs the app registry

    now = written(document())
    if arguments == ["--write"]:
        PATH.write_bytes(now)
        return 0
    if arguments == ["--check"] and PATH.exists() and PATH.read_bytes() == now:
        return 0
    sys.stderr.write(
        f"{PATH.relative_to(PROJECT_ROOT)} is stale:"
        " run `python -m jangteo.channels.api.provider_contract --write`\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
