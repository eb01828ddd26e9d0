from __future__ import annotations

from django.apps import AppConfig


class StallConfig(AppConfig):
    name = "jangteo.channels.stall"
    label = "channel_stall"
