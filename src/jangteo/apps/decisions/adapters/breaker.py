"""A vendor that fails again and again is left alone for a while, by every process.

The provider's row holds until when (`Provider.broken_until`); each process counts failures of its own. Writing the row is
a few short statements of their own, outside any transaction and never waiting for a lock, and only when a breaker opens
or closes. Where that is not possible the process remembers by itself. Either way the shopper has her answer.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import connection, transaction

from jangteo.apps.decisions.models import Provider, ProviderEvent
from jangteo.apps.decisions.ports import VendorFailed
from jangteo.apps.decisions.setup import VendorProvider, touch_setup

FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
#: nobody else tries while one call does
_TRIAL_SECONDS = 2.0

log = structlog.get_logger("jangteo.vendors")


@dataclass(slots=True)
class _State:
    """What this process knows of one provider."""

    failures: int = 0
    until: datetime | None = None
    since: datetime | None = None
    #: the row does not know yet
    is_unsaved: bool = False
    trial_until: float = 0.0


class Breaker:
    """Opens after `FAILURES` failures in a row: 30 seconds, doubled by each failed trial, at most ten minutes."""

    def __init__(self) -> None:
        self._states: dict[int, _State] = {}
        self._lock = threading.Lock()

    def enter(self, provider: VendorProvider, now: datetime) -> bool:
        """Before a call. True: it is the one trial of an open breaker. Raises `VendorFailed` ("broken")."""
        with self._lock:
            state = self._states.setdefault(provider.id, _State())
            until = state.until if state.is_unsaved else provider.broken_until
            if until is None:
                return False
            if now < until or monotonic() < state.trial_until:
                raise VendorFailed("broken")
            state.trial_until = monotonic() + _TRIAL_SECONDS
            is_unsaved = state.is_unsaved
        if not is_unsaved and not _claim_trial(provider.id, now):
            raise VendorFailed("broken")
        return True

    def leave(self, provider: VendorProvider) -> None:
        """A trial that was not made after all."""
        with self._lock:
            self._states[provider.id].trial_until = 0.0

    def succeeded(
        self, provider: VendorProvider, market_id: int, now: datetime, trial: bool
    ) -> None:
        """After a good answer."""
        with self._lock:
            self._states[provider.id] = _State()
        if trial:
            _save(provider.id, market_id, until=None, kind="mended", now=now)

    def failed(self, provider: VendorProvider, market_id: int, now: datetime, trial: bool) -> None:
        """After no usable answer."""
        with self._lock:
            state = self._states.setdefault(provider.id, _State())
            state.failures += 1
            if not trial and state.failures < FAILURES:
                return
            if not trial and state.until is not None and now < state.until:
                return
            if not trial or state.since is None:
                state.since = (_broken_since(provider.id) if trial else None) or now
            # 30, 60, 120 ...: as long again as it has been open, and the first wait
            wait = min(now - state.since + FIRST_WAIT, LONGEST_WAIT)
            state.until = until = now + wait
            state.failures = 0
            state.trial_until = 0.0
            state.is_unsaved = True
        kind = "" if trial else "broken"
        if _save(provider.id, market_id, until=until, kind=kind, now=now):
            with self._lock:
                state.is_unsaved = False


def _broken_since(provider_id: int) -> datetime | None:
    """When the breaker that another process opened was opened."""
    try:
        return (
            ProviderEvent.objects.filter(provider_id=provider_id, kind="broken")
            .order_by("-id")
            .values_list("at", flat=True)
            .first()
        )
    except Exception:
        log.warning("breaker not read", provider_id=provider_id)
        return None


def _claim_trial(provider_id: int, now: datetime) -> bool:
    """Of all processes one makes the trial; when it dies over it, another one may after `FIRST_WAIT`."""
    if connection.in_atomic_block:
        return True
    try:
        return bool(
            Provider.objects.filter(pk=provider_id, broken_until__lte=now).update(
                broken_until=now + FIRST_WAIT
            )
        )
    except Exception:
        log.warning("trial not claimed", provider_id=provider_id)
        return True


def _save(
    provider_id: int, market_id: int, *, until: datetime | None, kind: str, now: datetime
) -> bool:
    if connection.in_atomic_block:
        return False
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select set_config('lock_timeout', '50ms', true)")
            before = Provider.objects.select_for_update().get(pk=provider_id).broken_until
            Provider.objects.filter(pk=provider_id).update(broken_until=until)
            # two processes may see it break at the same time: it is told once
            is_news = (before is None) == (kind == "broken")
            if kind and is_news:
                ProviderEvent.objects.create(
                    market_id=market_id, provider_id=provider_id, kind=kind, at=now
                )
            touch_setup(market_id)
    except Exception:
        log.warning("breaker not saved", provider_id=provider_id)
        return False
    return True
