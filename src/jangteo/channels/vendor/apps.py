from __future__ import annotations

from django.apps import AppConfig


class VendorConfig(AppConfig):
    name = "jangteo.channels.vendor"
    label = "channel_vendor"
