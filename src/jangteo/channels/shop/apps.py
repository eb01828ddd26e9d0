from __future__ import annotations

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "jangteo.channels.shop"
    label = "channel_shop"
