"""To the payment company and back. Whatever happens, the shopper is told whether money was taken."""

from __future__ import annotations

from typing import cast

import structlog
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.orders.errors import OrderNotPayable
from jangteo.apps.orders.models import Order
from jangteo.apps.orders.queries import order_by_payment_no, own_order
from jangteo.apps.orders.views import OrderView
from jangteo.apps.payments.actions.confirm_payment import confirm_payment
from jangteo.apps.payments.actions.resolve_payment import follow_webhook, resolve_payment
from jangteo.apps.payments.actions.start_payment import start_payment
from jangteo.apps.payments.errors import (
    BadReturn,
    BadWebhook,
    PaymentDeclined,
    PaymentMisconfigured,
    PaymentUnknown,
)
from jangteo.apps.payments.jobs import follow_later
from jangteo.apps.payments.models import Payment
from jangteo.apps.payments.ports import CheckoutStart
from jangteo.apps.payments.providers import provider, sandbox
from jangteo.apps.payments.shopper_queries import payment_of_order
from jangteo.channels.shop.page import Shop, shop_view
from jangteo.channels.shop.times import told
from jangteo.channels.shop.views.cart import see_other
from jangteo.channels.web.people import client_address
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError, NotFound, TooManyRequests
from jangteo.platform.permissions import Actor
from jangteo.platform.ratelimit import limit
from jangteo.platform.tenancy import every_market

log = structlog.get_logger("jangteo.pay")

#: a checking page asks every few seconds; the payment company is asked less often
RESOLVE_SECONDS = 5
#: a payment notice is a few hundred bytes
NOTICE_MOST_BYTES = 64 * 1024
#: of one address; the busiest market takes a few payments a second
HOOKS_PER_MINUTE = 600
#: only the page of the widget may load and frame the payment company's own pages
TOSS_CSP = {
    "script-src": ["https://js.tosspayments.com"],
    "connect-src": ["https://*.tosspayments.com"],
    "frame-src": ["https://*.tosspayments.com"],
    "img-src": ["https://*.tosspayments.com", "https://static.toss.im"],
    "style-src": ["'unsafe-inline'"],
    "form-action": ["https://*.tosspayments.com"],
}


def _order(shop: Shop, number: str) -> OrderView:
    return own_order(shop.actor, shop.market.id, number, shop.request.GET.get("k", ""))


@require_safe
@shop_view
def pay(shop: Shop, number: str) -> HttpResponse:
    """Send the shopper to pay an order that waits for it; a paid one shows itself."""
    order = _order(shop, number)
    key = shop.request.GET.get("k", "")
    if order.state != Order.State.PLACED:
        return see_other(shop.href.order(number, key))
    site = shop.request.build_absolute_uri
    try:
        if config().payment_provider == "sandbox" and not config().sandbox_pages:
            raise PaymentMisconfigured
        start = start_payment(
            actor=shop.actor,
            market_id=shop.market.id,
            order_id=order.order_id,
            access_token=key,
            success_url=site(shop.href.pay_return),
            fail_url=site(f"{shop.href.pay_fail}?order={number}"),
            now=shop.now,
        )
    except PaymentUnknown:
        return see_other(shop.href.checking(number, key))
    except (OrderNotPayable, PaymentMisconfigured) as problem:
        return _failed(shop, told(problem), order=None, status=problem.status)
    if start.kind == "redirect":
        return HttpResponseRedirect(start.url)
    return _widget(shop, order, start)


def _widget(shop: Shop, order: OrderView, start: CheckoutStart) -> HttpResponse:
    @csp_update(TOSS_CSP)
    def page(_request: HttpRequest) -> HttpResponse:
        return shop.page(
            "shop/pay_widget.html",
            {"order": order, "script_url": start.url, "params": dict(start.params)},
        )

    return cast(HttpResponse, page(shop.request))


@require_safe
@shop_view
def pay_return(shop: Shop) -> HttpResponse:
    """The browser is back from the payment company: take the money, once."""
    company = provider(config().payment_provider)
    try:
        returned = company.parse_return(shop.request.GET.dict())
    except BadReturn as problem:
        return _failed(shop, told(problem), order=None, status=problem.status)
    with every_market():
        market_id, order_id, number, token = order_by_payment_no(returned.order_no)
    if market_id != shop.market.id:
        raise NotFound
    try:
        confirm_payment(
            actor=shop.actor,
            market_id=market_id,
            order_id=order_id,
            returned=returned,
            now=shop.now,
        )
    except PaymentUnknown:
        return see_other(shop.href.checking(number, token))
    except (PaymentDeclined, OrderNotPayable) as problem:
        order = own_order(shop.actor, market_id, number, token)
        return _failed(shop, told(problem), order=order, status=problem.status, key=token)
    finally:
        _deliver_sandbox_notices(company.name, returned.payment_key, shop)
    return see_other(shop.href.order(number, token))


def _deliver_sandbox_notices(company: str, payment_key: str, shop: Shop) -> None:
    """What the real company would post now; a duplicating payment is told twice."""
    if company != "sandbox":
        return
    for body in sandbox().webhooks(payment_key):
        try:
            follow_webhook(sandbox().parse_webhook(body=body, headers={}), company, shop.now)
        except JangteoError as problem:
            log.warning("sandbox notice not followed", code=problem.code)


@require_safe
@shop_view
def pay_fail(shop: Shop) -> HttpResponse:
    """The payment company sent the shopper back with a no. Its words come through the address: none is shown."""
    reasons = {
        "PAY_PROCESS_CANCELED": _("결제를 그만두셨어요."),
        "USER_CANCEL": _("결제를 그만두셨어요."),
        "PAY_PROCESS_ABORTED": _("결제가 끝나기 전에 멈췄어요."),
        "REJECT_CARD_COMPANY": _(
            "카드사가 결제를 거절했어요. 한도나 잔액을 확인하거나 다른 카드로 해 보세요."
        ),
        "REJECT_CARD_PAYMENT": _(
            "카드사가 결제를 거절했어요. 한도나 잔액을 확인하거나 다른 카드로 해 보세요."
        ),
    }
    code = shop.request.GET.get("code", "")
    order: OrderView | None = None
    try:
        order = own_order(shop.actor, shop.market.id, shop.request.GET.get("order", ""))
    except NotFound:
        order = None
    return _failed(shop, reasons.get(code, _("결제를 마치지 못했어요.")), order=order, status=200)


def _failed(
    shop: Shop, say: str, *, order: OrderView | None, status: int, key: str = ""
) -> HttpResponse:
    """Nothing was charged; what to do now. The order may be paid again while it holds its goods."""
    again = ""
    if order is not None and order.paid_at is None:
        is_open = order.state == Order.State.PLACED and order.reserved_until > shop.now
        again = shop.href.pay(order.number, key) if is_open else ""
    return shop.page(
        "shop/pay_failed.html",
        {
            "say": say,
            "again_url": again,
            "until": order.reserved_until if again and order else None,
        },
        status=status,
    )


@require_safe
@shop_view
def checking(shop: Shop, number: str) -> HttpResponse:
    """Nobody knows yet whether the money was taken: say so, and look until it is known."""
    order = _order(shop, number)
    key = shop.request.GET.get("k", "")
    payment = payment_of_order(shop.market.id, order.order_id)
    state = payment.state if payment else ""
    if payment is not None and state == Payment.State.CONFIRMING:
        state = _resolve(shop, payment.payment_id, state)
    target = ""
    if order.paid_at is not None or state == Payment.State.APPROVED:
        target = shop.href.order(number, key)
    elif state == Payment.State.DECLINED:
        target = f"{shop.href.pay_fail}?order={number}&code=PAY_PROCESS_ABORTED"
    elif state != Payment.State.CONFIRMING:
        target = shop.href.order(number, key)
    if shop.is_htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": target} if target else {})
    if target:
        return see_other(target)
    return shop.page(
        "shop/checking.html", {"order": order, "self_url": shop.href.checking(number, key)}
    )


def _resolve(shop: Shop, payment_id: int, state: str) -> str:
    """Ask the payment company now, unless it was asked a moment ago."""
    try:
        limit(f"resolve:{payment_id}", at_most=1, per_seconds=RESOLVE_SECONDS, now=shop.now)
        return resolve_payment(
            actor=Actor.system(), market_id=shop.market.id, payment_id=payment_id, now=shop.now
        )
    except (PaymentUnknown, TooManyRequests):
        return state


@csrf_exempt
@require_POST
def hook(request: HttpRequest, company: str) -> HttpResponse:
    """A payment company's notice. It says only where to look; a job looks, and the answer is quick."""
    is_known = company == config().payment_provider or (
        company == "sandbox" and config().sandbox_pages
    )
    if not is_known:
        raise NotFound
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > NOTICE_MOST_BYTES:
        return HttpResponse(status=413)
    # anybody may post here: a flood must not fill the queue of jobs; the company posts again later
    limit(
        f"hook:{client_address(request)}", at_most=HOOKS_PER_MINUTE, per_seconds=60, now=utc_now()
    )
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        notice = provider(company).parse_webhook(body=request.body, headers=headers)
    except BadWebhook:
        return HttpResponse(status=400)
    follow_later(notice, company)
    return HttpResponse("ok", content_type="text/plain")
