"""End the work with a vendor, in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.decisions.closing import stop_experiments_of
from jangteo.apps.decisions.events import ProviderGone
from jangteo.apps.decisions.models import CapabilitySetting, Provider
from jangteo.apps.decisions.setup import touch_setup
from jangteo.apps.decisions.vendors import (
    ask_to_forget,
    locked_provider,
    look_again_later,
    note,
    subjects_seen,
)
from jangteo.platform.events import emit
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.text import clean_line


@dataclass(frozen=True, kw_only=True, slots=True)
class RemovedProvider:
    """What the removal did."""

    #: people the vendor is told to forget; receipts come later
    subjects: int
    experiments_stopped: int


@action(
    "decisions.remove_provider", allow={Role.OFFICE}, within="market", token_scope="market:write"
)
def remove_provider(
    *, actor: Actor, market_id: int, provider_id: int, why: str, now: datetime
) -> RemovedProvider:
    """Nothing leaves for it from now on; its secret, address and data scope are gone; it is told to forget everybody.

    Its experiments stop, the built-in provider decides again. Cannot be undone. Removed already: nothing happens.
    Raises `NotFound`, `InvalidInput`.
    """
    reason = clean_line(why, field="why", at_most=200, required=True)
    gone = Provider.objects.filter(
        market_id=market_id, pk=provider_id, state=Provider.State.REMOVED
    )
    if gone.exists():
        return RemovedProvider(subjects=0, experiments_stopped=0)
    row = locked_provider(market_id, provider_id)
    asked = ask_to_forget(row, subjects_seen(row), by_id=actor.person_id, now=now)
    look_again_later(row, now)
    stopped = stop_experiments_of(market_id, row.slug, now)
    CapabilitySetting.objects.filter(market_id=market_id, provider_slug=row.slug).update(
        provider_slug=""
    )
    row.state = Provider.State.REMOVED
    row.secret_sealed = row.base_url = ""
    row.data_scope = []
    row.broken_until = None
    row.removed_at = now
    row.save()
    note(
        row,
        "removed",
        by_id=actor.person_id,
        now=now,
        why=reason,
        subjects=len(asked),
    )
    emit(
        ProviderGone(
            market_id=market_id,
            at=now,
            provider_id=row.pk,
            slug=row.slug,
            capability=row.capability,
        )
    )
    touch_setup(market_id)
    return RemovedProvider(subjects=len(asked), experiments_stopped=len(stopped))
