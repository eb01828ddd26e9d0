"""What decisions tell the apps on their right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jangteo.platform.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class ExperimentClosed(Event):
    """An experiment reached its horizon or was stopped."""

    kind: ClassVar[str] = "experiment_closed"
    experiment_id: int
    #: horizon, person, expired, guardrail, vendor-removed
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderGone(Event):
    """A vendor's provider was removed and its data scope closed."""

    kind: ClassVar[str] = "provider_gone"
    provider_id: int
    slug: str
    capability: str
