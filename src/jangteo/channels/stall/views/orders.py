"""Today's orders, one order, and its slip for the roll printer."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from jangteo.channels.stall.desk import Desk, at_desk
from jangteo.channels.stall.views.now import find_part, today_of
from jangteo.platform.errors import NotFound


@require_safe
@at_desk
def listing(desk: Desk) -> HttpResponse:
    """To pack, at the hub, done."""
    return desk.page("stall/orders.html", {"today": today_of(desk), "tab": "orders"})


@require_safe
@at_desk
def one(desk: Desk, part_id: int) -> HttpResponse:
    """One order, with what may still be done about it."""
    return desk.page("stall/order.html", {"part": find_part(desk, part_id), "tab": "orders"})


@require_safe
@at_desk
def slip(desk: Desk, part_id: int) -> HttpResponse:
    """The picking slip; ``?paper=58`` or ``80`` millimetres."""
    paper = desk.request.GET.get("paper", "80")
    if paper not in ("58", "80"):
        raise NotFound
    return desk.page("stall/slip.html", {"part": find_part(desk, part_id), "paper": paper})
