"""One order: its page, what the office does with it on the way from the stalls to the shopper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.fulfilment.actions.hub import (
    check_arrival,
    confirm_delivery,
    hand_to_rider,
    hand_to_shopper,
    undo_arrival,
)
from jangteo.apps.fulfilment.queries import hand_overs, order_by_number
from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.queries import order_view
from jangteo.apps.orders.story import tell_story
from jangteo.apps.orders.views import OrderView, PartView
from jangteo.apps.payments.office_queries import money_of_order
from jangteo.channels.live.tokens import live_url
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.answers import done
from jangteo.channels.office.forms import numbered
from jangteo.channels.office.lanes import card_of, waited
from jangteo.channels.ui.filters import named
from jangteo.platform.errors import NotFound


def order_of(desk: Desk, number: str) -> OrderView:
    """The order with this number, with its events. Raises `NotFound`."""
    return order_view(desk.market.id, order_by_number(desk.market.id, number))


def _part_of(order: OrderView, part_id: int) -> PartView:
    part = next((one for one in order.parts if one.part_id == part_id), None)
    if part is None:
        raise NotFound
    return part


def _context(desk: Desk, number: str) -> dict[str, Any]:
    order = order_of(desk, number)
    taken = hand_overs([order.order_id])
    return {
        "order": order,
        "card": card_of(order, taken.get(order.order_id), desk.now),
        "hand_over": taken.get(order.order_id),
        "waits": {part.part_id: waited(part, desk.now) for part in order.parts},
        "story": tell_story(order),
        "money": money_of_order(desk.market.id, order.order_id),
        "phone": _phone(order.contact_phone),
        "section": "board",
    }


def _phone(phone: str) -> str:
    return shown_phone(phone) if phone.startswith("+") else phone


@require_safe
@office_only
def page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Parts, lines, story, money, paper."""
    context = _context(desk, number)
    order: OrderView = context["order"]
    context["live"] = live_url(request, [f"order:{order.order_id}"])
    return show(request, desk, "order.html", context)


@require_safe
@office_only
def part(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Its changing part alone."""
    return show(request, desk, "order_body.html", _context(desk, number))


def _back(desk: Desk, number: str) -> str:
    return reverse("office:order", args=[desk.market.slug, number])


def _ids(desk: Desk, number: str) -> dict[str, Any]:
    return desk.ids | {"order_id": order_by_number(desk.market.id, number)}


@require_POST
@office_only
def answer(request: HttpRequest, desk: Desk, number: str, part_id: int) -> HttpResponse:
    """Answer for a stall that does not: all of it, some of it, or nothing."""
    order = order_of(desk, number)
    part = _part_of(order, part_id)
    available = numbered(request.POST, "line-")
    if request.POST.get("answer") == "out":
        available = {line.line_id: 0 for line in part.lines if line.remaining}
    elif request.POST.get("answer") == "all":
        available = {}
    ordered = {line.line_id: line.remaining for line in part.lines}
    answer_part(
        **desk.ids,
        stall_id=part.stall_id,
        order_id=order.order_id,
        part_id=part_id,
        available={key: units for key, units in available.items() if units != ordered.get(key)},
    )
    text = _("%(stall)s 대신 답했어요. 누가 답했는지 적어 두었어요.") % {
        "stall": named(part, "stall_name")
    }
    return done(request, text, back=_back(desk, number))


@require_POST
@office_only
def arrive(request: HttpRequest, desk: Desk, number: str, part_id: int) -> HttpResponse:
    """A stall's goods are at the hub."""
    part = _part_of(order_of(desk, number), part_id)
    check_arrival(**_ids(desk, number), part_id=part_id)
    return done(
        request,
        _("%(number)s: %(stall)s 도착") % {"number": number, "stall": named(part, "stall_name")},
        back=_back(desk, number),
        undo=reverse("office:undo-arrive", args=[desk.market.slug, number, part_id]),
    )


@require_POST
@office_only
def undo_arrive(request: HttpRequest, desk: Desk, number: str, part_id: int) -> HttpResponse:
    """They were not there after all."""
    part = _part_of(order_of(desk, number), part_id)
    undo_arrival(**_ids(desk, number), part_id=part_id)
    text = _("%(number)s: %(stall)s 도착을 되돌렸어요") % {
        "number": number,
        "stall": named(part, "stall_name"),
    }
    return done(request, text, back=_back(desk, number))


@require_POST
@office_only
def to_rider(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A rider leaves with it."""
    hand_to_rider(**_ids(desk, number), rider_name=request.POST.get("rider_name", ""))
    return done(request, _("배달을 보냈어요."), back=_back(desk, number))


@require_POST
@office_only
def delivered(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """It reached the shopper."""
    confirm_delivery(**_ids(desk, number))
    return done(request, _("배달이 끝났어요."), back=_back(desk, number))


@require_POST
@office_only
def to_shopper(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The shopper said the code and took it."""
    hand_to_shopper(**_ids(desk, number), pickup_code=request.POST.get("pickup_code", ""))
    return done(request, _("손님께 드렸어요."), back=_back(desk, number))
