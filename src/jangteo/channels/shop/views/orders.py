"""A shopper's orders: what became of them, questions to answer, cancelling, the receipt, the same again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.orders.actions.answer_question import answer_question
from jangteo.apps.orders.actions.cancel_order import cancel_own_order
from jangteo.apps.orders.actions.change_cart import change_cart
from jangteo.apps.orders.errors import CannotCancelNow, TooLateToChange
from jangteo.apps.orders.queries import orders_of_actor, own_order
from jangteo.apps.orders.views import OrderView
from jangteo.apps.payments.shopper_queries import payment_of_order, refunds_of_order
from jangteo.apps.stock.errors import NotEnoughStock
from jangteo.channels.live.tokens import live_url
from jangteo.channels.shop.order_page import headline, money_lines, order_shown, tax_parts
from jangteo.channels.shop.page import Shop, buyer_view, pick, shop_view
from jangteo.channels.shop.times import told
from jangteo.channels.shop.views.cart import see_other
from jangteo.channels.web.people import request_person
from jangteo.platform.errors import JangteoError, NotFound


def _own(shop: Shop, number: str) -> tuple[OrderView, str]:
    """The order and the key it was opened with. Raises `NotFound` for anybody else's."""
    key = shop.request.GET.get("k", "")
    return own_order(shop.actor, shop.market.id, number, key), key


@require_safe
@shop_view
def orders(shop: Shop) -> HttpResponse:
    """The visitor's own orders in this market, newest first."""
    has_key = bool(shop.actor.person_id or shop.actor.guest_key)
    found = orders_of_actor(shop.actor, shop.market.id) if has_key else []
    rows = [
        {
            "order": view,
            "href": shop.href.order(view.number),
            "headline": headline(view, asks=any(part.is_asking for part in view.parts)),
            "names": _names(view),
        }
        for view in found
    ]
    return shop.page("shop/orders.html", {"rows": rows, "person": request_person(shop.request)})


def _names(view: OrderView) -> str:
    lines = [line for part in view.parts for line in part.lines if line.replaces_line_id is None]
    first = pick(lines[0].name, lines[0].name_en) if lines else ""
    more = len(lines) - 1
    if more < 1:
        return first
    return ngettext("%(first)s 외 %(n)s가지", "%(first)s 외 %(n)s가지", more) % {
        "first": first,
        "n": more,
    }


def _context(shop: Shop, view: OrderView, key: str) -> dict[str, Any]:
    payment = payment_of_order(shop.market.id, view.order_id)
    refunds = refunds_of_order(shop.market.id, view.order_id)
    number = view.number
    return {
        "order": order_shown(shop, view, payment, refunds),
        "key": key,
        "body_url": shop.href.order(number, key, "body"),
        "answer_url": shop.href.order(number, key, "answer"),
        "cancel_url": shop.href.order(number, key, "cancel"),
        "again_url": shop.href.order(number, key, "again"),
        "receipt_url": shop.href.order(number, key, "receipt"),
        "pay_url": shop.href.pay(number, key),
        "say": "",
    }


@require_safe
@shop_view
def order(shop: Shop, number: str) -> HttpResponse:
    """One order over all its stalls; it follows what happens without being loaded again."""
    view, key = _own(shop, number)
    live = {
        "live_url": live_url(shop.request, [f"order:{view.order_id}"]),
        "poll_url": shop.href.order(number, key, "state"),
    }
    response = shop.page("shop/order.html", _context(shop, view, key) | live)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@shop_view
def body(shop: Shop, number: str) -> HttpResponse:
    """The part of the order page that changes."""
    view, key = _own(shop, number)
    return shop.page("shop/order_body.html", _context(shop, view, key))


@require_safe
@shop_view
def state(shop: Shop, number: str) -> HttpResponse:
    """For pages without a stream: 304 until something happened to the order."""
    view, _key = _own(shop, number)
    newest = view.events[-1].event_id if view.events else 0
    told_all = f"{view.order_id}:{newest}:{view.state}:{view.refunded_krw}"
    etag = f'"{hashlib.sha256(told_all.encode()).hexdigest()[:20]}"'
    if shop.request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    return JsonResponse({"state": view.state}, headers={"ETag": etag})


def _after(shop: Shop, number: str, key: str, problem: JangteoError | None) -> HttpResponse:
    """The changed order for htmx, else its page; a problem is said on it."""
    if problem is None and not shop.is_htmx:
        return see_other(shop.href.order(number, key))
    view, key = _own(shop, number)
    context = _context(shop, view, key) | {"say": told(problem) if problem else ""}
    if shop.is_htmx:
        return shop.page("shop/order_body.html", context)
    live = {
        "live_url": live_url(shop.request, [f"order:{view.order_id}"]),
        "poll_url": shop.href.order(number, key, "state"),
    }
    return shop.page("shop/order.html", context | live, status=problem.status if problem else 200)


@require_POST
@shop_view
def answer(shop: Shop, number: str) -> HttpResponse:
    """Take something else for what ran out, or the money back."""
    view, key = _own(shop, number)
    data = shop.request.POST
    line, offer = data.get("line", ""), data.get("offer", "")
    if not line.isdecimal():
        raise NotFound
    problem: JangteoError | None = None
    try:
        answer_question(
            actor=shop.actor,
            market_id=shop.market.id,
            order_id=view.order_id,
            line_id=int(line[:12]),
            offer_id=int(offer[:12]) if offer.isdecimal() else None,
            access_token=key,
            now=shop.now,
        )
    except (TooLateToChange, NotEnoughStock, NotFound) as refused:
        problem = refused
    return _after(shop, number, key, problem)


@require_POST
@shop_view
def cancel(shop: Shop, number: str) -> HttpResponse:
    """Cancel the whole order while no stall has begun."""
    view, key = _own(shop, number)
    problem: JangteoError | None = None
    try:
        cancel_own_order(
            actor=shop.actor,
            market_id=shop.market.id,
            order_id=view.order_id,
            access_token=key,
            now=shop.now,
        )
    except CannotCancelNow as refused:
        problem = refused
    return _after(shop, number, key, problem)


@require_safe
@shop_view
def receipt(shop: Shop, number: str) -> HttpResponse:
    """The till receipt: every line, the tax parts, what went back. For screen and paper."""
    view, key = _own(shop, number)
    if view.paid_at is None:
        raise NotFound
    return shop.page(
        "shop/receipt.html",
        {
            "order": view,
            "money": money_lines(view, refunds_of_order(shop.market.id, view.order_id)),
            "tax": tax_parts(view),
            "payment": payment_of_order(shop.market.id, view.order_id),
            "back_url": shop.href.order(number, key),
            "paper": shop.request.GET.get("paper", ""),
        },
    )


@require_POST
@buyer_view
def again(shop: Shop, number: str) -> HttpResponse:
    """Put the same goods into the cart; what is not on sale stays out and the cart says so."""
    view, _key = _own(shop, number)
    left_out = 0
    for part in view.parts:
        for line in part.lines:
            if line.replaces_line_id is not None:
                continue
            try:
                change_cart(
                    actor=shop.actor,
                    market_id=shop.market.id,
                    offer_id=line.offer_id,
                    add=line.quantity,
                )
            except JangteoError:
                left_out += 1
    target = f"{shop.href.cart}?left={left_out}" if left_out else shop.href.cart
    return see_other(target)
