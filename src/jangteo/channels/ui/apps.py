from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "jangteo.channels.ui"
    label = "channel_ui"
