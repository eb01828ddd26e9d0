"""What load balancers and monitoring are told, and who may read the figures."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from pydantic import SecretStr

from jangteo.channels.web import health
from jangteo.platform.config import config

pytestmark = pytest.mark.django_db


def _beat(seconds_ago: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_live_asks_nothing_of_the_database(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_needs_a_worker_that_was_heard_of(client: Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "migrations": "ok", "worker": "silent"}
    _beat(health.WORKER_SILENT_SECONDS + 5)
    assert client.get("/health/ready").status_code == 503
    _beat(1)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "worker": "ok"}


def test_ready_sees_a_missing_migration(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _beat(1)
    monkeypatch.setattr(health, "_migrations", health._Migrations())
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'sessions'")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")


def test_metrics_are_for_this_machine(client: Client) -> None:
    client.get("/health/live")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert (
        b'jangteo_request_seconds_count{method="GET",route="health_live",status="200"}'
        in answer.content
    )
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404


def test_metrics_open_with_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config(), "metrics_token", SecretStr("s3cret"))
    away = RequestFactory(REMOTE_ADDR="203.0.113.9")
    assert health.may_read_metrics(away.get("/metrics", headers={"authorization": "Bearer s3cret"}))
    assert not health.may_read_metrics(away.get("/metrics", headers={"authorization": "Bearer x"}))
    assert not health.may_read_metrics(away.get("/metrics"))
    assert health.may_read_metrics(RequestFactory().get("/metrics"))
