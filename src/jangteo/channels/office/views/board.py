"""Today's board: lanes, silent stalls, the scan box."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.fulfilment.queries import board_version, find_order, hand_overs
from jangteo.apps.markets.queries import opening_on
from jangteo.apps.orders.queries import office_board
from jangteo.channels.live.tokens import live_url
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.lanes import Lane, board
from jangteo.platform.clock import seoul_day


def _context(desk: Desk) -> dict[str, Any]:
    orders = office_board(desk.market.id, desk.now)
    taken = hand_overs([order.order_id for order in orders])
    return {"board": board(orders, taken, desk.now), "Lane": Lane, "section": "board"}


@require_safe
@office_only
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole board."""
    context = _context(desk) | {
        "live": live_url(request, [f"office:{desk.market.id}"]),
        "today": opening_on(desk.market, seoul_day(desk.now)),
        "not_found": request.GET.get("not-found", "")[:40],
    }
    return show(request, desk, "board.html", context)


@require_safe
@office_only
def part(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Its lanes alone, for the page to take in."""
    return show(request, desk, "board_lanes.html", _context(desk))


@require_safe
@office_only
def poll(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Has anything changed? 304 while it has not: for pages whose stream does not get through."""
    etag = quote_etag(board_version(desk.market.id, desk.now))
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return JsonResponse({"events": [{"name": "order-changed"}]}, headers={"ETag": etag})


@require_POST
@office_only
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open the order that was typed or scanned."""
    text = request.POST.get("q", "")
    number = find_order(desk.market.id, text, seoul_day(desk.now))
    if number:
        return HttpResponseRedirect(reverse("office:order", args=[desk.market.slug, number]))
    home = reverse("office:board", args=[desk.market.slug])
    return HttpResponseRedirect(f"{home}?{urlencode({'not-found': text[:40]})}")
