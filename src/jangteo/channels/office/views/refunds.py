"""Money back: a whole order or some lines, shown to the won before anything happens; stuck refunds again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.orders.actions.cancel_order import cancel_order, refund_lines
from jangteo.apps.orders.views import OrderView
from jangteo.apps.payments.actions.retry_refund import retry_refund
from jangteo.apps.payments.office_queries import order_of_refund
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.answers import done
from jangteo.channels.office.forms import numbered, told
from jangteo.channels.office.giveback import for_cancel, for_lines
from jangteo.channels.office.views.orders import order_of
from jangteo.platform.errors import InvalidInput

#: up to this many units a list of choices, above it a number to type
LISTED_UNITS = 20


def _to_order(desk: Desk, order: OrderView) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("office:order", args=[desk.market.slug, order.number]))


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def cancel(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Cancel the whole order. The page says what goes back; a reason is required."""
    order = order_of(desk, number)
    reason = request.POST.get("reason", "")
    context: dict[str, Any] = {"order": order, "back": for_cancel(order), "reason": reason}
    context |= {"errors": {}, "section": "board"}
    if request.method == "POST":
        try:
            cancel_order(**desk.ids, order_id=order.order_id, reason=reason)
        except InvalidInput as problem:
            context["errors"] = told(problem)
            return show(request, desk, "cancel.html", context, status=problem.status)
        return _to_order(desk, order)
    return show(request, desk, "cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def lines(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Give back some units of some lines: choose what stays, see what goes back, say why."""
    order = order_of(desk, number)
    reason = request.POST.get("reason", "")
    left = numbered(request.POST if request.method == "POST" else request.GET, "left-")
    context: dict[str, Any] = {
        "order": order,
        "left": left,
        "back": for_lines(order, left),
        "reason": reason,
        "sold": [(part, line) for part in order.parts for line in part.lines if line.remaining],
        "listed_units": LISTED_UNITS,
        "errors": {},
        "section": "board",
    }
    if request.method == "POST":
        try:
            refund_lines(**desk.ids, order_id=order.order_id, left=left, reason=reason)
        except InvalidInput as problem:
            context["errors"] = told(problem)
            return show(request, desk, "refund.html", context, status=problem.status)
        return _to_order(desk, order)
    return show(request, desk, "refund.html", context)


@require_POST
@office_only
def retry(request: HttpRequest, desk: Desk, refund_id: int) -> HttpResponse:
    """Try a stuck refund again."""
    number = order_of_refund(desk.market.id, refund_id)
    retry_refund(**desk.ids, refund_id=refund_id)
    return done(
        request,
        _("환불을 다시 시도하고 있어요. 끝나면 여기에 보여요."),
        back=reverse("office:order", args=[desk.market.slug, number]),
    )
