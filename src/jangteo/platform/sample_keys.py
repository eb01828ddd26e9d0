"""Passwords and second factors of the sample market's staff, made at its opening for this installation only.

They lie in one file of the data folder with mode 0600, to be printed by ``jangteo up`` and shown on the sandbox's page.
"""

from __future__ import annotations

import json
import os
from typing import TypedDict

from jangteo.platform.config import config


class SampleKey(TypedDict):
    """What one person of the sample signs in with."""

    name: str
    password: str
    totp_secret: str


def _path() -> str:
    return str(config().var_dir / "sample-people.json")


def write_sample_keys(keys: dict[str, SampleKey]) -> None:
    """Keep the keys by phone number (E.164), replacing what was there."""
    config().var_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(_path(), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(keys, file, ensure_ascii=False)


def read_sample_keys() -> dict[str, SampleKey]:
    """The keys by phone number; empty where no sample market was opened."""
    try:
        with open(_path(), encoding="utf-8") as file:
            keys: dict[str, SampleKey] = json.load(file)
    except FileNotFoundError:
        return {}
    return keys
