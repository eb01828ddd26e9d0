"""What every page of a stall's console begins with: who acts, for which stall, as what, and when."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jangteo.apps.markets.info import MarketInfo, market_by_slug
from jangteo.apps.markets.models import Stall
from jangteo.apps.markets.queries import stall_by_slug
from jangteo.channels.live.tokens import live_url
from jangteo.channels.ui.filters import is_english
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.errors import NotAllowed
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import market_scope

P = ParamSpec("P")

#: who may open a stall's console, the nearest first
_ROLES = (Role.STALL_OWNER, Role.PROXY, Role.OFFICE, Role.SYSTEM)
NOTE = "desk_note"
#: events of the live stream after which the console looks again
LIVE_EVENTS = "ring order-changed stall_day_changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One request at one stall's console."""

    request: HttpRequest
    actor: Actor
    market: MarketInfo
    stall: Stall
    #: as what: owner, proxy, or the office for her
    role: Role
    now: datetime
    today: date

    @property
    def place(self) -> dict[str, Any]:
        """The market and stall, as queries take them."""
        return {"market_id": self.market.id, "stall_id": self.stall.pk}

    @property
    def keys(self) -> dict[str, Any]:
        """What every action within a stall takes."""
        return {"actor": self.actor, **self.place, "now": self.now}

    @property
    def name(self) -> str:
        return pick(self.stall.name, self.stall.name_en)

    @property
    def is_closed_today(self) -> bool:
        return self.stall.closed_on == self.today

    @property
    def is_part(self) -> bool:
        """Asked by a script for a part of the page."""
        return self.request.headers.get("HX-Request") == "true"

    def href(self, name: str, **parts: Any) -> str:
        """The address of one of this stall's pages."""
        where = {"market": self.market.slug, "stall": self.stall.slug}
        return reverse(f"stall:{name}", kwargs=where | parts)

    def page(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Render a page or a part of one."""
        frame = {
            "desk": self,
            "href": self.href,
            "live": live_url(self.request, [f"stall:{self.stall.pk}"]),
            "live_events": LIVE_EVENTS,
            "note": None if self.is_part else self.request.session.pop(NOTE, None),
        }
        return render(
            self.request, template, frame | dict(context or {}), status=status, headers=headers
        )

    def back(self, name: str, note: str = "", undo: str = "", **parts: Any) -> HttpResponse:
        """Go to a page after something was done, and say what."""
        if note:
            self.request.session[NOTE] = {"text": note, "undo": undo}
        return HttpResponseRedirect(self.href(name, **parts))


def toast(text: str, undo: str = "") -> dict[str, str]:
    """The header by which a part of a page says what was done."""
    told = {"text": text} | ({"undo": undo} if undo else {})
    return {"HX-Trigger": json.dumps({"toast": told})}


def pick(korean: str, english: str) -> str:
    """The English text where the page is English and there is one."""
    return english if english and is_english() else korean


def at_desk(
    view: Callable[Concatenate[Desk, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A view of one stall's console, for its owner, its proxies and its market's office; within the market's scope.

    Raises `SignInNeeded`, `NotAllowed`, `NotFound` before the view runs.
    """

    @wraps(view)
    def run(
        request: HttpRequest, market: str, stall: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        require_person(request)
        actor = request_actor(request)
        info = market_by_slug(market)
        now = utc_now()
        with market_scope(info.id):
            row = stall_by_slug(info.id, stall)
            role = next((r for r in _ROLES if actor.has(r, info.id, row.pk)), None)
            if role is None:
                raise NotAllowed
            desk = Desk(
                request=request,
                actor=actor,
                market=info,
                stall=row,
                role=role,
                now=now,
                today=seoul_day(now),
            )
            return view(desk, *args, **kwargs)

    return run


def number(text: str | None, *, default: int | None = None) -> int | None:
    """A whole number as people type it ("3,500", "3 500원"); ``default`` when there is none."""
    digits = "".join(c for c in text or "" if c.isdecimal())
    return int(digits[:9]) if digits else default
