"""What is printed: picking lists, hub labels, receipts."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from jangteo.apps.markets.queries import stalls_of_market
from jangteo.apps.orders.models import Order, StallOrder
from jangteo.apps.orders.queries import office_board
from jangteo.apps.orders.views import OrderView, PartView
from jangteo.apps.payments.office_queries import money_of_order
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.views.orders import order_of
from jangteo.channels.ui.filters import named

_TO_PICK = (StallOrder.State.RINGING, StallOrder.State.ACCEPTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picking:
    """What one stall has to give, order by order."""

    stall_name: str
    stall_place: str
    stall_phone: str
    parts: tuple[tuple[OrderView, PartView], ...]


def picking_lists(orders: list[OrderView], walk: list[int]) -> list[Picking]:
    """Goods still at the stalls, the earliest promise first; ``walk``: stall ids in the order of the walk."""
    by_stall: dict[int, list[tuple[OrderView, PartView]]] = {stall_id: [] for stall_id in walk}
    for order in orders:
        for part in order.parts:
            if order.state == Order.State.PAID and part.state in _TO_PICK:
                by_stall.setdefault(part.stall_id, []).append((order, part))
    return [
        Picking(
            stall_name=named(rows[0][1], "stall_name"),
            stall_place=rows[0][1].stall_place,
            stall_phone=rows[0][1].stall_phone,
            parts=tuple(rows),
        )
        for rows in by_stall.values()
        if rows
    ]


def qr(text: str) -> Markup:
    """A QR code as SVG, drawn by segno; its size comes from the style sheet."""
    code = segno.make_qr(text, error="m")
    return Markup(code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704 - segno's own drawing


@require_safe
@office_only
def picking(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Picking lists of everything that is open, or of one order (``?order=``)."""
    number = request.GET.get("order", "")
    orders = [order_of(desk, number)] if number else office_board(desk.market.id, desk.now)
    walk = [stall.pk for stall in stalls_of_market(desk.market.id)]
    context = {"lists": picking_lists(orders, walk), "number": number, "section": "board"}
    return show(request, desk, "picking.html", context)


@require_safe
@office_only
def label(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """An 80 mm label for the bags of one order."""
    order = order_of(desk, number)
    return show(request, desk, "label.html", {"order": order, "qr": qr(number)})


@require_safe
@office_only
def receipt(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The order's receipt, 80 mm."""
    order = order_of(desk, number)
    money = money_of_order(desk.market.id, order.order_id)
    return show(request, desk, "receipt.html", {"order": order, "money": money})
