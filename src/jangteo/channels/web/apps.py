from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jangteo.channels.web"
    label = "channel_web"
