from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "jangteo.apps.orders"
    label = "orders"

    def ready(self) -> None:
        from jangteo.apps.orders import handlers  # noqa: F401, PLC0415 - subscribes
