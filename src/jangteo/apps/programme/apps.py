from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "jangteo.apps.programme"
    label = "programme"
