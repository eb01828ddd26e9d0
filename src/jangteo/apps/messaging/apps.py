from __future__ import annotations

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "jangteo.apps.messaging"
    label = "messaging"

    def ready(self) -> None:
        from jangteo.apps.messaging import handlers  # noqa: F401, PLC0415 - subscribes
