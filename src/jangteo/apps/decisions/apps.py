from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DecisionsConfig(AppConfig):
    name = "jangteo.apps.decisions"
    label = "decisions"

    def ready(self) -> None:
        from jangteo.apps.decisions import handlers  # noqa: F401, PLC0415 - subscribes

        post_migrate.connect(_make_partitions, sender=self)


def _make_partitions(**_: Any) -> None:
    """This month's and the coming months' partitions, as soon as the table is there."""
    from jangteo.apps.decisions.partitions import ensure_months_now  # noqa: PLC0415 - needs the models

    ensure_months_now()
