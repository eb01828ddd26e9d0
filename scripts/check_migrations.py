"""Fail when a model has changed without a migration. Starts the embedded database when it is needed."""

from __future__ import annotations

import sys

from django.core.management import call_command

from jangteo.platform.boot import django_ready

if __name__ == "__main__":
    django_ready()
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        sys.exit(
            "models differ from migrations: see the list above, and write them with django-admin makemigrations"
        )
