"""The vendor's desk: a company, its offers, its pilots. ``/vendor/...``"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "vendor"
urlpatterns: list[URLPattern | URLResolver] = []
