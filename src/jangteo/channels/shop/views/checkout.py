"""One page between the cart and the payment: who, where, what it costs in all, and one clear button."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jangteo.apps.accounts.phones import normalise_phone, shown_phone
from jangteo.apps.accounts.queries import person_by_id
from jangteo.apps.markets.errors import ClosedForNow, NoPickup, OutOfZone
from jangteo.apps.orders.actions.cancel_order import cancel_own_order
from jangteo.apps.orders.actions.place_order import PlacedOrder, place_order
from jangteo.apps.orders.errors import TotalChanged
from jangteo.apps.orders.models import Order
from jangteo.apps.orders.queries import last_order, unpaid_orders
from jangteo.apps.payments.shopper_queries import is_confirming
from jangteo.apps.stock.errors import NotEnoughStock
from jangteo.channels.shop.basket import (
    Basket,
    Choice,
    asked_choice,
    keep_choice,
    load_basket,
    read_choice,
)
from jangteo.channels.shop.page import Shop, buyer_view
from jangteo.channels.shop.times import told
from jangteo.channels.shop.views.cart import see_other
from jangteo.channels.web.people import client_address
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.ratelimit import limit
from jangteo.platform.text import clean_block, clean_line

#: an honest household orders a few times a day; a broken script must not empty the shelves
ORDERS_PER_WINDOW = 20
WINDOW_SECONDS = 600
NOTE_AT_MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What the shopper wrote; kept through every error."""

    contact_name: str = ""
    contact_phone: str = ""
    address: str = ""
    note: str = ""
    #: made by the server for this form: pressing twice orders once
    key: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_view
def checkout(shop: Shop) -> HttpResponse:
    """The form; posting it places the order and goes on to the payment."""
    if shop.request.method == "POST":
        return _order(shop)
    basket = load_basket(shop, asked_choice(shop, read_choice(shop)))
    if not basket.groups:
        return see_other(shop.href.cart)
    return _show(shop, basket, _first_form(shop))


@require_safe
@buyer_view
def checkout_sum(shop: Shop) -> HttpResponse:
    """The total, the promise and the button for another way or neighbourhood."""
    choice = asked_choice(shop, read_choice(shop))
    basket = load_basket(shop, choice)
    response = shop.page(
        "shop/checkout_sum.html",
        {"basket": basket, "total": basket.sum, "cart_sum": (basket.lines, basket.view.goods_krw)},
    )
    keep_choice(shop, response, choice)
    return response


def _show(shop: Shop, basket: Basket, form: Form, *, status: int = 200) -> HttpResponse:
    return shop.page(
        "shop/checkout.html",
        {
            "basket": basket,
            "total": basket.sum,
            "form": form,
            "errors": form.errors,
            "cart_sum": (basket.lines, basket.view.goods_krw),
        },
        status=status,
    )


def _first_form(shop: Shop) -> Form:
    """Filled in from the last own order, else from the account."""
    key = secrets.token_urlsafe(18)
    before = last_order(shop.actor, shop.market.id)
    if before is not None:
        return Form(
            contact_name=before.contact_name,
            contact_phone=shown_phone(before.contact_phone),
            address=before.address,
            key=key,
        )
    person = person_by_id(shop.actor.person_id) if shop.actor.person_id else None
    if person is not None:
        return Form(contact_name=person.name, contact_phone=shown_phone(person.phone), key=key)
    return Form(key=key)


def _order(shop: Shop) -> HttpResponse:
    data = shop.request.POST
    choice = asked_choice(shop, read_choice(shop))
    form = Form(
        contact_name=data.get("contact_name", ""),
        contact_phone=data.get("contact_phone", ""),
        address=data.get("address", ""),
        note=data.get("note", ""),
        key=data.get("key", "")[:40] or secrets.token_urlsafe(18),
    )
    basket = load_basket(shop, choice)
    if not basket.groups:
        return see_other(shop.href.orders)
    errors = _check(shop, form, choice)
    status = 422
    if not errors:
        try:
            placed = _place(shop, basket, form)
            response = see_other(shop.href.pay(placed.number))
            keep_choice(shop, response, choice)
            return response
        except JangteoError as problem:
            errors = {_field_of(problem): told(problem)}
            status = problem.status
            # something changed under the shopper's hands: show it as it is now
            basket = load_basket(shop, choice)
    return _show(shop, basket, replace(form, errors=errors), status=status)


def _check(shop: Shop, form: Form, choice: Choice) -> dict[str, str]:
    """All that is missing at once, each by its field."""
    errors = {}
    if not form.contact_name.strip():
        errors["contact_name"] = _("받는 분 이름을 적어 주세요.")
    try:
        normalise_phone(form.contact_phone, field="contact_phone")
    except InvalidInput as problem:
        errors["contact_phone"] = told(problem)
    if choice.way == Order.Way.DELIVERY:
        if not choice.area:
            errors["area"] = _("동네를 골라 주세요.")
        if len(form.address.strip()) < 2:
            errors["address"] = _("받으실 주소를 동·호수까지 적어 주세요.")
    return errors


def _field_of(problem: JangteoError) -> str:
    """Which field of the form an error belongs to; "form" for the whole."""
    if isinstance(problem, InvalidInput):
        known = ("contact_name", "contact_phone", "address", "note")
        return problem.field if problem.field in known else "form"
    if isinstance(problem, OutOfZone):
        return "area"
    if isinstance(problem, (ClosedForNow, NoPickup)):
        return "way"
    return "total" if isinstance(problem, TotalChanged) else "form"


def _place(shop: Shop, basket: Basket, form: Form) -> PlacedOrder:
    _limit(shop)
    try:
        placed = _place_once(shop, basket, form)
    except NotEnoughStock:
        # the shopper's own unpaid order may hold the goods: give those back and try once more
        if not _release_unpaid(shop, keep=None):
            raise
        placed = _place_once(shop, basket, form)
    if not placed.repeated:
        _release_unpaid(shop, keep=placed.order_id)
    return placed


def _limit(shop: Shop) -> None:
    who = f"p{shop.actor.person_id}" if shop.actor.person_id else f"g{shop.actor.guest_key}"
    for key, times in ((who, 1), (client_address(shop.request), 5)):
        limit(
            f"order:{shop.market.id}:{key}",
            at_most=ORDERS_PER_WINDOW * times,
            per_seconds=WINDOW_SECONDS,
            now=shop.now,
        )


def _place_once(shop: Shop, basket: Basket, form: Form) -> PlacedOrder:
    data = shop.request.POST
    seen = data.get("seen_total_krw", "")
    choice = basket.choice
    return place_order(
        actor=shop.actor,
        market_id=shop.market.id,
        wanted=basket.wanted(),
        way=choice.way,
        contact_name=clean_line(form.contact_name, field="contact_name", at_most=40),
        contact_phone=normalise_phone(form.contact_phone, field="contact_phone"),
        area=choice.area,
        address=clean_line(form.address, field="address", at_most=200),
        request_note=clean_block(form.note, field="note", at_most=NOTE_AT_MOST),
        seen_total_krw=int(seen[:10]) if seen.isdecimal() else 0,
        idempotency_key=_key(form, basket),
        now=shop.now,
    )


def _key(form: Form, basket: Basket) -> str:
    """The form's key and what it says: the same form sent twice is one order, a changed cart or address another."""
    goods = [(w.offer_id, w.quantity, w.substitution, w.max_rise_pct) for w in basket.wanted()]
    written = [form.contact_name, form.contact_phone, form.address, form.note]
    told_all = json.dumps([goods, basket.choice.way, basket.choice.area, written])
    return f"{form.key[:30]}.{hashlib.sha256(told_all.encode()).hexdigest()[:12]}"


def _release_unpaid(shop: Shop, *, keep: int | None) -> int:
    """Give back what the shopper's earlier unpaid orders hold, unless money is being taken for one right now."""
    released = 0
    for order_id in unpaid_orders(shop.actor, shop.market.id):
        if order_id == keep or is_confirming(shop.market.id, order_id):
            continue
        cancel_own_order(
            actor=shop.actor, market_id=shop.market.id, order_id=order_id, now=shop.now
        )
        released += 1
    return released
