"""The sandbox company's payment page: for practice, no money moves. Only where sandbox pages are on."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jangteo.apps.payments.adapters.sandbox import Behaviour, refused_url, success_url
from jangteo.apps.payments.errors import PaymentError
from jangteo.apps.payments.ports import ORDER_NO
from jangteo.apps.payments.providers import sandbox
from jangteo.channels.shop.views.cart import see_other
from jangteo.channels.ui.render import render
from jangteo.platform.config import config

#: what the buttons send -> how the confirmation will go
BEHAVIOURS = {
    "approve": Behaviour.APPROVE,
    "decline": Behaviour.DECLINE,
    "late": Behaviour.TIMEOUT_AFTER_CAPTURE,
    "twice": Behaviour.DUPLICATE_WEBHOOK,
    "slow": Behaviour.SLOW,
}
FIELDS = ("orderId", "orderName", "amount", "taxFreeAmount", "successUrl", "failUrl")


@require_http_methods(["GET", "HEAD", "POST"])
def pay_page(request: HttpRequest) -> HttpResponse:
    """Show the order and the buttons; a button goes back to the shop as the real company would."""
    if not config().sandbox_pages:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    values = {name: data.get(name, "") for name in FIELDS}
    if not _is_usable(request, values):
        raise Http404
    if request.method == "POST":
        return see_other(_answer(values, data.get("do", "")))
    return render(
        request,
        "shop/sandbox_pay.html",
        {"fields": values, "order_name": values["orderName"], "amount_krw": int(values["amount"])},
    )


def _is_usable(request: HttpRequest, values: dict[str, str]) -> bool:
    """Numbers are numbers, and both ways back stay on this site."""
    return (
        bool(ORDER_NO.fullmatch(values["orderId"]))
        and _is_amount(values["amount"])
        and int(values["amount"]) > 0
        and _is_amount(values["taxFreeAmount"])
        and int(values["taxFreeAmount"]) <= int(values["amount"])
        and all(_is_own(request, values[name]) for name in ("successUrl", "failUrl"))
    )


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _is_own(request: HttpRequest, url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == request.scheme and parts.netloc == request.get_host()


def _answer(values: dict[str, str], do: str) -> str:
    order_no = values["orderId"]
    if do not in BEHAVIOURS:
        message = _("손님이 결제를 그만뒀어요.")
        return refused_url(values["failUrl"], code="PAY_PROCESS_CANCELED", message=message)
    try:
        key = sandbox().authorize(
            order_no,
            int(values["amount"]),
            int(values["taxFreeAmount"]),
            BEHAVIOURS[do],
            order_name=values["orderName"][:100],
        )
    except PaymentError as problem:
        return refused_url(
            values["failUrl"],
            code=problem.vendor_code,
            message=problem.vendor_message,
            order_no=order_no,
        )
    return success_url(
        values["successUrl"], payment_key=key, order_no=order_no, amount_krw=int(values["amount"])
    )
