"""Reads of experiments. All need the market's scope and filter by market as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from jangteo.apps.decisions.experiments import ExperimentDesign, design_of
from jangteo.apps.decisions.looks import Look, look_of
from jangteo.apps.decisions.models import Assignment, Experiment, ExperimentResult
from jangteo.apps.decisions.planning import PowerPlan, plan_power
from jangteo.platform.errors import NotFound

__all__ = [
    "ExperimentDetail",
    "ExperimentRow",
    "PowerPlan",
    "experiment_detail",
    "experiments_of",
    "plan_power",
    "results_of",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExperimentRow:
    """One experiment in a list."""

    id: int
    slug: str
    title: str
    title_en: str
    capability: str
    #: "draft", "running", "ended", "stopped"
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    stopped_why: str
    #: of the final look; empty before
    verdict: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExperimentDetail:
    """One experiment with all that may be known of it without a look."""

    id: int
    market_id: int
    design: ExperimentDesign
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    locked_at: datetime | None
    stopped_at: datetime | None
    stopped_why: str
    #: SHA-256 of the canonical design; empty for a draft
    design_digest: str
    #: units met so far by arm, "holdout" among them
    units: Mapping[str, int]
    #: the newest stored look
    newest: Look | None


def experiments_of(market_id: int) -> tuple[ExperimentRow, ...]:
    """All experiments of a market, newest first."""
    rows = Experiment.objects.filter(market_id=market_id).order_by("-id")
    finals = {
        experiment_id: result.get("verdict", "")
        for experiment_id, result in ExperimentResult.objects.filter(
            market_id=market_id, is_final=True
        ).values_list("experiment_id", "result")
    }
    return tuple(
        ExperimentRow(
            id=row.pk,
            slug=row.slug,
            title=row.title,
            title_en=row.title_en,
            capability=row.capability,
            state=row.state,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            stopped_why=row.stopped_why,
            verdict=finals.get(row.pk, ""),
        )
        for row in rows
    )


def experiment_detail(market_id: int, experiment_id: int) -> ExperimentDetail:
    """One experiment. Raises `NotFound`."""
    row = _row(market_id, experiment_id)
    newest = _looks(row).defer("rows").last()
    units: Counter[str] = Counter()
    for arm, count in (
        Assignment.objects.filter(market_id=market_id, experiment_id=row.pk)
        .values_list("arm")
        .annotate(count=Count("id"))
    ):
        units[arm] = count
    return ExperimentDetail(
        id=row.pk,
        market_id=market_id,
        design=design_of(row),
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        locked_at=row.locked_at,
        stopped_at=row.stopped_at,
        stopped_why=row.stopped_why,
        design_digest=row.design_digest,
        units=dict(units),
        newest=look_of(row, newest) if newest else None,
    )


def results_of(market_id: int, experiment_id: int) -> tuple[Look, ...]:
    """Every stored look, oldest first. Raises `NotFound`."""
    row = _row(market_id, experiment_id)
    return tuple(look_of(row, stored) for stored in _looks(row).defer("rows"))


def _row(market_id: int, experiment_id: int) -> Experiment:
    row = Experiment.objects.filter(market_id=market_id, pk=experiment_id).first()
    if row is None:
        raise NotFound
    return row


def _looks(row: Experiment) -> QuerySet[ExperimentResult]:
    return ExperimentResult.objects.filter(market_id=row.market_id, experiment=row).order_by(
        "at", "id"
    )
