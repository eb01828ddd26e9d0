from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "jangteo.apps.payments"
    label = "payments"

    def ready(self) -> None:
        import_module("jangteo.apps.payments.actions.decide_refund")
