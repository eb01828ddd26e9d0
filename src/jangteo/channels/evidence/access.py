"""Who may look: the office of a market, an agency over it, the operator. Everybody else is told so."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from jangteo.apps.accounts.queries import is_staff
from jangteo.apps.markets.info import MarketInfo, market_infos
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.errors import NotAllowed, NotFound
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import market_scope

P = ParamSpec("P")
_READERS = (Role.OFFICE, Role.AGENCY, Role.SYSTEM)
LONGEST_DAYS = 366
#: nothing is older
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Korean days, both included."""

    first: date
    last: date
    #: days after today were asked for
    is_cut: bool = False

    @property
    def query(self) -> str:
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whose request this is, and what she may see."""

    actor: Actor
    now: datetime
    markets: tuple[MarketInfo, ...]
    #: sees every market there is
    sees_all: bool

    @property
    def ids(self) -> list[int]:
        return [market.id for market in self.markets]


Page = Callable[Concatenate[HttpRequest, Reader, P], HttpResponse | FileResponse]
View = Callable[..., HttpResponse | FileResponse]


def _reader(request: HttpRequest) -> Reader | HttpResponse:
    person = require_person(request)
    actor, now = request_actor(request), utc_now()
    markets = tuple(m for m in market_infos() if any(actor.has(role, m.id) for role in _READERS))
    sees_all = any(actor.has(role) for role in _READERS)
    if not markets and not sees_all:
        if request.method == "GET" and is_staff(person, now) and not request.session.get("strong"):
            return HttpResponseRedirect(f"/in/staff?{urlencode({'next': request.get_full_path()})}")
        raise NotAllowed
    return Reader(actor=actor, now=now, markets=markets, sees_all=sees_all)


def readers(page: Page[P]) -> View:
    """A page over everything its reader may see."""

    @functools.wraps(page)
    def view(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse | FileResponse:
        reader = _reader(request)
        if isinstance(reader, HttpResponse):
            return reader
        return page(request, reader, *args, **kwargs)

    return view


def market_readers(page: Callable[..., HttpResponse]) -> View:
    """A page of one market; runs in its scope. The page takes request, reader, market."""

    @functools.wraps(page)
    def view(request: HttpRequest, /, market: str, **kwargs: Any) -> HttpResponse:
        reader = _reader(request)
        if isinstance(reader, HttpResponse):
            return reader
        found = next((one for one in reader.markets if one.slug == market), None)
        if found is None:
            if any(one.slug == market for one in market_infos()):
                raise NotAllowed
            raise NotFound
        with market_scope(found.id):
            return page(request, reader, found, **kwargs)

    return view


def period_of(form: QueryDict, today: date) -> Period:
    """What was asked for, until today; this month when it makes no sense, the last year when it is too long."""
    try:
        first = date.fromisoformat(form.get("from", "") or today.replace(day=1).isoformat())
        last = date.fromisoformat(form.get("to", "") or today.isoformat())
    except ValueError:
        return Period(first=today.replace(day=1), last=today)
    is_cut = max(first, last) > today
    first, last = min(first, last), max(FIRST_DAY, min(max(first, last), today))
    first = min(max(FIRST_DAY, first), last)
    first = max(first, last - timedelta(days=LONGEST_DAYS - 1))
    return Period(first=first, last=last, is_cut=is_cut)


def period_words(period: Period, today: date) -> str:
    """ "이번 달", "지난달", "지난 7일", or "이 기간"."""
    names = {(first, last): text for text, first, last in shortcuts(today)}
    return names.get((period.first, period.last), _("이 기간"))


def shortcuts(today: date) -> list[tuple[str, date, date]]:
    """Periods to choose from."""
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    return [
        (_("이번 달"), month, today),
        (_("지난달"), before, month - timedelta(days=1)),
        (_("지난 7일"), today - timedelta(days=6), today),
    ]


def show(
    request: HttpRequest,
    reader: Reader,
    template: str,
    context: Mapping[str, Any],
    *,
    market: MarketInfo | None = None,
) -> HttpResponse:
    """Render a page of the evidence channel with what its frame needs."""
    today = seoul_day(reader.now)
    frame: dict[str, Any] = {
        "reader": reader,
        "place": market,
        "today": today,
        "shortcuts": shortcuts(today),
        "home_url": "/evidence/",
        "section": "",
    }
    return render(request, f"evidence/{template}", frame | dict(context))
