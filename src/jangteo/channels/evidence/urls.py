"""Evidence for anybody who checks: figures, indicators, published pilots. ``/evidence/...``, ``/pilots/...``"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = []
