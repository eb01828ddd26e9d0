"""Place an order over one or many stalls: one fee, one promised time, goods held until it is paid."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from jangteo.apps.catalog.models import Offer
from jangteo.apps.markets.info import MarketInfo, market_by_id
from jangteo.apps.markets.models import Stall
from jangteo.apps.markets.opening import stall_sells_on
from jangteo.apps.markets.quote import delivery_quote, pickup_quote
from jangteo.apps.orders.actions.change_cart import MAX_LINES, MAX_QUANTITY
from jangteo.apps.orders.errors import (
    EmptyCart,
    KeyUsedBefore,
    NotOnSale,
    QuantityMakesNoSense,
    StallClosed,
    TooMuch,
    TotalChanged,
)
from jangteo.apps.orders.models import Order, OrderEvent, OrderLine, StallOrder, Substitution
from jangteo.apps.stock.actions.hold import Want, hold
from jangteo.platform.clock import seoul, seoul_day
from jangteo.platform.config import config
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Actor, Role, action
from jangteo.platform.telemetry import ORDERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One line as the shopper asks for it."""

    offer_id: int
    quantity: int
    substitution: Substitution = Substitution.NONE
    max_rise_pct: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedOrder:
    """What to pay, and how to find the order again."""

    order_id: int
    number: str
    payment_order_no: str
    access_token: str
    total_krw: int
    tax_free_krw: int
    reserved_until: datetime
    #: True when the same idempotency key had placed it before
    repeated: bool = False


@action("orders.place_order", allow={Role.SHOPPER}, within="market", token_scope="orders:write")
def place_order(
    *,
    actor: Actor,
    market_id: int,
    wanted: Sequence[Wanted],
    way: Order.Way,
    contact_name: str,
    contact_phone: str,
    area: str = "",
    address: str = "",
    request_note: str = "",
    seen_total_krw: int,
    idempotency_key: str,
    now: datetime,
) -> PlacedOrder:
    """Place the order at the total the shopper saw; hold the goods for `reservation_minutes`.

    ``contact_phone`` is E.164. ``seen_total_krw`` is compared with what the server computes: nothing changes
    without saying so. The same ``idempotency_key`` of the same shopper returns the order placed before, if it asks for
    the same: goods, way, recipient, address, note.

    Raises `EmptyCart`, `NotOnSale`, `StallClosed`, `NotEnoughStock`, `OutOfZone`, `ClosedForNow`, `TotalChanged`,
    `TooMuch`, `QuantityMakesNoSense`, `InvalidInput`, `KeyUsedBefore`.
    """
    _check_input(wanted, contact_name, way, address, idempotency_key)
    # a key belongs to one shopper: another's equal key must not open this order
    owner = f"p{actor.person_id}" if actor.person_id is not None else f"g{actor.guest_key}"
    key = hashlib.sha256(f"{owner}:{idempotency_key}".encode()).hexdigest()
    _one_at_a_time(market_id, key)
    earlier = Order.objects.filter(market_id=market_id, idempotency_key=key).first()
    asked = _digest(wanted, way, contact_name, contact_phone, area, address, request_note)
    if earlier is not None:
        if earlier.request_digest not in ("", asked):
            raise KeyUsedBefore
        return _placed(earlier, repeated=True)
    market = market_by_id(market_id)
    offers = _offers(market_id, wanted)
    goods = sum(offers[w.offer_id].price_krw * w.quantity for w in wanted)
    quote = (
        delivery_quote(market_id=market_id, area=area, goods_krw=goods, now=now)
        if way == Order.Way.DELIVERY
        else pickup_quote(market_id=market_id, now=now)
    )
    for offer in offers.values():
        if not _sells_at(offer.stall, market, quote.starts_at):
            raise StallClosed(stall=offer.stall.name)
    total = goods + quote.fee_krw
    if total != seen_total_krw:
        raise TotalChanged(seen_krw=f"{seen_total_krw:,}", now_krw=f"{total:,}")
    exempt = sum(
        offers[w.offer_id].price_krw * w.quantity
        for w in wanted
        if offers[w.offer_id].tax == "exempt"
    )
    until = now + timedelta(minutes=config().reservation_minutes)
    day = seoul_day(now)
    order = Order(
        market_id=market_id,
        day=day,
        payment_order_no=f"jt_{secrets.token_hex(12)}",
        person_id=actor.person_id,
        guest_key="" if actor.person_id is not None else actor.guest_key,
        access_token=secrets.token_urlsafe(32),
        contact_name=contact_name.strip(),
        contact_phone=contact_phone,
        way=way,
        zone_id=quote.zone_id,
        area=area if way == Order.Way.DELIVERY else "",
        address=address.strip() if way == Order.Way.DELIVERY else "",
        request_note=request_note.strip(),
        pickup_code=f"{secrets.randbelow(10_000):04d}",
        goods_krw=goods,
        fee_krw=quote.fee_krw,
        total_krw=total,
        tax_free_krw=exempt,
        idempotency_key=key,
        request_digest=asked,
        placed_at=now,
        reserved_until=until,
        promised_at=quote.promised_at,
        promised_minutes=quote.minutes,
    )
    wants = [
        Want(
            offer_id=w.offer_id,
            name=offers[w.offer_id].name,
            quantity=w.quantity,
            cause=f"{order.payment_order_no}:{w.offer_id}",
        )
        for w in wanted
    ]
    hold(market_id=market_id, wants=wants, expires_at=until)
    order.number = _next_number(market_id, day)
    order.save()
    _save_parts(order, wanted, offers)
    OrderEvent.objects.create(
        market_id=market_id, order=order, kind="placed", by_id=actor.person_id, at=now
    )
    # nobody is told yet: an order that is not paid is shown to its shopper only, who is being sent to pay
    ORDERS.labels("placed").inc()
    return _placed(order)


def _digest(wanted: Sequence[Wanted], way: Order.Way, *written: str) -> str:
    """What is asked for, as 64 hex digits. The order of the lines does not count."""
    goods = sorted((w.offer_id, w.quantity, w.substitution.value, w.max_rise_pct) for w in wanted)
    told = json.dumps([goods, way.value, [text.strip() for text in written]])
    return hashlib.sha256(told.encode()).hexdigest()


def _one_at_a_time(market_id: int, key: str) -> None:
    """Two requests with one key at the same moment: the second waits and finds the first one's order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"order:{market_id}:{key}"]
        )


def _check_input(
    wanted: Sequence[Wanted], contact_name: str, way: Order.Way, address: str, key: str
) -> None:
    if not wanted:
        raise EmptyCart
    if len(wanted) > MAX_LINES:
        raise TooMuch(at_most=MAX_LINES)
    if len({w.offer_id for w in wanted}) != len(wanted):
        raise InvalidInput(
            field="lines",
            ko="같은 상품이 두 번 들어 있어요. 한 줄로 합쳐 주세요.",
            en="The same goods are listed twice. Put them into one line.",
        )
    for want in wanted:
        if not 1 <= want.quantity <= MAX_QUANTITY:
            raise QuantityMakesNoSense(at_most=MAX_QUANTITY)
    if not contact_name.strip() or len(contact_name.strip()) > 40:
        raise InvalidInput(
            field="contact_name",
            ko="받는 분 이름을 40자 안으로 적어 주세요.",
            en="Write the recipient's name, at most 40 characters.",
        )
    if way == Order.Way.DELIVERY and not 2 <= len(address.strip()) <= 200:
        raise InvalidInput(
            field="address",
            ko="받으실 주소를 동·호수까지 적어 주세요.",
            en="Write the delivery address with building and room.",
        )
    if not 8 <= len(key) <= 64:
        raise InvalidInput(
            field="idempotency_key",
            ko="주문 확인 번호는 8~64자여야 해요. 화면을 새로 열고 다시 해 주세요.",
            en="The idempotency key must have 8 to 64 characters.",
        )


def _sells_at(stall: Stall, market: MarketInfo, moment: datetime) -> bool:
    """Will the stall be there when work on the order begins (or later that day)?"""
    local = seoul(moment)
    closes_at = stall.closes_at or market.closes_at
    return stall_sells_on(stall, market, local.date()) and local.time() < closes_at


def _offers(market_id: int, wanted: Sequence[Wanted]) -> dict[int, Offer]:
    rows = Offer.objects.select_related("stall").filter(
        market_id=market_id, pk__in=[w.offer_id for w in wanted]
    )
    offers = {offer.pk: offer for offer in rows}
    for want in wanted:
        offer = offers.get(want.offer_id)
        if offer is None or offer.state != Offer.State.ON_SALE or not offer.stall.is_active:
            raise NotOnSale(name=offer.name if offer else f"#{want.offer_id}")
    return offers


def _next_number(market_id: int, day: date) -> str:
    """The market's running number of the day; the counter's row is held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into orders_daycounter (market_id, day, last_number) values (%s, %s, 1)"
            " on conflict (market_id, day) do update set last_number = orders_daycounter.last_number + 1"
            " returning last_number",
            [market_id, day],
        )
        row = cursor.fetchone()
    return f"{day:%y%m%d}-{row[0]:04d}"


def _save_parts(order: Order, wanted: Sequence[Wanted], offers: dict[int, Offer]) -> None:
    by_stall: dict[int, list[Wanted]] = defaultdict(list)
    for want in wanted:
        by_stall[offers[want.offer_id].stall_id].append(want)
    parts = []
    for stall_id, wants in sorted(by_stall.items()):
        goods = sum(offers[w.offer_id].price_krw * w.quantity for w in wants)
        parts.append(
            StallOrder(
                market_id=order.market_id,
                order=order,
                stall_id=stall_id,
                goods_krw=goods,
                remaining_krw=goods,
            )
        )
    StallOrder.objects.bulk_create(parts)
    OrderLine.objects.bulk_create(
        _line(part, want, offers[want.offer_id])
        for part in parts
        for want in by_stall[part.stall_id]
    )


def _line(part: StallOrder, want: Wanted, offer: Offer) -> OrderLine:
    return OrderLine(
        market_id=part.market_id,
        part=part,
        offer=offer,
        name=offer.name,
        name_en=offer.name_en,
        unit=offer.unit,
        is_weighed=offer.is_weighed,
        unit_price_krw=offer.price_krw,
        quantity=want.quantity,
        remaining=want.quantity,
        tax=offer.tax,
        substitution=want.substitution,
        max_rise_pct=want.max_rise_pct,
    )


def _placed(order: Order, *, repeated: bool = False) -> PlacedOrder:
    return PlacedOrder(
        order_id=order.pk,
        number=order.number,
        payment_order_no=order.payment_order_no,
        access_token=order.access_token,
        total_krw=order.total_krw,
        tax_free_krw=order.tax_free_krw,
        reserved_until=order.reserved_until,
        repeated=repeated,
    )
