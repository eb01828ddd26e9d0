"""Move old months of the log to Parquet."""

from __future__ import annotations

from datetime import date, datetime

from jangteo.apps.decisions.archive import Archived, archive_month, months_to_archive
from jangteo.platform.permissions import Actor, Role, action


@action("decisions.archive_month", allow={Role.SYSTEM}, within="anywhere", atomic=False)
def archive_one_month(*, actor: Actor, month: date, now: datetime) -> Archived:
    """Move one month (its first day). Raises `ArchiveDiffers`, `MonthNotSealed`; then nothing was dropped."""
    return archive_month(month, now)


def archive_old_months(*, actor: Actor, now: datetime) -> list[Archived]:
    """Every month older than ``Config.decision_months_live``, oldest first."""
    return [
        archive_one_month(actor=actor, month=month, now=now) for month in months_to_archive(now)
    ]
