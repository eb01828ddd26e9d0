"""What time does to pilots: permissions run out, and vendors' access closes with the pilot."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db.models import Exists, OuterRef

from jangteo.apps.decisions.actions.suspend_provider import suspend_provider
from jangteo.apps.decisions.models import CapabilitySetting, Provider, ProviderEvent
from jangteo.apps.programme.actions.stop_pilot import expire_pilot
from jangteo.apps.programme.models import Pilot
from jangteo.platform.permissions import Actor
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.programme")


def stop_expired_pilots(now: datetime) -> int:
    """Stop every running pilot, over all markets, whose permission has run out. Returns how many."""
    with every_market():
        # a later permission may have prolonged it: the action looks at the one entered last
        due = list(
            Pilot.objects.filter(state=Pilot.State.RUNNING, approvals__expires_at__lte=now)
            .values_list("market_id", "pk")
            .distinct()
        )
    stopped = 0
    for market_id, pilot_id in due:
        try:
            stopped += expire_pilot(
                actor=Actor.system(), market_id=market_id, pilot_id=pilot_id, now=now
            )
        except Exception:
            log.exception("pilot not stopped", pilot=pilot_id)
    return stopped


def close_ended_vendors(now: datetime) -> int:
    """Switch off the vendors of pilots that are over, once, as the terms promise. Returns how many.

    One that the office chose to go on working is left alone, and so is one that it switched on again.
    """
    chosen = CapabilitySetting.objects.filter(
        market_id=OuterRef("market_id"), provider_slug=OuterRef("provider__slug")
    )
    closed = ProviderEvent.objects.filter(
        provider_id=OuterRef("provider_id"), kind="suspended", at__gte=OuterRef("ended_at")
    )
    with every_market():
        due = list(
            Pilot.objects.filter(
                ended_at__isnull=False,
                started_at__isnull=False,
                provider__state=Provider.State.LIVE,
            )
            .exclude(Exists(chosen))
            .exclude(Exists(closed))
            .values_list("market_id", "pk", "provider_id")
        )
    done = 0
    for market_id, pilot_id, provider_id in due:
        try:
            suspend_provider(
                actor=Actor.system(), market_id=market_id, provider_id=provider_id, now=now
            )
            done += 1
        except Exception:
            log.exception("vendor not closed", pilot=pilot_id)
    return done
