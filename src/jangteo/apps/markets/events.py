"""What markets tell others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from jangteo.platform.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class StallDayChanged(Event):
    """A stall closed for today, or opened again."""

    kind: ClassVar[str] = "stall_day_changed"

    stall_id: int
    is_closed: bool

    def live_topics(self) -> list[str]:
        return [f"stall:{self.stall_id}", f"office:{self.market_id}"]

    def live_payload(self) -> dict[str, Any]:
        return {"stall_id": self.stall_id, "is_closed": self.is_closed}
