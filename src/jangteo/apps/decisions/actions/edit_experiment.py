"""Change a draft's design. Once it has started nobody can."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.decisions.errors import DesignLocked, ExperimentSlugTaken
from jangteo.apps.decisions.experiments import ExperimentDesign, checked, columns_of, locked
from jangteo.apps.decisions.models import Experiment
from jangteo.platform.permissions import Actor, Role, action


@action(
    "decisions.edit_experiment", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def edit_experiment(
    *, actor: Actor, market_id: int, experiment_id: int, design: ExperimentDesign, now: datetime
) -> None:
    """Replace the whole design. Raises `NotFound`, `DesignLocked`, `InvalidInput`, `CapabilityUnknown`, `ExperimentSlugTaken`."""
    row = locked(market_id, experiment_id)
    if row.locked_at is not None:
        raise DesignLocked
    design = checked(design)
    others = Experiment.objects.filter(market_id=market_id, slug=design.slug)
    if others.exclude(pk=row.pk).exists():
        raise ExperimentSlugTaken(slug=design.slug)
    for name, value in columns_of(design).items():
        setattr(row, name, value)
    row.save()
