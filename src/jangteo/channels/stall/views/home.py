"""The way in: straight to the only stall, or a choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jangteo.apps.accounts.queries import places_of
from jangteo.apps.markets.queries import market_list, stalls_of_market
from jangteo.channels.stall.desk import pick
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.platform.clock import utc_now
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import market_scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """One stall somebody may open."""

    url: str
    name: str
    place: str
    market: str
    #: "owner", "proxy" or "office"
    role: str


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The stalls this person may open; the only one opens at once."""
    person = require_person(request)
    actor = request_actor(request)
    doors: dict[str, Door] = {}
    for grant in places_of(person, utc_now()):
        role = Role(grant.role)
        if role in (Role.STALL_OWNER, Role.PROXY) and grant.stall and grant.market:
            door = _door(grant.market.slug, pick(grant.market.name, grant.market.name_en),
                         grant.stall.slug, pick(grant.stall.name, grant.stall.name_en),
                         grant.stall.place, "owner" if role is Role.STALL_OWNER else "proxy")  # fmt: skip
            if door.role == "owner" or door.url not in doors:
                doors[door.url] = door
    if len(doors) == 1 and not any(grant.role is Role.OFFICE for grant in actor.grants):
        return HttpResponseRedirect(next(iter(doors)))
    for door in _office_doors(actor):
        doors.setdefault(door.url, door)
    return render(request, "stall/choose.html", {"doors": list(doors.values())})


def _office_doors(actor: Actor) -> Iterable[Door]:
    for market in market_list():
        if not actor.has(Role.OFFICE, market.pk):
            continue
        with market_scope(market.pk):
            for stall in stalls_of_market(market.pk):
                yield _door(market.slug, pick(market.name, market.name_en), stall.slug,
                            pick(stall.name, stall.name_en), stall.place, "office")  # fmt: skip


def _door(market_slug: str, market: str, stall_slug: str, name: str, place: str, role: str) -> Door:
    url = reverse("stall:now", kwargs={"market": market_slug, "stall": stall_slug})
    return Door(url=url, name=name, place=place, market=market, role=role)
