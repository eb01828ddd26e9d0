from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "jangteo.apps.programme"
    label = "programme"

    def ready(self) -> None:
        import_module("jangteo.apps.programme.handlers")
