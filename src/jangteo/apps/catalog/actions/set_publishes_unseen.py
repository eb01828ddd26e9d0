"""The owner alone decides whether texts go out that nobody looked at."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.catalog.texts.rows import lock_desk, stall_of
from jangteo.platform.permissions import Actor, Role, action


@action("catalog.set_publishes_unseen", allow={Role.STALL_OWNER}, within="stall")
def set_publishes_unseen(
    *, actor: Actor, market_id: int, stall_id: int, is_on: bool, now: datetime
) -> None:
    """From now on texts without any problem go out at once (or no longer do). Off until she says so.

    What is published already stays. Raises `StallNotFound`.
    """
    stall_of(market_id, stall_id)
    desk = lock_desk(market_id, stall_id, now)
    if desk.publishes_unseen != is_on:
        desk.publishes_unseen = is_on
        desk.updated_at = now
        desk.save(update_fields=["publishes_unseen", "updated_at"])
