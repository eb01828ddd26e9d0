"""An order was paid: count what sold, and tell the decisions that had shown it what came of them.

Runs in the transaction of the payment, which it never undoes: what fails here is counted later by a job. The same order
counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q

from jangteo.apps.accounts.digests import guest_digest
from jangteo.apps.decisions.log import OUTCOME, write_event
from jangteo.apps.decisions.models import Decision, Subject
from jangteo.apps.discovery.capabilities.shelf_order import SHELF_ORDER
from jangteo.apps.discovery.models import CountedOrder
from jangteo.apps.orders.events import OrderPaid
from jangteo.apps.orders.models import Order, OrderLine
from jangteo.engines.recommendation.popularity import HALF_LIFE_DAYS
from jangteo.platform.clock import seoul_day
from jangteo.platform.events import subscribe

#: what was shown within this time before the payment led to it
OUTCOME_HOURS = 24
#: of one shopper's shelves, the latest so many are told
MOST_DECISIONS = 50
_DAY_SECONDS = 86_400

log = structlog.get_logger("jangteo.discovery")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sold:
    """What one order holds of one offer."""

    offer_id: int
    units: int
    krw: int


@subscribe(OrderPaid)
def count_sale(event: OrderPaid) -> None:
    """Popularity, the day's sales and the outcome of shelves."""
    try:
        with transaction.atomic():
            count_order(event.market_id, event.order_id, paid_at=event.at, now=event.at)
    except Exception:
        log.exception("sale not counted", order=event.order_id)


def count_order(market_id: int, order_id: int, *, paid_at: datetime, now: datetime) -> bool:
    """Count a paid order; False when it was counted before. Needs the market's scope and a transaction.

    ``now``: when the outcome of shelves is written, so that a late count changes no day that is sealed.
    """
    if CountedOrder.objects.filter(order_id=order_id).exists():
        return False
    CountedOrder(market_id=market_id, order_id=order_id).save(force_insert=True)
    sold = _sold(market_id, order_id)
    if sold:
        _add_popularity(market_id, sold, paid_at)
        _add_day(market_id, sold, paid_at)
        _tell_shelves(market_id, order_id, sold, paid_at=paid_at, now=now)
    return True


def _sold(market_id: int, order_id: int) -> list[Sold]:
    """Per offer, in the order of ids: rows are always locked in it."""
    lines = OrderLine.objects.filter(market_id=market_id, part__order_id=order_id, replaces=None)
    found: dict[int, Sold] = {}
    for offer_id, units, price in lines.values_list("offer_id", "quantity", "unit_price_krw"):
        before = found.get(offer_id, Sold(offer_id=offer_id, units=0, krw=0))
        found[offer_id] = Sold(
            offer_id=offer_id, units=before.units + units, krw=before.krw + units * price
        )
    return [found[offer_id] for offer_id in sorted(found)]


#: `engines.recommendation.popularity.add_units` in SQL: the row is locked and added to in one statement
_POPULARITY = """
insert into discovery_offerpopularity as kept (market_id, offer_id, rank)
select %(market)s, sold.offer_id, ln(sold.units::float8) / ln(2::float8) + %(halves)s
  from unnest(%(offers)s::bigint[], %(units)s::int[]) as sold (offer_id, units) order by sold.offer_id
on conflict (offer_id) do update
   set rank = greatest(kept.rank, excluded.rank)
            + ln(1 + power(2::float8, greatest(-abs(kept.rank - excluded.rank), -60))) / ln(2::float8)
"""

_SALES_DAY = """
insert into discovery_offersalesday as kept (market_id, offer_id, day, units, orders)
select %(market)s, sold.offer_id, %(day)s, sold.units, 1
  from unnest(%(offers)s::bigint[], %(units)s::int[]) as sold (offer_id, units) order by sold.offer_id
on conflict (offer_id, day) do update set units = kept.units + excluded.units, orders = kept.orders + 1
"""


def _add_popularity(market_id: int, sold: Iterable[Sold], at: datetime) -> None:
    halves = at.timestamp() / _DAY_SECONDS / HALF_LIFE_DAYS
    _run(_POPULARITY, market_id, sold, halves=halves)


def _add_day(market_id: int, sold: Iterable[Sold], at: datetime) -> None:
    _run(_SALES_DAY, market_id, sold, day=seoul_day(at))


def _run(statement: str, market_id: int, sold: Iterable[Sold], **more: date | float) -> None:
    rows = list(sold)
    values: dict[str, Any] = {
        "market": market_id,
        "offers": [row.offer_id for row in rows],
        "units": [row.units for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values | more)


def _tell_shelves(
    market_id: int, order_id: int, sold: list[Sold], *, paid_at: datetime, now: datetime
) -> None:
    """An outcome for each shelf of the same shopper that had shown what was bought. Names no order and no person."""
    order = Order.objects.only("person_id", "guest_key").get(pk=order_id)
    if order.person_id is not None:
        whose = Q(person_id=order.person_id)
    elif order.guest_key:
        whose = Q(person=None, guest_digest=guest_digest(order.guest_key))
    else:
        return
    key = Subject.objects.filter(whose, market_id=market_id).values_list("key").first()
    if key is None:
        return
    shelves = Decision.objects.filter(
        market_id=market_id,
        subject=key[0],
        capability=SHELF_ORDER.key,
        at__gt=paid_at - timedelta(hours=OUTCOME_HOURS),
        at__lte=paid_at,
    ).order_by("-at")
    for id_, proposal in shelves.values_list("id", "proposal")[:MOST_DECISIONS]:
        shown = set(proposal.get("ids", ()))
        bought = [row for row in sold if row.offer_id in shown]
        if bought:
            write_event(
                market_id=market_id,
                decision_id=id_,
                kind=OUTCOME,
                data={
                    "bought": [row.offer_id for row in bought],
                    "krw": sum(row.krw for row in bought),
                },
                by_id=None,
                now=now,
            )
