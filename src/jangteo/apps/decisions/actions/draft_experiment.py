"""Write down an experiment's design; nothing runs yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.decisions.errors import ExperimentSlugTaken
from jangteo.apps.decisions.experiments import ExperimentDesign, checked, columns_of
from jangteo.apps.decisions.models import Experiment
from jangteo.platform.permissions import Actor, Role, action


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftedExperiment:
    """Where the draft stands."""

    experiment_id: int
    slug: str


@action(
    "decisions.draft_experiment", allow={Role.OFFICE}, within="market", token_scope="office:write"
)
def draft_experiment(
    *, actor: Actor, market_id: int, design: ExperimentDesign, now: datetime
) -> DraftedExperiment:
    """Keep a design as a draft. Raises `InvalidInput`, `CapabilityUnknown`, `ExperimentSlugTaken`."""
    design = checked(design)
    if Experiment.objects.filter(market_id=market_id, slug=design.slug).exists():
        raise ExperimentSlugTaken(slug=design.slug)
    row = Experiment.objects.create(market_id=market_id, salt="", **columns_of(design))
    return DraftedExperiment(experiment_id=row.pk, slug=row.slug)
