"""Who may come in: the office of this market to everything, an agency to its reports, nobody else."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from jangteo.apps.accounts.queries import places_of
from jangteo.apps.markets.info import MarketInfo, market_by_slug
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import market_scope

P = ParamSpec("P")
#: the sign-in with two factors that these roles need
STAFF_SIGN_IN = "/in/staff"
_WRITERS = frozenset({Role.OFFICE, Role.SYSTEM})
_READERS = _WRITERS | {Role.AGENCY}


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Whose request this is and for which market."""

    market: MarketInfo
    actor: Actor
    now: datetime
    #: False: an agency, which reads figures and nothing else
    may_write: bool

    @property
    def ids(self) -> dict[str, Any]:
        """What every action of this market needs."""
        return {"actor": self.actor, "market_id": self.market.id, "now": self.now}


Page = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]
#: Django gives the address's parts by name
View = Callable[..., HttpResponse]


def _guard(page: Page[P], allowed: frozenset[Role]) -> View:
    @functools.wraps(page)
    def view(
        request: HttpRequest, /, market: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        person = require_person(request)
        info = market_by_slug(market)
        actor = request_actor(request)
        now = utc_now()
        if not any(actor.has(role, info.id) for role in allowed):
            places = places_of(person, now)
            weak = any(
                place.role in allowed and place.market_id in (None, info.id) for place in places
            )
            if weak and request.method == "GET":
                return HttpResponseRedirect(to_staff_sign_in(request))
            raise NotAllowed
        desk = Desk(
            market=info,
            actor=actor,
            now=now,
            may_write=any(actor.has(role, info.id) for role in _WRITERS),
        )
        with market_scope(info.id):
            return page(request, desk, *args, **kwargs)

    return view


def to_staff_sign_in(request: HttpRequest) -> str:
    """Where somebody whose session has one factor only is sent, and back."""
    return f"{STAFF_SIGN_IN}?{urlencode({'next': request.get_full_path()})}"


def office_only(page: Page[P]) -> View:
    """A page of the office: the market's own people and the operator."""
    return _guard(page, _WRITERS)


def readers_too(page: Page[P]) -> View:
    """A page of figures, which an agency over this market may read as well."""
    return _guard(page, _READERS)


def show(
    request: HttpRequest,
    desk: Desk,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render a page of the office with what its frame needs."""
    frame = {
        "market": desk.market,
        "m": desk.market.slug,
        "moment": desk.now,
        "may_write": desk.may_write,
        "home_url": "/office/",
        "section": "",
    }
    return render(
        request, f"office/{template}", frame | dict(context or {}), status=status, headers=headers
    )
