from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "jangteo.apps.discovery"
    label = "discovery"

    def ready(self) -> None:
        import_module("jangteo.apps.discovery.handlers")
