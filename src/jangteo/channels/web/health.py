"""For load balancers and monitoring: is this process alive, can it serve, what does it count?"""

from __future__ import annotations

import hmac
import ipaddress
import os
import time
from dataclasses import dataclass

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from jangteo.platform.config import config
from jangteo.platform.migrating import pending

#: the worker beats every 5 s; see PROCRASTINATE_WORKER_DEFAULTS
WORKER_SILENT_SECONDS = 30
#: with nothing pending the answer cannot change while this process runs; else look again soon
PENDING_CHECKED_SECONDS = 10.0
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@dataclass(slots=True)
class _Migrations:
    """The last answer to "is anything pending?"."""

    none_pending: bool = False
    checked_at: float = float("-inf")

    def fine(self) -> bool:
        if not self.none_pending and time.monotonic() - self.checked_at > PENDING_CHECKED_SECONDS:
            self.none_pending = not pending()
            self.checked_at = time.monotonic()
        return self.none_pending


_migrations = _Migrations()


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; says nothing about the database."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and worker are fine, else 503; a JSON object names each."""
    checks = {"database": "ok", "migrations": "ok", "worker": "ok"}
    try:
        beat = seconds_since_heartbeat()
        if not _migrations.fine():
            checks["migrations"] = "pending"
        if beat is None or beat > WORKER_SILENT_SECONDS:
            checks["worker"] = "silent"
    except Error:
        checks = {"database": "unreachable", "migrations": "unknown", "worker": "unknown"}
    fine = all(value == "ok" for value in checks.values())
    return JsonResponse(checks, status=200 if fine else 503)


def seconds_since_heartbeat() -> float | None:
    """Age of the freshest heartbeat of any worker; None when there is no worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from now() - max(last_heartbeat))::float8 from procrastinate_workers"
        )
        row = cursor.fetchone()
    return row[0] if row else None


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text of all processes of this machine; 404 for everyone who may not read it."""
    if not may_read_metrics(request):
        return HttpResponse("not found", status=404, content_type="text/plain")
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped there
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    """The bearer of the configured token, or this machine itself, not a proxy on it."""
    token = config().metrics_token
    given = request.headers.get("Authorization", "")
    if token is not None and token.get_secret_value():
        wanted = f"Bearer {token.get_secret_value()}"
        if hmac.compare_digest(given.encode(), wanted.encode()):
            return True
    if any(header in request.META for header in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


urlpatterns: list[URLPattern] = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("metrics", metrics, name="metrics"),
]
