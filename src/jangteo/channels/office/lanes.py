"""Today's orders in five lanes, the late ones first, and the stalls that do not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jangteo.apps.fulfilment.models import HandOver
from jangteo.apps.orders.models import Order, StallOrder
from jangteo.apps.orders.views import OrderView, PartView

#: ended orders shown; the rest is in the reports
SHOWN_ENDED = 20


class Lane(StrEnum):
    """From left to right."""

    NEW = "new"
    PREPARING = "preparing"
    HUB = "hub"
    OUT = "out"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One order on the board."""

    order: OrderView
    #: whole minutes to the promise, negative when it has passed; None when nothing is promised
    minutes_left: int | None
    is_late: bool
    #: whole minutes past the promise, at least 1 of a late order
    minutes_late: int
    rider_name: str

    @property
    def short_number(self) -> str:
        """The number as people say it: 42 of 261122-0042."""
        return self.order.number.partition("-")[2].lstrip("0") or self.order.number

    @property
    def was_late(self) -> bool:
        """Handed over after its promise."""
        order = self.order
        return bool(
            order.closed_at and order.promised_at and order.closed_at > order.promised_at
        ) and (order.state == Order.State.DONE and order.way == Order.Way.DELIVERY)


@dataclass(frozen=True, kw_only=True, slots=True)
class SilentPart:
    """A stall that has not answered in the market's time."""

    order: OrderView
    part: PartView
    minutes_waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Everything the board shows."""

    lanes: dict[Lane, tuple[Card, ...]]
    silent: tuple[SilentPart, ...]
    #: ended orders that are not shown
    hidden: int

    @property
    def late_count(self) -> int:
        return sum(card.is_late for cards in self.lanes.values() for card in cards)


def lane_of(order: OrderView) -> Lane:
    """Where an order stands."""
    if order.state == Order.State.PAID:
        if order.arrived_count:
            return Lane.HUB
        ringing = any(part.state == StallOrder.State.RINGING for part in order.parts)
        return Lane.NEW if ringing else Lane.PREPARING
    return Lane.OUT if order.state in (Order.State.READY, Order.State.OUT) else Lane.ENDED


def board(orders: Sequence[OrderView], hand_overs: Mapping[int, HandOver], now: datetime) -> Board:
    """Sort orders into lanes. An open lane begins with the earliest promise, so with the latest; ended: newest."""
    lanes: dict[Lane, list[Card]] = {lane: [] for lane in Lane}
    for order in sorted(orders, key=lambda one: (one.promised_at or now, one.order_id)):
        lanes[lane_of(order)].append(_card(order, hand_overs.get(order.order_id), now))
    ended = sorted(lanes[Lane.ENDED], key=lambda one: one.order.closed_at or now, reverse=True)
    lanes[Lane.ENDED] = ended[:SHOWN_ENDED]
    return Board(
        lanes={lane: tuple(cards) for lane, cards in lanes.items()},
        silent=_silent(orders, now),
        hidden=max(0, len(ended) - SHOWN_ENDED),
    )


def _card(order: OrderView, hand_over: HandOver | None, now: datetime) -> Card:
    late = order.promised_at is not None and order.is_late(now)
    past = now - order.promised_at if late and order.promised_at else timedelta()
    return Card(
        order=order,
        minutes_left=order.minutes_left(now),
        is_late=late,
        minutes_late=max(int(past.total_seconds() // 60), int(late)),
        rider_name=hand_over.rider_name if hand_over else "",
    )


def card_of(order: OrderView, hand_over: HandOver | None, now: datetime) -> Card:
    """One order as its card."""
    return _card(order, hand_over, now)


def _silent(orders: Sequence[OrderView], now: datetime) -> tuple[SilentPart, ...]:
    """Stalls the office must call, the longest silence first."""
    found = [
        SilentPart(order=order, part=part, minutes_waiting=waited(part, now))
        for order in orders
        if order.state == Order.State.PAID
        for part in order.parts
        if part.state == StallOrder.State.RINGING and part.escalated_at is not None
    ]
    return tuple(sorted(found, key=lambda one: -one.minutes_waiting))


def waited(part: PartView, now: datetime) -> int:
    """Whole minutes since the stall was rung; 0 for one that will be rung when it opens."""
    if part.rang_at is None:
        return 0
    return max(0, int((now - part.rang_at).total_seconds() // 60))
