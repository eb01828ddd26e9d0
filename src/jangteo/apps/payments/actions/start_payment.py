"""Send the shopper to the payment company."""

from __future__ import annotations

from datetime import datetime

from jangteo.apps.orders.actions.answer_question import may_see
from jangteo.apps.orders.errors import OrderNotPayable
from jangteo.apps.orders.locks import lock_order
from jangteo.apps.orders.models import Order
from jangteo.apps.payments.actions.confirm_payment import refuse_while_confirming
from jangteo.apps.payments.models import Payment
from jangteo.apps.payments.ports import CheckoutRequest, CheckoutStart
from jangteo.apps.payments.providers import provider
from jangteo.platform.config import config
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role, action


@action("payments.start_payment", allow={Role.SHOPPER}, within="market", token_scope="orders:write")
def start_payment(
    *,
    actor: Actor,
    market_id: int,
    order_id: int,
    access_token: str = "",
    success_url: str,
    fail_url: str,
    now: datetime,
) -> CheckoutStart:
    """Where the shopper goes to pay this order.

    Raises `NotAllowed`, `OrderNotPayable`, `PaymentMisconfigured`, `PaymentUnknown` (an earlier attempt is not over).
    """
    locked = lock_order(market_id, order_id)
    order = locked.order
    if not may_see(actor, order, access_token):
        raise NotAllowed
    if order.state != Order.State.PLACED or order.reserved_until <= now:
        raise OrderNotPayable(state=order.state if order.state != Order.State.PLACED else "expired")
    refuse_while_confirming(order)
    company = config().payment_provider
    start = provider(company).checkout(
        CheckoutRequest(
            order_no=order.payment_order_no,
            order_name=_order_name(order, [line.name for line in locked.lines.values()]),
            amount_krw=order.total_krw,
            tax_free_krw=order.tax_free_krw,
            customer_name=order.contact_name,
            customer_phone="".join(c for c in order.contact_phone if c.isdigit()),
            success_url=success_url,
            fail_url=fail_url,
        )
    )
    Payment.objects.get_or_create(
        market_id=market_id,
        order=order,
        provider=company,
        state=Payment.State.STARTED,
        provider_key="",
        defaults={
            "amount_krw": order.total_krw,
            "tax_free_krw": order.tax_free_krw,
            "started_at": now,
        },
    )
    return start


def _order_name(order: Order, names: list[str]) -> str:
    more = f" 외 {len(names) - 1}건" if len(names) > 1 else ""
    return f"{names[0][:80]}{more}"
