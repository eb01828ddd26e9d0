from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProgrammeConfig(AppConfig):
    name = "jangteo.apps.programme"
    label = "programme"

    def ready(self) -> None:
        import_module("jangteo.apps.programme.handlers")
        post_migrate.connect(_ensure_indicators, sender=self)


def _ensure_indicators(**_: Any) -> None:
    """The indicators every installation begins with, as soon as their tables are there."""
    from jangteo.apps.programme.indicators.seeds import (  # noqa: PLC0415 - needs the models
        ensure_indicators,
    )
    from jangteo.platform.clock import utc_now  # noqa: PLC0415

    ensure_indicators(utc_now())
