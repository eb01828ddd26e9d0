"""All addresses of the product, one include per channel."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("jangteo.channels.web.health")),
]
