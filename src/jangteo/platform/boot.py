"""Bring Django up in a process of the terminal: database first, because the settings hold its address."""

from __future__ import annotations

import os

import django
from django.apps import apps

from jangteo.platform.postgres import ensure_running


def django_ready() -> None:
    """Start the embedded database when it is needed and not running, then Django. Idempotent.

    Raises `DatabaseUnavailable`.
    """
    if apps.ready:
        return
    ensure_running()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jangteo.platform.settings")
    django.setup()
