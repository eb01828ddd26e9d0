"""Django app of the design system: static files, no tables."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Serves ``static/built``; its templates are found by :func:`jangteo.channels.ui.jinja.environment`."""

    name = "jangteo.channels.ui"
    label = "ui"
