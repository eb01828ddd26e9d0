"""Where an office or an agency begins: the markets it may open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from jangteo.apps.accounts.queries import is_staff
from jangteo.apps.fulfilment.queries import LATELY_DAYS, DayFigures, day_figures
from jangteo.apps.markets.info import MarketInfo, market_infos
from jangteo.channels.office.access import to_staff_sign_in
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Role
from jangteo.platform.tenancy import market_scope


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketRow:
    """One market in the list, with its last days' figures."""

    market: MarketInfo
    figures: DayFigures
    may_write: bool


@require_safe
def markets(request: HttpRequest) -> HttpResponse:
    """The markets of this office or agency. A single market of one's own opens at once."""
    person = require_person(request)
    actor = request_actor(request)
    rows = []
    for market in market_infos():
        writes = actor.has(Role.OFFICE, market.id) or actor.has(Role.SYSTEM, market.id)
        if writes or actor.has(Role.AGENCY, market.id):
            rows.append((market, writes))
    if not rows:
        if is_staff(person, utc_now()) and not request.session.get("strong"):
            return HttpResponseRedirect(to_staff_sign_in(request))
        raise NotAllowed
    if len(rows) == 1 and rows[0][1]:
        return HttpResponseRedirect(f"/office/{rows[0][0].slug}/")
    shown = [_row(market, writes) for market, writes in rows]
    return render(request, "office/markets.html", {"rows": shown, "days": LATELY_DAYS})


def _row(market: MarketInfo, writes: bool) -> MarketRow:
    now = utc_now()
    today = seoul_day(now)
    total = DayFigures()
    with market_scope(market.id):
        for day in day_figures(market.id, today - timedelta(days=LATELY_DAYS - 1), today, now):
            total.add(day)
    return MarketRow(market=market, figures=total, may_write=writes)
