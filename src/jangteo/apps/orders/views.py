"""What pages, the API and the console show of an order: frozen, complete, free of the database."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from jangteo.apps.orders.models import Order, OrderLine, StallOrder


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """Goods a shopper may take instead."""

    offer_id: int
    name: str
    name_en: str
    unit: str
    price_krw: int
    #: what the shopper pays for one unit: never more than was paid
    charged_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LineView:
    """One line as ordered and as it stands."""

    line_id: int
    offer_id: int
    name: str
    name_en: str
    unit: str
    is_weighed: bool
    picture: str
    unit_price_krw: int
    quantity: int
    remaining: int
    ordered_krw: int
    remaining_krw: int
    tax: str
    storage: str
    substitution: str
    max_rise_pct: int
    state: str
    ask_until: datetime | None
    replaces_line_id: int | None
    #: of the log of decisions: what chose these goods, or put the choices of the question in order
    decision_id: uuid.UUID | None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def short(self) -> int:
        """Units that will not come."""
        return self.quantity - self.remaining


@dataclass(frozen=True, kw_only=True, slots=True)
class PartView:
    """One stall's part."""

    part_id: int
    order_id: int
    stall_id: int
    stall_slug: str
    stall_name: str
    stall_name_en: str
    stall_phone: str
    stall_place: str
    state: str
    goods_krw: int
    remaining_krw: int
    rang_at: datetime | None
    answered_at: datetime | None
    escalated_at: datetime | None
    arrived_at: datetime | None
    lines: tuple[LineView, ...]

    @property
    def is_asking(self) -> bool:
        return any(line.state == OrderLine.State.ASKING for line in self.lines)

    @property
    def is_open(self) -> bool:
        return self.state != StallOrder.State.CANCELLED


@dataclass(frozen=True, kw_only=True, slots=True)
class EventView:
    """One thing that happened, with what a sentence about it needs."""

    event_id: int
    kind: str
    at: datetime
    stall_name: str
    stall_name_en: str
    data: dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderView:
    """One order over all its stalls."""

    order_id: int
    market_id: int
    number: str
    payment_order_no: str
    access_token: str
    person_id: int | None
    guest_key: str
    state: str
    way: str
    contact_name: str
    contact_phone: str
    area: str
    address: str
    request_note: str
    pickup_code: str
    goods_krw: int
    fee_krw: int
    total_krw: int
    tax_free_krw: int
    refunded_krw: int
    placed_at: datetime
    reserved_until: datetime
    paid_at: datetime | None
    promised_at: datetime | None
    closed_at: datetime | None
    parts: tuple[PartView, ...]
    events: tuple[EventView, ...] = ()

    @property
    def paid_krw(self) -> int:
        """What the shopper has paid in the end."""
        return self.total_krw - self.refunded_krw if self.paid_at else 0

    @property
    def open_parts(self) -> tuple[PartView, ...]:
        return tuple(part for part in self.parts if part.is_open)

    @property
    def arrived_count(self) -> int:
        return sum(part.state == StallOrder.State.ARRIVED for part in self.parts)

    @property
    def can_cancel(self) -> bool:
        """May the shopper still cancel by herself?"""
        untouched = all(
            part.state
            in (StallOrder.State.WAITING, StallOrder.State.RINGING, StallOrder.State.CANCELLED)
            for part in self.parts
        )
        return untouched and self.state in (Order.State.PLACED, Order.State.PAID)

    def is_late(self, now: datetime) -> bool:
        """Past its promise and not handed over."""
        return (
            self.promised_at is not None
            and self.promised_at < now
            and self.state in (Order.State.PAID, Order.State.READY, Order.State.OUT)
        )

    def minutes_left(self, now: datetime) -> int | None:
        """Whole minutes until the promise, negative when late; None when nothing is promised."""
        if self.promised_at is None:
            return None
        return int((self.promised_at - now).total_seconds() // 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class LastOrder:
    """What a shopper wrote last time."""

    contact_name: str
    #: E.164
    contact_phone: str
    way: str
    area: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CartLineView:
    """One line of a cart as it stands now."""

    offer_id: int
    name: str
    name_en: str
    unit: str
    is_weighed: bool
    picture: str
    origin: str
    storage: str
    price_krw: int
    #: the price when it was put in; different means it changed since
    seen_price_krw: int
    quantity: int
    amount_krw: int
    substitution: str
    max_rise_pct: int
    #: "", "sold-out", "too-few", "closed"
    problem: str
    #: units left when counted
    available: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CartGroup:
    """What a cart holds of one stall."""

    stall_id: int
    stall_slug: str
    stall_name: str
    stall_name_en: str
    lines: tuple[CartLineView, ...]
    goods_krw: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CartView:
    """A cart over all its stalls."""

    groups: tuple[CartGroup, ...]
    goods_krw: int

    @property
    def lines(self) -> tuple[CartLineView, ...]:
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def is_orderable(self) -> bool:
        """Something is in it and nothing stands in the way."""
        return bool(self.groups) and not any(line.problem for line in self.lines)
