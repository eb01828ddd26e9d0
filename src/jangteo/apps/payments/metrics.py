"""What experiments can measure of money: read from the books, which are never edited."""

from __future__ import annotations

from collections.abc import Mapping

from jangteo.apps.decisions.metrics import Metric, Window, register
from jangteo.apps.decisions.units import measured
from jangteo.apps.orders.metrics import BOUGHT

_BOOKED = """
with {bought}
select bought.unit, sum({sign} * entry.amount_krw) from bought
  join payments_ledgertransaction booked on booked.order_id = bought.order_id and booked.market_id = %(market)s
  join payments_ledgerentry entry on entry.transaction_id = booked.id and entry.label = any(array[{labels}])
  join payments_ledgeraccount account on account.id = entry.account_id and account.kind = 'stall'
   and (bought.stall_id is null or account.stall_id = bought.stall_id)
 where booked.at < %(until)s
 group by bought.unit
"""


def _sales(window: Window) -> Mapping[str, float]:
    bought = BOUGHT[window.unit]
    return measured(window, _BOOKED.format(bought=bought, sign="-1", labels="'sale', 'refund'"))


def _refunds(window: Window) -> Mapping[str, float]:
    bought = BOUGHT[window.unit]
    return measured(window, _BOOKED.format(bought=bought, sign="1", labels="'refund'"))


SALES = register(
    Metric(
        key="sales",
        name_ko="매출",
        name_en="Sales",
        about_ko="결제된 상품 값에서 돌려준 상품 값을 뺀 금액이에요. 배달비는 넣지 않아요.",
        about_en="Won paid for goods, less what was given back for goods. Delivery fees are left out.",
        measure="won",
        better="up",
        units=frozenset(BOUGHT),
        is_mandatory_guardrail=False,
        values=_sales,
    )
)
REFUNDS = register(
    Metric(
        key="refunds",
        name_ko="환불",
        name_en="Refunds",
        about_ko="결제된 주문에서 돌려준 상품 값이에요.",
        about_en="Won given back for goods of paid orders.",
        measure="won",
        better="down",
        units=frozenset(BOUGHT),
        is_mandatory_guardrail=True,
        values=_refunds,
    )
)
