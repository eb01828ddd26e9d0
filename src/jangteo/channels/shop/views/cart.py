"""The cart: put in, change, take out, and the way back of each."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.accounts.links import safe_path
from jangteo.apps.catalog.queries import offers_by_ids
from jangteo.apps.orders.actions.change_cart import CartChange, change_cart
from jangteo.channels.shop.basket import (
    Basket,
    amount_text,
    asked_choice,
    keep_choice,
    load_basket,
    read_choice,
    read_rule,
    rule_code,
    rules,
)
from jangteo.channels.shop.page import Shop, buyer_view, pick, shop_view
from jangteo.platform.errors import NotFound
from jangteo.platform.particles import with_josa

#: 300 g: nobody buys 100 g of pork by one tap
ONE_TAP_UNITS_WEIGHED = 3
SEE_OTHER = 303


def see_other(path: str) -> HttpResponse:
    """After a post: look here."""
    response = HttpResponseRedirect(path)
    response.status_code = SEE_OTHER
    return response


@require_safe
@shop_view
def cart(shop: Shop) -> HttpResponse:
    """The whole cart."""
    basket = load_basket(shop, read_choice(shop))
    left = shop.request.GET.get("left", "")
    told = {"removed": _removed(shop), "left": int(left[:3]) if left.isdecimal() else 0}
    return shop.page("shop/cart.html", _context(shop, basket) | told)


def _context(shop: Shop, basket: Basket) -> dict[str, Any]:
    return {
        "basket": basket,
        "cart_sum": (basket.lines, basket.view.goods_krw),
        "rules": rules,
    }


def _removed(shop: Shop) -> str:
    """The undo address after a removal without scripts."""
    offer, _dot, rest = shop.request.GET.get("removed", "").partition(".")
    quantity, _dot, rule = rest.partition(".")
    if not (offer.isdecimal() and quantity.isdecimal()):
        return ""
    return shop.href.cart_put(int(offer), int(quantity), rule if read_rule(rule) else "")


def _answer(shop: Shop, *, toast: dict[str, str] | None = None, plain: str = "") -> HttpResponse:
    """The cart's body for htmx, else the cart page."""
    if not shop.is_htmx:
        return see_other(plain or shop.href.cart)
    basket = load_basket(shop, read_choice(shop))
    headers = {"HX-Trigger": json.dumps({"toast": toast})} if toast else {}
    context = _context(shop, basket) | {"oob": True}
    return shop.page("shop/cart_answer.html", context, headers=headers)


def _units(data: QueryDict) -> int | None:
    """Units of a form's ``quantity`` or ``grams`` (100 g are one unit); None when neither is a number."""
    grams = data.get("grams", "").strip()
    if grams.isdecimal():
        return max(1, (int(grams[:7]) + 50) // 100) if int(grams[:7]) else 0
    quantity = data.get("quantity", "").strip()
    return int(quantity[:7]) if quantity.isdecimal() else None


@require_POST
@buyer_view
def add(shop: Shop) -> HttpResponse:
    """Put more of an offer in. A card without a quantity adds one unit, of weighed goods 300 g."""
    data = shop.request.POST
    offer = data.get("offer", "")
    card = offers_by_ids(shop.market.id, [int(offer[:12])], shop.day) if offer.isdecimal() else {}
    if not card:
        raise NotFound
    found = next(iter(card.values()))
    units = _units(data) or (ONE_TAP_UNITS_WEIGHED if found.is_weighed else 1)
    change = change_cart(actor=shop.actor, market_id=shop.market.id, offer_id=found.id, add=units)
    if not shop.is_htmx:
        return see_other(shop.href.cart)
    amount = amount_text(units, found.unit, is_weighed=found.is_weighed)
    goods = f"{pick(found.name, found.name_en)} {amount}"
    toast = {
        "text": _("%(goods)s 담았어요") % {"goods": with_josa(goods, "을/를")},
        "undo": shop.href.cart_put(found.id, change.before),
    }
    headers = {"HX-Trigger": json.dumps({"toast": toast})}
    return shop.page("shop/added.html", {"oob": True}, headers=headers)


@require_POST
@buyer_view
def line(shop: Shop, offer_id: int) -> HttpResponse:
    """Change one line: its quantity, its rule, or take it out."""
    data = shop.request.POST
    units = 0 if "remove" in data else _units(data)
    parsed = read_rule(data.get("rule", ""))
    before = _line_rule(shop, offer_id)
    change = change_cart(
        actor=shop.actor,
        market_id=shop.market.id,
        offer_id=offer_id,
        quantity=units,
        substitution=parsed[0] if parsed else None,
        max_rise_pct=parsed[1] if parsed else None,
    )
    if change.quantity or not change.before:
        return _answer(shop)
    undo = shop.href.cart_put(offer_id, change.before, before)
    plain = f"{shop.href.cart}?{urlencode({'removed': f'{offer_id}.{change.before}.{before}'})}"
    return _answer(shop, toast={"text": _taken_out(change), "undo": undo}, plain=plain)


def _line_rule(shop: Shop, offer_id: int) -> str:
    """The rule a line has now, so that undoing a removal brings it back."""
    basket = load_basket(shop, read_choice(shop))
    found = (row for row in basket.view.lines if row.offer_id == offer_id)
    row = next(found, None)
    return rule_code(row.substitution, row.max_rise_pct) if row else ""


def _taken_out(change: CartChange) -> str:
    return _("%(goods)s 뺐어요") % {"goods": with_josa(change.name, "을/를")}


@require_POST
@buyer_view
def put(shop: Shop, offer_id: int, quantity: int) -> HttpResponse:
    """Set a line exactly, as it was before: what an undo posts."""
    parsed = read_rule(shop.request.GET.get("rule", ""))
    change_cart(
        actor=shop.actor,
        market_id=shop.market.id,
        offer_id=offer_id,
        quantity=quantity,
        substitution=parsed[0] if parsed else None,
        max_rise_pct=parsed[1] if parsed else None,
    )
    return see_other(_page_before(shop))


def _page_before(shop: Shop) -> str:
    """The page of this market the shopper was on, else the cart."""
    came = urlsplit(shop.request.headers.get("Referer", ""))
    path = safe_path(came.path)
    if came.netloc != shop.request.get_host() or not path.startswith(shop.href.home):
        return shop.href.cart
    return f"{path}?{came.query}" if came.query and path != shop.href.cart else path


@require_POST
@shop_view
def way(shop: Shop) -> HttpResponse:
    """Choose how to receive and where; the fee and the time are known from here on."""
    choice = asked_choice(shop, read_choice(shop))
    if shop.is_htmx:
        basket = load_basket(shop, choice)
        response = shop.page("shop/cart_answer.html", _context(shop, basket) | {"oob": True})
    else:
        response = see_other(shop.href.cart)
    keep_choice(shop, response, choice)
    return response
