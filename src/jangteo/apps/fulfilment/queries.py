"""What the market office reads of a day: orders by what people say, stalls at work, figures of a period.

All need the market's scope and filter by market as well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Max, Q, QuerySet, Sum

from jangteo.apps.fulfilment.models import HandOver
from jangteo.apps.markets.models import Stall
from jangteo.apps.orders.models import Order, OrderEvent, StallOrder
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import NotFound

#: how far back "sold lately" and "usual time to answer" look
LATELY_DAYS = 30
_SHORT = ("line_sold_out", "line_short", "line_substituted", "line_asking")
_SOLD = (StallOrder.State.RINGING, StallOrder.State.ACCEPTED, StallOrder.State.ARRIVED)


class _Median(Aggregate):
    """PostgreSQL's percentile_cont(0.5): half of the values lie below."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"


def order_by_number(market_id: int, number: str) -> int:
    """The id of an order by its whole number (261122-0042). Raises `NotFound`."""
    found = Order.objects.filter(market_id=market_id, number=number).values_list("pk", flat=True)
    order_id = found.first()
    if order_id is None:
        raise NotFound
    return order_id


def find_order(market_id: int, text: str, day: date) -> str:
    """The number of the order that was typed or scanned: whole, or the running number of ``day`` or the last one.

    Empty when there is none. Ends as they are said count too: 42 finds 261122-0042.
    """
    wanted = re.sub(r"[^0-9-]", "", text).strip("-")
    paid = Order.objects.filter(market_id=market_id, paid_at__isnull=False)
    numbers = paid.order_by("-day", "-id").values_list("number", flat=True)
    if not wanted:
        return ""
    if "-" in wanted or len(wanted) > 6:
        plain = wanted.replace("-", "")
        exact = f"{plain[:6]}-{plain[6:].zfill(4)}"
        return numbers.filter(number=exact).first() or ""
    end = f"-{wanted.zfill(4)}"
    return (
        numbers.filter(number__endswith=end, day=day).first()
        or numbers.filter(number__endswith=end).first()
        or ""
    )


def hand_overs(order_ids: list[int]) -> dict[int, HandOver]:
    """Who took which order out of the hub, by order id."""
    return {row.order_id: row for row in HandOver.objects.filter(order_id__in=order_ids)}


def board_version(market_id: int, now: datetime) -> str:
    """Changes when anything on the board does: the ledger's last event, stalls closed today, the minute."""
    last = OrderEvent.objects.filter(market_id=market_id).aggregate(last=Max("id"))["last"]
    closed = Stall.objects.filter(market_id=market_id, closed_on=seoul_day(now)).count()
    return f"{last or 0}-{closed}-{int(now.timestamp()) // 60}"


@dataclass(frozen=True, kw_only=True, slots=True)
class StallAtWork:
    """One stall as the office sees it today."""

    stall: Stall
    orders_today: int
    sold_today_krw: int
    #: parts that ring right now
    waiting: int
    #: parts sold in the last `LATELY_DAYS` days
    orders_lately: int
    #: half of the answers of these days came within this time; None without an answer
    answer_minutes: float | None
    last_sold_on: date | None


def stalls_at_work(market_id: int, now: datetime) -> list[StallAtWork]:
    """Every active stall, also those that sold nothing, in the market's order. Three queries."""
    today = seoul_day(now)
    parts = StallOrder.objects.filter(market_id=market_id, order__paid_at__isnull=False)
    answer = F("answered_at") - F("rang_at")
    timed = Q(answered_at__isnull=False, answered_at__gte=F("rang_at"))
    recent = {
        row["stall_id"]: row
        for row in parts.filter(order__day__gt=today - timedelta(days=LATELY_DAYS))
        .values("stall_id")
        .annotate(
            orders_today=Count("pk", filter=Q(order__day=today, state__in=_SOLD)),
            sold_today=Sum("remaining_krw", filter=Q(order__day=today)),
            waiting=Count("pk", filter=Q(state=StallOrder.State.RINGING)),
            lately=Count("pk", filter=Q(state__in=_SOLD)),
            answer=_Median(answer, filter=timed, output_field=DurationField()),
        )
    }
    last = dict(
        parts.filter(state__in=_SOLD).values_list("stall_id").annotate(last=Max("order__day"))
    )
    stalls = Stall.objects.filter(market_id=market_id, is_active=True)
    return [
        _at_work(stall, recent.get(stall.pk, {}), last.get(stall.pk))
        for stall in stalls.order_by("position", "name", "id")
    ]


def _at_work(stall: Stall, row: Mapping[str, object], last: date | None) -> StallAtWork:
    answer = row.get("answer")
    return StallAtWork(
        stall=stall,
        orders_today=_int(row.get("orders_today")),
        sold_today_krw=_int(row.get("sold_today")),
        waiting=_int(row.get("waiting")),
        orders_lately=_int(row.get("lately")),
        answer_minutes=answer.total_seconds() / 60 if isinstance(answer, timedelta) else None,
        last_sold_on=last,
    )


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


@dataclass(kw_only=True, slots=True)
class DayFigures:
    """The figures of one Korean day, or of several added up. Orders count on the day they were placed."""

    day: date | None = None
    #: paid orders
    orders: int = 0
    #: of these, cancelled as a whole
    cancelled: int = 0
    #: goods and delivery fees of the paid orders, before refunds
    sales_krw: int = 0
    #: given back or to be given back of these orders
    refunds_krw: int = 0
    #: handed over, or overdue: the orders whose promise can be judged
    judged: int = 0
    #: of these, in time
    on_time: int = 0
    #: times a stall had less than was ordered
    stock_outs: int = 0
    #: times a stall did not answer in the market's time
    silent: int = 0
    silent_stalls: set[int] = field(default_factory=set)

    @property
    def net_krw(self) -> int:
        return self.sales_krw - self.refunds_krw

    @property
    def on_time_pct(self) -> float | None:
        """Share in time in percent; None when no promise can be judged."""
        return 100 * self.on_time / self.judged if self.judged else None

    def add(self, other: DayFigures) -> None:
        """Count another day's figures in."""
        for name in ("orders", "cancelled", "sales_krw", "refunds_krw", "judged", "on_time"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.stock_outs += other.stock_outs
        self.silent += other.silent
        self.silent_stalls |= other.silent_stalls


def day_figures(market_id: int, first: date, last: date, now: datetime) -> list[DayFigures]:
    """One record for each Korean day from ``first`` to ``last``, days without orders included. Three queries."""
    days = {
        first + timedelta(days=n): DayFigures(day=first + timedelta(days=n))
        for n in range((last - first).days + 1)
    }
    orders = Order.objects.filter(
        market_id=market_id, paid_at__isnull=False, day__range=(first, last)
    )
    for order in orders.annotate(gathered_at=Max("parts__arrived_at")):
        _count_order(days[order.day], order, order.gathered_at, now)
    for day, count in _stock_outs(orders).items():
        days[day].stock_outs = count
    for day, stalls in _silent(market_id, first, last).items():
        days[day].silent = sum(stalls.values())
        days[day].silent_stalls = set(stalls)
    return list(days.values())


def _count_order(
    figures: DayFigures, order: Order, gathered: datetime | None, now: datetime
) -> None:
    figures.orders += 1
    figures.sales_krw += order.total_krw
    figures.refunds_krw += order.refunded_krw
    if order.state == Order.State.CANCELLED:
        figures.cancelled += 1
        return
    if order.promised_at is None:
        return
    # a shopper collects when it suits: what the market promised is that the goods are there
    met = gathered if order.way == Order.Way.PICKUP else order.closed_at
    ended = order.state == Order.State.DONE
    if ended or order.promised_at < now:
        figures.judged += 1
        kept = met is not None and met <= order.promised_at
        figures.on_time += kept and (ended or order.state == Order.State.READY)


def _stock_outs(orders: QuerySet[Order]) -> dict[date, int]:
    rows = OrderEvent.objects.filter(order__in=orders, kind__in=_SHORT)
    return dict(rows.values_list("order__day").annotate(count=Count("pk")))


def _silent(market_id: int, first: date, last: date) -> dict[date, Counter[int]]:
    rows = StallOrder.objects.filter(
        market_id=market_id, order__day__range=(first, last), escalated_at__isnull=False
    ).values_list("order__day", "stall_id")
    found: dict[date, Counter[int]] = defaultdict(Counter)
    for day, stall_id in rows:
        found[day][stall_id] += 1
    return found


def stalls_without_sales(market_id: int, first: date, last: date) -> list[Stall]:
    """Active stalls that sold nothing from ``first`` to ``last``, in the market's order."""
    sold = StallOrder.objects.filter(
        market_id=market_id,
        order__day__range=(first, last),
        order__paid_at__isnull=False,
        state__in=_SOLD,
    ).values("stall_id")
    stalls = Stall.objects.filter(market_id=market_id, is_active=True).exclude(pk__in=sold)
    return list(stalls.order_by("position", "name", "id"))
