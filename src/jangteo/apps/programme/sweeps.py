"""What time does to pilots: permissions run out."""

from __future__ import annotations

from datetime import datetime

import structlog

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
