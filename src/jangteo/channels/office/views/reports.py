"""Figures of a period with their definitions; an agency may read them too. No personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jangteo.apps.fulfilment.queries import DayFigures, day_figures, stalls_without_sales
from jangteo.apps.markets.queries import stalls_of_market
from jangteo.channels.office.access import Desk, readers_too, show
from jangteo.channels.office.sheets import csv_file
from jangteo.channels.ui.filters import named
from jangteo.platform.clock import seoul_day

LONGEST_DAYS = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Korean days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def _period(form: QueryDict, today: date) -> Period:
    """What was asked for; today when it makes no sense, the last year when it is too long."""
    try:
        first = date.fromisoformat(form.get("from", "") or today.isoformat())
        last = date.fromisoformat(form.get("to", "") or today.isoformat())
    except ValueError:
        return Period(first=today, last=today)
    first, last = min(first, last), max(first, last)
    return Period(first=max(first, last - timedelta(days=LONGEST_DAYS - 1)), last=last)


def _total(days: list[DayFigures]) -> DayFigures:
    total = DayFigures()
    for day in days:
        total.add(day)
    return total


@require_safe
@readers_too
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sums, days, stalls without sales. ``?from=2026-11-01&to=2026-11-30``."""
    today = seoul_day(desk.now)
    period = _period(request.GET, today)
    days = day_figures(desk.market.id, period.first, period.last, desk.now)
    names = {stall.pk: named(stall) for stall in stalls_of_market(desk.market.id)}
    total = _total(days)
    context = {
        "period": period,
        "days": list(reversed(days)),
        "total": total,
        "silent_names": [names[pk] for pk in names if pk in total.silent_stalls],
        "unsold": stalls_without_sales(desk.market.id, period.first, period.last),
        "stall_count": len(names),
        "today": today,
        "shortcuts": _shortcuts(today),
        "section": "reports",
    }
    return show(request, desk, "reports.html", context)


def _shortcuts(today: date) -> list[tuple[str, date, date]]:
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    return [
        (_("오늘"), today, today),
        (_("어제"), today - timedelta(days=1), today - timedelta(days=1)),
        (_("7일"), today - timedelta(days=6), today),
        (_("이번 달"), month, today),
        (_("지난달"), before, month - timedelta(days=1)),
    ]


@require_safe
@readers_too
def sheet(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same as CSV, one day a line."""
    period = _period(request.GET, seoul_day(desk.now))
    days = day_figures(desk.market.id, period.first, period.last, desk.now)
    head = [
        _("날짜"), _("주문(건)"), _("취소(건)"), _("판매(원)"), _("환불(원)"), _("판매-환불(원)"),
        _("약속을 따질 주문(건)"), _("제때(건)"), _("제때 비율(%)"), _("품절(번)"), _("답 없음(번)"),
    ]  # fmt: skip
    rows = (
        (
            day.day.isoformat() if day.day else "",
            day.orders,
            day.cancelled,
            day.sales_krw,
            day.refunds_krw,
            day.net_krw,
            day.judged,
            day.on_time,
            "" if day.on_time_pct is None else f"{day.on_time_pct:.1f}",
            day.stock_outs,
            day.silent,
        )
        for day in days
    )
    name = f"{desk.market.name}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
    return csv_file(name, head, rows)
