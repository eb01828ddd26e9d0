from __future__ import annotations

from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "jangteo.apps.discovery"
    label = "discovery"
