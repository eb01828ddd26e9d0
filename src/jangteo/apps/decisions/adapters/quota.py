"""At most so many calls a minute over all processes, with few writes: each process draws a twentieth at a time.

The shared counter is never passed. What a process drew and did not use when the minute ends is lost, so that with many
idle processes a vendor may get a little less than its quota, never more. Within a transaction (where a vendor is not
asked in practice) the process counts alone, because a shared row must not stay locked.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection

from jangteo.apps.decisions.ports import VendorFailed
from jangteo.apps.decisions.setup import VendorProvider
from jangteo.platform.ratelimit import draw

_SHARES = 20

log = structlog.get_logger("jangteo.vendors")


@dataclass(slots=True)
class _Drawn:
    minute: int = -1
    left: int = 0
    total: int = 0
    is_spent: bool = False


class Quota:
    """Calls of this process. Safe to use from many threads."""

    def __init__(self) -> None:
        self._drawn: dict[int, _Drawn] = {}
        self._lock = threading.Lock()

    def take(self, provider: VendorProvider, now: datetime) -> None:
        """Count one call. Raises `VendorFailed` ("quota")."""
        minute = int(now.timestamp()) // 60
        with self._lock:
            drawn = self._drawn.setdefault(provider.id, _Drawn())
            if drawn.minute != minute:
                self._drawn[provider.id] = drawn = _Drawn(minute=minute)
            if drawn.left == 0 and not drawn.is_spent:
                drawn.left = _draw(provider, drawn.total, now)
                drawn.total += drawn.left
                drawn.is_spent = drawn.left == 0
            if drawn.left == 0:
                raise VendorFailed("quota")
            drawn.left -= 1


def _draw(provider: VendorProvider, so_far: int, now: datetime) -> int:
    rest = max(0, provider.quota_per_minute - so_far)
    if connection.in_atomic_block:
        return rest
    share = min(rest, max(1, provider.quota_per_minute // _SHARES))
    try:
        return draw(
            f"vendor:{provider.id}",
            amount=share,
            at_most=provider.quota_per_minute,
            per_seconds=60,
            now=now,
        )
    except Exception:
        log.warning("quota not counted", provider_id=provider.id)
        return share
