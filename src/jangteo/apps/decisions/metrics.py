"""What experiments measure: one number for each unit over a period, from the live tables.

An app registers its metrics in its ``metrics.py`` (this app's own stands in ``complaints.py``); `metrics` finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps as django_apps


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Whose numbers are asked for, and of which time. Times are aware UTC, [since, until)."""

    market_id: int
    #: "shopper" (unit: a subject's key as text), "stall" ("stall:7") or "day" ("2026-11-22", Korean)
    unit: str
    units: Sequence[str]
    #: a unit's own data count from its first meeting on, when that is later than ``since``; empty before the start
    first_at: Mapping[str, datetime]
    since: datetime
    until: datetime
    #: whose decisions count, for metrics made from the log; None before the start
    experiment_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One number a unit. A unit without rows has 0, never nothing."""

    key: str
    name_ko: str
    name_en: str
    #: how it is computed, in words
    about_ko: str
    about_en: str
    #: "won", "times", "share"
    measure: str
    #: which way is better: "up" or "down"
    better: str
    #: kinds of unit it can be computed for
    units: frozenset[str]
    #: every pilot watches it
    is_mandatory_guardrail: bool
    values: Callable[[Window], Mapping[str, float]]


_metrics: dict[str, Metric] = {}
#: of this app, which the registry itself cannot import
_OWN = "jangteo.apps.decisions.complaints"


def register(metric: Metric) -> Metric:
    """Make a metric known. Raises `ValueError` when its key is taken."""
    if _metrics.setdefault(metric.key, metric) is not metric:
        raise ValueError(f"metric {metric.key} is defined twice")
    return metric


def metrics() -> dict[str, Metric]:
    """Every metric by key, from the ``metrics.py`` of each installed app."""
    import_module(_OWN)
    for config in django_apps.get_app_configs():
        name = f"{config.name}.metrics"
        if config.name.startswith("jangteo.apps.") and find_spec(name):
            import_module(name)
    return dict(sorted(_metrics.items()))
