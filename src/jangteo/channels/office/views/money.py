"""The market's money: what stalls are due, what was paid, deposits, refunds under way, the books."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.payments.actions.settle import pay_settlements, record_deposit, settle_market
from jangteo.apps.payments.book_check import check_books
from jangteo.apps.payments.models import Settlement
from jangteo.apps.payments.office_queries import (
    balances,
    deposits,
    not_yet_planned,
    open_refunds,
    past_settlements,
    planned_settlements,
    settlements_by_id,
)
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.forms import number, told
from jangteo.channels.office.sheets import csv_file
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput

_SUMS = ("sales_krw", "refunds_krw", "commission_krw", "card_fee_krw", "carried_krw", "net_krw")


def _totals(rows: list[Settlement]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in _SUMS}


def _context(desk: Desk) -> dict[str, Any]:
    planned = planned_settlements(desk.market.id)
    coming = not_yet_planned(desk.market.id)
    return {
        "planned": planned,
        "totals": _totals(planned),
        "to_plan": [row for row in coming if row.is_ended],
        "on_the_way": [row for row in coming if not row.is_ended],
        "past": past_settlements(desk.market.id),
        "refunds": open_refunds(desk.market.id),
        "deposits": deposits(desk.market.id),
        "balances": balances(desk.market.id),
        "today": seoul_day(desk.now),
        "typed": {},
        "errors": {},
        "section": "money",
    }


@require_safe
@office_only
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything about money on one page."""
    context = _context(desk) | {"saved": request.GET.get("saved", "")}
    return show(request, desk, "money.html", context)


def _saved(desk: Desk, what: str) -> HttpResponseRedirect:
    goal = reverse("office:money", args=[desk.market.slug])
    return HttpResponseRedirect(f"{goal}?saved={what}")


@require_POST
@office_only
def plan(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Plan settlements of everything that ended up to today."""
    made = settle_market(**desk.ids, until=seoul_day(desk.now))
    return _saved(desk, "planned" if made else "nothing")


def _chosen(ids: list[str]) -> list[int]:
    return [int(text) for text in ids if text.isdecimal()]


@require_POST
@office_only
def pay(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The chosen settlements were transferred."""
    ids = _chosen(request.POST.getlist("settlement"))
    if not ids:
        return _saved(desk, "none")
    if request.POST.get("do") == "file":
        return _bank_file(settlements_by_id(desk.market.id, ids), desk)
    pay_settlements(**desk.ids, settlement_ids=ids)
    return _saved(desk, "paid")


def _bank_file(rows: list[Settlement], desk: Desk) -> HttpResponse:
    """One transfer a line. Reads only: nothing is marked as paid."""
    today = seoul_day(desk.now)
    head = [_("가게"), _("받는 사람"), _("보낼 돈(원)"), _("지급일"), _("통장에 남길 말")]
    return csv_file(
        f"{desk.market.name}-{today:%Y%m%d}.csv",
        head,
        (
            (
                row.stall.name,
                row.stall.owner_name,
                row.net_krw,
                row.pay_on.isoformat(),
                f"{_remark(row.pay_on)} #{row.pk}",
            )
            for row in rows
        ),
    )


def _remark(day: date) -> str:
    return _("장터정산 %(day)s") % {"day": f"{day:%m%d}"}


@require_POST
@office_only
def deposit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The payment company transferred money."""
    try:
        amount = number(request.POST, "amount_krw")
        reference = request.POST.get("reference", "")
        is_new = record_deposit(**desk.ids, amount_krw=amount, reference=reference)
    except InvalidInput as problem:
        context = _context(desk) | {"errors": told(problem), "typed": request.POST}
        return show(request, desk, "money.html", context, status=problem.status)
    return _saved(desk, "deposit" if is_new else "deposit-again")


@require_safe
@office_only
def books(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Recompute the books and say whether they are right."""
    context = {"check": check_books(desk.market.id), "section": "money"}
    return show(request, desk, "books.html", context)
