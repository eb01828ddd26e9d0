"""What experiments can measure of orders."""

from __future__ import annotations

from collections.abc import Mapping

from jangteo.apps.decisions.metrics import Metric, Window, register
from jangteo.apps.decisions.units import ASKED, WHOSE, measured

_OF_SHOPPERS = """{whose}, bought as materialized (
  select whose.unit, o.id as order_id, null::bigint as stall_id from whose
    join orders_order o on o.market_id = %(market)s and o.person_id = whose.person_id
   where o.paid_at >= whose.since and o.paid_at < %(until)s
  union all
  select whose.unit, o.id, null::bigint from orders_order o
    join whose on whose.person_id is null
     and whose.guest_digest = encode(sha256(convert_to(o.guest_key, 'UTF8')), 'hex')
   where o.market_id = %(market)s and o.person_id is null and o.guest_key <> ''
     and o.paid_at >= %(since)s and o.paid_at >= whose.since and o.paid_at < %(until)s
)"""
_OF_STALLS = """{asked}, bought as materialized (
  select asked.unit, o.id as order_id, part.stall_id from asked
    join orders_stallorder part on part.market_id = %(market)s and 'stall:' || part.stall_id = asked.unit
    join orders_order o on o.id = part.order_id and o.market_id = part.market_id
   where o.paid_at >= asked.since and o.paid_at < %(until)s
)"""
_OF_DAYS = """{asked}, bought as materialized (
  select asked.unit, o.id as order_id, null::bigint as stall_id from asked
    join orders_order o on o.market_id = %(market)s
     and ((o.paid_at at time zone 'Asia/Seoul')::date)::text = asked.unit
   where o.paid_at >= %(since)s and o.paid_at < %(until)s
)"""
#: bought(unit, order_id, stall_id): the orders a unit paid for in its time; the stall only where stalls are the units
BOUGHT = {
    "shopper": _OF_SHOPPERS.format(whose=WHOSE),
    "stall": _OF_STALLS.format(asked=ASKED),
    "day": _OF_DAYS.format(asked=ASKED),
}
_COUNT = "with {bought} select unit, count(*) from bought group by unit"


def _orders(window: Window) -> Mapping[str, float]:
    return measured(window, _COUNT.format(bought=BOUGHT[window.unit]))


ORDERS = register(
    Metric(
        key="orders",
        name_ko="주문 수",
        name_en="Orders",
        about_ko="결제된 주문의 수예요. 나중에 취소된 주문도 들어가요.",
        about_en="How many orders were paid for, later cancelled ones among them.",
        measure="times",
        better="up",
        units=frozenset(BOUGHT),
        is_mandatory_guardrail=False,
        values=_orders,
    )
)
