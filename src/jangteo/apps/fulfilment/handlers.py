"""Tells the shopper by message what happens to an order: paid, asked, short, ready, on its way, cancelled.

Runs in the transaction of the cause: what is undone is not told. These are notices of an order, never advertising.
"""

from __future__ import annotations

from django.utils.translation import get_language

from jangteo.apps.accounts.models import Person
from jangteo.apps.markets.info import MarketInfo, market_by_id
from jangteo.apps.messaging import templates
from jangteo.apps.messaging.actions.send_message import send_message
from jangteo.apps.messaging.templates import Text
from jangteo.apps.orders.events import (
    MoneyOwed,
    OrderClosed,
    OrderLeft,
    OrderPaid,
    OrderReady,
    ShopperAsked,
)
from jangteo.apps.orders.models import Order, OrderLine
from jangteo.apps.orders.substitutes import alternatives
from jangteo.platform.config import config
from jangteo.platform.events import Event, subscribe
from jangteo.platform.permissions import Actor

#: causes of money owed that the shopper does not know of yet
_NEWS = frozenset({"sold-out", "paid-too-late", "no-answer"})


def order_link(market: MarketInfo, order: Order) -> str:
    """The address of the order's page, open to whoever has the link."""
    path = f"/m/{market.slug}/orders/{order.number}?k={order.access_token}"
    return f"{config().effective_public_url()}{path}"


def _order(event: Event, order_id: int, guest: str = "ko") -> tuple[Order, MarketInfo, str]:
    """The order, its market and the shopper's language; ``guest``: of a shopper without an account."""
    order = Order.objects.get(market_id=event.market_id, pk=order_id)
    person = Person.objects.filter(pk=order.person_id).first() if order.person_id else None
    language = person.language if person else guest
    return order, market_by_id(event.market_id), "en" if language.startswith("en") else "ko"


def _name(korean: str, english: str, language: str) -> str:
    return english if english and language == "en" else korean


def _send(order: Order, text: Text) -> None:
    if not order.contact_phone:  # she was deleted since; nobody is there to be told
        return
    send_message(
        actor=Actor.system(), market_id=order.market_id, to_phone=order.contact_phone, text=text
    )


@subscribe(OrderPaid)
def tell_paid(event: OrderPaid) -> None:
    """The order is with the stalls; here is its page. The shopper pays in her own language."""
    order, market, language = _order(event, event.order_id, get_language() or "ko")
    text = templates.order_received(
        market=_name(market.name, market.name_en, language),
        number=order.number,
        total_krw=order.total_krw,
        promised_at=order.promised_at or event.at,
        link=order_link(market, order),
        language=language,
    )
    _send(order, text)


@subscribe(ShopperAsked)
def tell_asked(event: ShopperAsked) -> None:
    """Something ran out and needs her decision; nobody stares at a page for half an hour."""
    order, market, language = _order(event, event.order_id)
    line = OrderLine.objects.select_related("offer").get(pk=event.line_id)
    found = alternatives(line)
    if not found:
        return
    text = templates.substitution_question(
        market=_name(market.name, market.name_en, language),
        item=_name(line.name, line.name_en, language),
        instead=_name(found[0].name, found[0].name_en, language),
        answer_by=line.ask_until or event.at,
        link=order_link(market, order),
        language=language,
    )
    _send(order, text)


@subscribe(MoneyOwed)
def tell_short(event: MoneyOwed) -> None:
    """One thing is not coming after all."""
    if event.reason not in _NEWS or not event.cause.startswith("line:"):
        return
    order, market, language = _order(event, event.order_id)
    line = OrderLine.objects.get(pk=int(event.cause.split(":")[1]))
    text = templates.line_cancelled(
        market=_name(market.name, market.name_en, language),
        number=order.number,
        item=_name(line.name, line.name_en, language),
        refund_krw=event.amount_krw,
        link=order_link(market, order),
        language=language,
    )
    _send(order, text)


@subscribe(OrderReady)
def tell_ready(event: OrderReady) -> None:
    """Come and get it. A delivery hears when it leaves."""
    order, market, language = _order(event, event.order_id)
    if order.way != Order.Way.PICKUP:
        return
    text = templates.order_ready(
        market=_name(market.name, market.name_en, language),
        number=order.number,
        hub=market.hub_name or market.name,
        code=order.pickup_code,
        link=order_link(market, order),
        language=language,
    )
    _send(order, text)


@subscribe(OrderLeft)
def tell_left(event: OrderLeft) -> None:
    """It is with the rider."""
    order, market, language = _order(event, event.order_id)
    text = templates.order_out(
        market=_name(market.name, market.name_en, language),
        number=order.number,
        link=order_link(market, order),
        language=language,
    )
    _send(order, text)


@subscribe(OrderClosed)
def tell_cancelled(event: OrderClosed) -> None:
    """Nothing is coming, and everything that was paid goes back."""
    if event.state != Order.State.CANCELLED:
        return
    order, market, language = _order(event, event.order_id)
    if order.paid_at is None:
        return
    text = templates.order_cancelled(
        market=_name(market.name, market.name_en, language),
        number=order.number,
        refund_krw=order.refunded_krw,
        link=order_link(market, order),
        language=language,
    )
    _send(order, text)
