from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "jangteo.apps.catalog"
    label = "catalog"

    def ready(self) -> None:
        import_module("jangteo.apps.catalog.handlers")
