from __future__ import annotations

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "jangteo.channels.office"
    label = "channel_office"
