from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class PlatformConfig(AppConfig):
    name = "jangteo.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jangteo.platform import guards, tenancy  # noqa: PLC0415 - needs the app registry

        post_migrate.connect(lambda using, **_: guards.guard_tables(using), weak=False)
        connection_created.connect(lambda **_: tenancy.clear_new_connection(), weak=False)
