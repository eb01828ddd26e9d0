"""The stall's money: today, a week as a till receipt, settlements with every line behind them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jangteo.apps.payments.money import MoneySum, SettlementLine
from jangteo.apps.payments.queries import (
    coming_money,
    days_of_week,
    money_of_days,
    settlement_detail,
    settlements_of_stall,
)
from jangteo.channels.stall.desk import Desk, at_desk
from jangteo.platform.clock import seoul
from jangteo.platform.errors import NotFound
from jangteo.platform.percent import percent

#: how far back the weeks go
MOST_WEEKS = 104


def _monday(desk: Desk) -> date:
    """The week asked for by ``?week=2026-11-16`` (any day of it), else this one. Raises `NotFound`."""
    asked = desk.request.GET.get("week", "")
    try:
        day = date.fromisoformat(asked) if asked else desk.today
    except ValueError:
        raise NotFound from None
    if not desk.today - timedelta(weeks=MOST_WEEKS) <= day <= desk.today:
        raise NotFound
    return days_of_week(day)[0]


def _days(desk: Desk, monday: date) -> list[MoneySum]:
    days = (monday + timedelta(days=n) for n in range(7))
    return [money_of_days(**desk.place, since=day, until=day) for day in days if day <= desk.today]


@require_safe
@at_desk
def week(desk: Desk) -> HttpResponse:
    """Today's money, what comes next, and one week's receipt."""
    monday = _monday(desk)
    this = days_of_week(desk.today)[0]
    coming = coming_money(**desk.place, payout_days=desk.market.payout_days)
    settlements = settlements_of_stall(desk.market.id, desk.stall.pk)
    dates = {row.pay_on: row.net_krw for row in settlements if row.state == "planned"}
    return desk.page(
        "stall/money.html",
        {
            "today_sum": money_of_days(**desk.place, since=desk.today, until=desk.today),
            "week_sum": money_of_days(**desk.place, since=monday, until=monday + timedelta(days=6)),
            "days": _days(desk, monday),
            "planned": sorted(dates.items()),
            "coming": coming,
            "settlements": settlements,
            "monday": monday,
            "sunday": monday + timedelta(days=6),
            "is_this_week": monday == this,
            "earlier": monday - timedelta(days=7),
            "later": monday + timedelta(days=7),
            "tab": "money",
        },
    )


@require_safe
@at_desk
def settlement(desk: Desk, settlement_id: int) -> HttpResponse:
    """One settlement: every order, refund and deduction; their sum is the deposit."""
    detail = settlement_detail(desk.market.id, desk.stall.pk, settlement_id)
    orders: dict[str, list[SettlementLine]] = {}
    for line in detail.lines:
        orders.setdefault(line.order_number, []).append(line)
    return desk.page(
        "stall/settlement.html",
        {
            "detail": detail,
            "head": detail.heading,
            "orders": [
                (no, lines, sum(x.amount_krw for x in lines)) for no, lines in orders.items()
            ],
            "tab": "money",
        },
    )


@require_safe
@at_desk
def settlement_csv(desk: Desk, settlement_id: int) -> HttpResponse:
    """The same lines for bookkeeping; the last row is the deposit."""
    detail = settlement_detail(desk.market.id, desk.stall.pk, settlement_id)
    head = detail.heading
    rows: list[Sequence[object]] = [
        (seoul(x.at).date(), x.order_number, kind_words(x.kind), _percent(x), x.amount_krw)
        for x in detail.lines
    ]
    if head.carried_krw:
        rows.append(("", "", _("지난 정산에서 넘어온 돈"), "", head.carried_krw))
    rows.append((head.pay_on, "", _("입금할 돈"), "", head.net_krw))
    columns = (_("날짜"), _("주문"), _("내용"), _("비율"), _("금액(원)"))
    return _csv(columns, rows, f"settlement-{head.pay_on}.csv")


@require_safe
@at_desk
def week_csv(desk: Desk) -> HttpResponse:
    """One row for each day of a week."""
    rows = [
        (d.since, d.sales_krw, d.refunds_krw, _taken(d, "commission"), _taken(d, "card_fee"), d.net_krw)
        for d in _days(desk, _monday(desk))
    ]  # fmt: skip
    columns = (
        _("날짜"), _("판 돈"), _("돌려드린 돈"), _("상인회 수수료"), _("카드 결제 수수료"), _("내 돈"),
    )  # fmt: skip
    return _csv(columns, rows, f"week-{_monday(desk)}.csv")


def _taken(day: MoneySum, kind: str) -> int:
    return sum(d.amount_krw for d in day.deductions if d.kind == kind)


def _percent(line: SettlementLine) -> str:
    return "" if line.basis_points is None else percent(line.basis_points / 100)


def kind_words(kind: str) -> str:
    """What an entry of the books is called at the stall."""
    words = {
        "sale": _("판 돈"),
        "refund": _("돌려드린 돈"),
        "commission": _("상인회 수수료"),
        "card_fee": _("카드 결제 수수료"),
    }
    return words.get(kind, kind)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]], file_name: str) -> HttpResponse:
    """UTF-8 with a byte order mark: Excel opens it with a double click."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
