"""Settings a stranger could lean on."""

from __future__ import annotations

from jangteo.platform import settings
from jangteo.platform.config import config


def test_only_the_configured_names_are_answered() -> None:
    assert config().allowed_hosts == settings.ALLOWED_HOSTS
