"""What the catalogue tells others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from jangteo.platform.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferChanged(Event):
    """One offer was added or changed: its price, its state, what it shows."""

    kind: ClassVar[str] = "offer_changed"

    offer_id: int
    stall_id: int

    def live_topics(self) -> list[str]:
        return [f"stall:{self.stall_id}", f"market:{self.market_id}"]

    def live_payload(self) -> dict[str, Any]:
        return {"offer_id": self.offer_id, "stall_id": self.stall_id}


@dataclass(frozen=True, kw_only=True, slots=True)
class OffersChanged(Event):
    """A price list changed many offers of a stall at once, or was undone."""

    kind: ClassVar[str] = "offers_changed"

    stall_id: int

    def live_topics(self) -> list[str]:
        return [f"stall:{self.stall_id}", f"market:{self.market_id}"]

    def live_payload(self) -> dict[str, Any]:
        return {"stall_id": self.stall_id}


@dataclass(frozen=True, kw_only=True, slots=True)
class TextsChanged(Event):
    """A text of the stall was written, published, taken down or flagged."""

    kind: ClassVar[str] = "texts_changed"

    stall_id: int

    def live_topics(self) -> list[str]:
        return [f"stall:{self.stall_id}"]

    def live_payload(self) -> dict[str, Any]:
        return {"stall_id": self.stall_id}
