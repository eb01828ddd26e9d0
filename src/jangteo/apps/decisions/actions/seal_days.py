"""Seal the days that are over."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.seals import seal_finished_days
from jangteo.platform.permissions import Actor, Role, action


@action("decisions.seal_days", allow={Role.SYSTEM}, within="anywhere", atomic=False)
def seal_days(*, actor: Actor, now: datetime) -> int:
    """Seal every finished Korean day of every market that is not sealed yet, oldest first; returns how many seals.

    Each day is a transaction. The figures must have been counted (`refresh_rollups`).
    """
    return seal_finished_days(now)
