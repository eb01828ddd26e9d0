"""Fixed-window rate limits, counted in PostgreSQL so that every web process shares them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from jangteo.platform.errors import TooManyRequests


def limit(key: str, *, at_most: int, per_seconds: int, now: datetime) -> None:
    """Count one use of ``key``; raise `TooManyRequests` past ``at_most`` in the current window.

    Call it outside the action's transaction, or a refused attempt is not counted.
    """
    epoch = int(now.timestamp())
    start = datetime.fromtimestamp(epoch - epoch % per_seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_ratecount (key, window_starts_at, used) values (%s, %s, 1)"
            " on conflict (key, window_starts_at) do update set used = platform_ratecount.used + 1"
            " returning used",
            [key[:120], start],
        )
        row = cursor.fetchone()
    if row is not None and row[0] > at_most:
        raise TooManyRequests(wait_seconds=per_seconds - epoch % per_seconds)


def draw(key: str, *, amount: int, at_most: int, per_seconds: int, now: datetime) -> int:
    """Count up to ``amount`` uses of ``key`` at once; returns how many of them are within ``at_most``, 0 for none.

    For callers that use a limit often: they draw a handful and count those themselves.
    """
    epoch = int(now.timestamp())
    start = datetime.fromtimestamp(epoch - epoch % per_seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_ratecount (key, window_starts_at, used) values (%s, %s, %s)"
            " on conflict (key, window_starts_at)"
            " do update set used = platform_ratecount.used + excluded.used returning used",
            [key[:120], start, amount],
        )
        row = cursor.fetchone()
    used = int(row[0]) if row else amount
    return max(0, min(amount, at_most - (used - amount)))
