"""What orders tell others: open pages live, and the payments app in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from jangteo.platform.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderChanged(Event):
    """Something of an order changed; everybody who shows it should look again."""

    kind: ClassVar[str] = "order-changed"

    order_id: int
    stall_ids: tuple[int, ...] = ()

    def live_topics(self) -> list[str]:
        stalls = [f"stall:{stall_id}" for stall_id in self.stall_ids]
        return [f"order:{self.order_id}", f"office:{self.market_id}", *stalls]

    def live_payload(self) -> dict[str, Any]:
        return {"order": self.order_id}


@dataclass(frozen=True, kw_only=True, slots=True)
class PartRings(Event):
    """A stall has a new order to answer."""

    kind: ClassVar[str] = "ring"

    order_id: int
    part_id: int
    stall_id: int

    def live_topics(self) -> list[str]:
        return [f"stall:{self.stall_id}"]

    def live_payload(self) -> dict[str, Any]:
        return {"order": self.order_id, "part": self.part_id}


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPaid(Event):
    """An order was paid and its stalls were rung."""

    order_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyOwed(Event):
    """The shopper must be given money back. ``part_id`` None: the delivery fee."""

    order_id: int
    part_id: int | None
    #: the same cause is paid back once
    cause: str
    amount_krw: int
    tax_free_krw: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReady(Event):
    """Everything that is coming is at the hub."""

    order_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLeft(Event):
    """A rider left with the order."""

    order_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopperAsked(Event):
    """Goods ran out and the shopper is asked what to do."""

    order_id: int
    line_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderClosed(Event):
    """An order reached its end: done, cancelled or expired."""

    order_id: int
    state: str
