"""Reads of carts and orders. All need the market's scope and filter by market as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Prefetch, QuerySet, Sum

from jangteo.apps.catalog.models import Offer
from jangteo.apps.markets.info import MarketInfo
from jangteo.apps.markets.opening import stall_sells_on
from jangteo.apps.orders.actions.answer_question import may_see
from jangteo.apps.orders.models import (
    CartLine,
    Order,
    OrderEvent,
    OrderLine,
    StallOrder,
)
from jangteo.apps.orders.substitutes import alternatives
from jangteo.apps.orders.views import (
    Alternative,
    CartGroup,
    CartLineView,
    CartView,
    EventView,
    LastOrder,
    LineView,
    OrderView,
    PartView,
)
from jangteo.apps.stock.models import StockLevel
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import NotFound
from jangteo.platform.permissions import Actor

#: how long a finished order stays on the office board
BOARD_HOURS = 18


def cart_size(actor: Actor, market_id: int) -> int:
    """How many units are in the actor's cart (a weighed line counts as one). One query."""
    return _cart_lines(actor, market_id).count()


def cart_sum(actor: Actor, market_id: int) -> tuple[int, int]:
    """(lines, won at today's prices) of the actor's cart. One query."""
    found = _cart_lines(actor, market_id).aggregate(
        lines=Count("id"), krw=Sum(F("quantity") * F("offer__price_krw"))
    )
    return found["lines"], found["krw"] or 0


def _cart_lines(actor: Actor, market_id: int) -> QuerySet[CartLine]:
    lines = CartLine.objects.filter(market_id=market_id)
    if actor.person_id is not None:
        return lines.filter(cart__person_id=actor.person_id)
    return lines.filter(cart__person=None, cart__guest_key=actor.guest_key or "-")


def cart_view(actor: Actor, market: MarketInfo, serve_at: datetime) -> CartView:
    """The actor's cart with today's prices and what stands in the way; ``serve_at``: when work on it would begin."""
    rows = (
        _cart_lines(actor, market.id)
        .select_related("offer", "offer__stall", "offer__stock")
        .order_by("offer__stall__position", "offer__stall_id", "id")
    )
    by_stall: dict[int, list[CartLine]] = defaultdict(list)
    for row in rows:
        by_stall[row.offer.stall_id].append(row)
    groups = tuple(_cart_group(lines, market, serve_at) for lines in by_stall.values())
    return CartView(groups=groups, goods_krw=sum(group.goods_krw for group in groups))


def _cart_group(rows: list[CartLine], market: MarketInfo, serve_at: datetime) -> CartGroup:
    stall = rows[0].offer.stall
    is_closed = not stall_sells_on(stall, market, seoul_day(serve_at))
    lines = tuple(_cart_line(row, is_closed) for row in rows)
    return CartGroup(
        stall_id=stall.pk,
        stall_slug=stall.slug,
        stall_name=stall.name,
        stall_name_en=stall.name_en,
        lines=lines,
        goods_krw=sum(line.amount_krw for line in lines),
    )


def available_units(offer: Offer) -> int | None:
    """Units not promised to others; None when the stall does not count."""
    level: StockLevel | None = getattr(offer, "stock", None)
    if level is None or not level.is_counted:
        return None
    return max(level.quantity - level.reserved, 0)


def _cart_line(row: CartLine, is_closed: bool) -> CartLineView:
    offer = row.offer
    available = available_units(offer)
    problem = ""
    if offer.state != Offer.State.ON_SALE or available == 0:
        problem = "sold-out"
    elif is_closed:
        problem = "closed"
    elif available is not None and available < row.quantity:
        problem = "too-few"
    return CartLineView(
        offer_id=offer.pk,
        name=offer.name,
        name_en=offer.name_en,
        unit=offer.unit,
        is_weighed=offer.is_weighed,
        picture=offer.picture,
        origin=offer.origin,
        storage=offer.storage,
        price_krw=offer.price_krw,
        seen_price_krw=row.seen_price_krw,
        quantity=row.quantity,
        amount_krw=row.quantity * offer.price_krw,
        substitution=row.substitution,
        max_rise_pct=row.max_rise_pct,
        problem=problem,
        available=available,
    )


def _loaded(orders: QuerySet[Order], *, with_events: bool = False) -> QuerySet[Order]:
    """Orders with parts, lines (and events) in three (four) queries at any size."""
    lines = OrderLine.objects.select_related("offer").order_by("id")
    parts = (
        StallOrder.objects.select_related("stall")
        .order_by("stall__position", "id")
        .prefetch_related(Prefetch("lines", lines))
    )
    orders = orders.prefetch_related(Prefetch("parts", parts))
    if with_events:
        events = OrderEvent.objects.select_related("part__stall").order_by("id")
        orders = orders.prefetch_related(Prefetch("events", events))
    return orders


def order_view(market_id: int, order_id: int) -> OrderView:
    """One order with its events, whoever asks. Raises `NotFound`."""
    order = _loaded(
        Order.objects.filter(market_id=market_id, pk=order_id), with_events=True
    ).first()
    if order is None:
        raise NotFound
    return to_view(order, with_events=True)


def own_order(actor: Actor, market_id: int, number: str, access_token: str = "") -> OrderView:
    """An order of the actor's own, or opened by its link's secret. Raises `NotFound` for anybody else's."""
    orders = Order.objects.filter(market_id=market_id, number=number)
    order = _loaded(orders, with_events=True).first()
    if order is None or not may_see(actor, order, access_token):
        raise NotFound
    return to_view(order, with_events=True)


def orders_of_actor(actor: Actor, market_id: int, limit: int = 30) -> list[OrderView]:
    """The actor's own orders, newest first."""
    orders = _own_orders(actor, market_id).order_by("-id")
    return [to_view(order) for order in _loaded(orders[:limit])]


def last_order(actor: Actor, market_id: int) -> LastOrder | None:
    """What the actor wrote on the latest own order, to fill the next form in. One query."""
    row = (
        _own_orders(actor, market_id)
        .order_by("-id")
        .values("contact_name", "contact_phone", "way", "area", "address")
        .first()
    )
    return LastOrder(**row) if row else None


def unpaid_orders(actor: Actor, market_id: int) -> list[int]:
    """Ids of the actor's own orders that hold goods and wait for payment."""
    rows = _own_orders(actor, market_id).filter(state=Order.State.PLACED).order_by("id")
    return list(rows.values_list("pk", flat=True))


def _own_orders(actor: Actor, market_id: int) -> QuerySet[Order]:
    orders = Order.objects.filter(market_id=market_id)
    if actor.person_id is not None:
        return orders.filter(person_id=actor.person_id)
    return orders.filter(person=None, guest_key=actor.guest_key or "-")


def order_by_payment_no(payment_order_no: str) -> tuple[int, int, str, str]:
    """(market id, order id, number, access token) of a provider's order number. Needs the every-market scope."""
    row = (
        Order.objects.filter(payment_order_no=payment_order_no)
        .values_list("market_id", "pk", "number", "access_token")
        .first()
    )
    if row is None:
        raise NotFound
    return row


def stall_parts(market_id: int, stall_id: int, now: datetime) -> list[OrderView]:
    """Orders the stall has to do with now or today: ringing first, then by promise. Each shows its own part only."""
    recent = now - timedelta(hours=BOARD_HOURS)
    orders = Order.objects.filter(
        market_id=market_id, parts__stall_id=stall_id, paid_at__isnull=False
    ).exclude(closed_at__lt=recent)
    views = [
        _only_stall(to_view(order), stall_id) for order in _loaded(orders.order_by("promised_at"))
    ]
    return sorted(
        views, key=lambda v: (v.parts[0].state != StallOrder.State.RINGING, v.promised_at or now)
    )


def _only_stall(view: OrderView, stall_id: int) -> OrderView:
    parts = tuple(part for part in view.parts if part.stall_id == stall_id)
    fields = {name: getattr(view, name) for name in OrderView.__dataclass_fields__}
    return OrderView(**(fields | {"parts": parts}))


def office_board(market_id: int, now: datetime) -> list[OrderView]:
    """Every paid order that is open or ended within the last hours, the earliest promise first."""
    recent = now - timedelta(hours=BOARD_HOURS)
    orders = Order.objects.filter(market_id=market_id, paid_at__isnull=False).exclude(
        closed_at__lt=recent
    )
    return [to_view(order) for order in _loaded(orders.order_by("promised_at", "id")[:500])]


def sold_today_krw(market_id: int, stall_id: int, now: datetime) -> tuple[int, int]:
    """(won, parts) of a stall's orders paid this Korean day, refunds taken off."""
    day = seoul_day(now)
    parts = StallOrder.objects.filter(
        market_id=market_id, stall_id=stall_id, order__day=day
    ).exclude(state__in=(StallOrder.State.WAITING, StallOrder.State.CANCELLED))
    return parts.aggregate(s=Sum("remaining_krw"))["s"] or 0, parts.count()


def to_view(order: Order, *, with_events: bool = False) -> OrderView:
    """A loaded order as a record."""
    same = [
        "market_id",
        "number",
        "payment_order_no",
        "access_token",
        "person_id",
        "guest_key",
        "state",
        "way",
        "contact_name",
        "contact_phone",
        "area",
        "address",
        "request_note",
        "pickup_code",
        "goods_krw",
        "fee_krw",
        "total_krw",
        "tax_free_krw",
        "refunded_krw",
        "placed_at",
        "reserved_until",
        "paid_at",
        "promised_at",
        "closed_at",
    ]
    return OrderView(
        order_id=order.pk,
        parts=tuple(_part(part, order.pk) for part in order.parts.all()),
        events=tuple(_events(order.events.all())) if with_events else (),
        **{name: getattr(order, name) for name in same},
    )


def _part(part: StallOrder, order_id: int) -> PartView:
    stall = part.stall
    return PartView(
        part_id=part.pk,
        order_id=order_id,
        stall_id=stall.pk,
        stall_slug=stall.slug,
        stall_name=stall.name,
        stall_name_en=stall.name_en,
        stall_phone=stall.phone,
        stall_place=stall.place,
        state=part.state,
        goods_krw=part.goods_krw,
        remaining_krw=part.remaining_krw,
        rang_at=part.rang_at,
        answered_at=part.answered_at,
        escalated_at=part.escalated_at,
        arrived_at=part.arrived_at,
        lines=tuple(_line(line) for line in part.lines.all()),
    )


def _line(line: OrderLine) -> LineView:
    asked = line.state == OrderLine.State.ASKING
    return LineView(
        line_id=line.pk,
        offer_id=line.offer_id,
        name=line.name,
        name_en=line.name_en,
        unit=line.unit,
        is_weighed=line.is_weighed,
        picture=line.offer.picture,
        unit_price_krw=line.unit_price_krw,
        quantity=line.quantity,
        remaining=line.remaining,
        ordered_krw=line.quantity * line.unit_price_krw,
        remaining_krw=line.remaining * line.unit_price_krw,
        tax=line.tax,
        storage=line.offer.storage,
        substitution=line.substitution,
        max_rise_pct=line.max_rise_pct,
        state=line.state,
        ask_until=line.ask_until,
        replaces_line_id=line.replaces_id,
        decision_id=line.decision_id,
        alternatives=tuple(_alternative(line, offer) for offer in alternatives(line))
        if asked
        else (),
    )


def _alternative(line: OrderLine, offer: Offer) -> Alternative:
    return Alternative(
        offer_id=offer.pk,
        name=offer.name,
        name_en=offer.name_en,
        unit=offer.unit,
        price_krw=offer.price_krw,
        charged_krw=min(offer.price_krw, line.unit_price_krw),
    )


def _events(events: Iterable[OrderEvent]) -> Iterable[EventView]:
    for event in events:
        stall = event.part.stall if event.part else None
        yield EventView(
            event_id=event.pk,
            kind=event.kind,
            at=event.at,
            stall_name=stall.name if stall else "",
            stall_name_en=stall.name_en if stall else "",
            data=event.data,
        )
