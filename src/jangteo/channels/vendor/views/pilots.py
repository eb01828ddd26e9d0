"""A company's own pilot: the terms, its key, the contract check, health, and the result when it may be seen."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.markets.info import MarketInfo, market_by_slug
from jangteo.apps.programme.access import VENDOR
from jangteo.apps.programme.actions.change_service_address import change_service_address
from jangteo.apps.programme.actions.change_terms import change_terms
from jangteo.apps.programme.actions.check_vendor import check_vendor
from jangteo.apps.programme.actions.renew_vendor_key import renew_vendor_key
from jangteo.apps.programme.actions.sign_terms import sign_terms
from jangteo.apps.programme.actions.stop_pilot import stop_pilot
from jangteo.apps.programme.checklist import checklist_of
from jangteo.apps.programme.gates import gates_of, signatures_that_count
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.pilot_queries import (
    certificate_of,
    health_of,
    shown_result,
    vendor_pilot,
)
from jangteo.apps.programme.terms import read_terms
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.channels.web.pilots import (
    exit_day,
    fallback_word,
    steps_of,
    terms_changes,
    terms_form,
    terms_rows,
    told,
    why_closed,
)
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import InvalidInput, JangteoError, NotFound
from jangteo.platform.permissions import Actor
from jangteo.platform.ratelimit import limit
from jangteo.platform.tenancy import market_scope

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """Whose request this is, and for which pilot."""

    market: MarketInfo
    actor: Actor
    now: datetime
    pilot: Pilot

    @property
    def ids(self) -> dict[str, Any]:
        """What every action of this pilot needs."""
        return {
            "actor": self.actor,
            "market_id": self.market.id,
            "pilot_id": self.pilot.pk,
            "now": self.now,
        }

    def url(self, name: str, *more: str) -> str:
        """A page of this pilot."""
        return reverse(f"vendor:{name}", args=[self.market.slug, self.pilot.slug, *more])


def _members_only(
    view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Members of the pilot's company; for everybody else there is no such page."""

    @functools.wraps(view)
    def run(
        request: HttpRequest, /, market: str, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        require_person(request)
        info = market_by_slug(market)
        actor = request_actor(request)
        with market_scope(info.id):
            pilot = vendor_pilot(actor, info.id, slug)
            seat = Seat(market=info, actor=actor, now=utc_now(), pilot=pilot)
            return view(request, seat, *args, **kwargs)

    return run


def _context(seat: Seat, pilot: Pilot) -> dict[str, Any]:
    terms = read_terms(pilot.terms)
    checklist = checklist_of(pilot)
    gates = gates_of(pilot, seat.now, checklist=checklist)
    arms, reasons = health_of(pilot)
    return {
        "pilot": pilot,
        "seat": seat,
        "m": seat.market.slug,
        "terms": terms,
        "rows": terms_rows(terms),
        "steps": steps_of(pilot, gates),
        "gates": {gate.key: gate for gate in gates},
        "signed": signatures_that_count(pilot),
        "names": [("retailer", seat.market.name), ("vendor", pilot.offer.company.name)],
        "health": arms,
        "reasons": [(fallback_word(why), n) for why, n in reasons],
        "shown": shown_result(pilot),
        "certificate": certificate_of(pilot),
        "exit_day": exit_day(pilot, terms),
        "why_closed": why_closed(pilot.experiment),
        "errors": {},
        "key": "",
        "problem": "",
        "account_url": "/me",
    }


@require_safe
@_members_only
def page(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The pilot as its vendor sees it."""
    context = _context(seat, seat.pilot) | {"saved": request.GET.get("saved", "")}
    return render(request, "vendor/pilot.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_members_only
def terms(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Change the terms."""
    kept = read_terms(seat.pilot.terms)
    context: dict[str, Any] = {
        "pilot": seat.pilot,
        "seat": seat,
        "errors": {},
        "account_url": "/me",
    }
    if request.method == "POST":
        try:
            changes = terms_changes(request.POST, kept)
            change_terms(**seat.ids, side=VENDOR.value, changes=changes)
        except InvalidInput as problem:
            context |= {
                "errors": {problem.field: told(problem)},
                "form": terms_form(kept, request.POST),
            }
            return render(request, "vendor/terms.html", context, status=problem.status)
        return HttpResponseRedirect(seat.url("pilot") + "?saved=terms")
    return render(request, "vendor/terms.html", context | {"form": terms_form(kept)})


@require_POST
@_members_only
def do(request: HttpRequest, seat: Seat, what: str) -> HttpResponse:
    """One of the vendor's steps; what goes wrong is said on the pilot's page."""
    if what not in _STEPS and what != "key":
        raise NotFound
    try:
        if what == "key":
            return _show_key(request, seat)
        saved = _STEPS[what](seat, request.POST)
    except InvalidInput as problem:
        context = _context(seat, seat.pilot) | {"errors": {problem.field: told(problem)}}
        return render(request, "vendor/pilot.html", context, status=problem.status)
    except JangteoError as problem:
        if problem.status in (403, 404):
            raise
        context = _context(seat, _again(seat)) | {"problem": told(problem)}
        return render(request, "vendor/pilot.html", context, status=problem.status)
    return HttpResponseRedirect(f"{seat.url('pilot')}?saved={saved}#{saved}")


def _again(seat: Seat) -> Pilot:
    return vendor_pilot(seat.actor, seat.market.id, seat.pilot.slug)


def _show_key(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The new key, on this answer and never again: no browser or proxy may keep it."""
    key = renew_vendor_key(**seat.ids)
    context = _context(seat, _again(seat)) | {"key": key}
    headers = {"Cache-Control": "no-store"}
    return render(request, "vendor/pilot.html", context, headers=headers)


def _sign(seat: Seat, form: QueryDict) -> str:
    sign_terms(**seat.ids, side=VENDOR.value, digest=form.get("digest", ""))
    return "sign"


def _address(seat: Seat, form: QueryDict) -> str:
    change_service_address(**seat.ids, base_url=form.get("base_url", ""))
    return "address"


def _check(seat: Seat, form: QueryDict) -> str:
    # a check holds a thread of the market's server for up to half a minute
    limit(f"contract-check:{seat.pilot.pk}", at_most=10, per_seconds=600, now=seat.now)
    report = check_vendor(**seat.ids, side=VENDOR.value)
    return "check" if report.passed else "check-failed"


def _stop(seat: Seat, form: QueryDict) -> str:
    stop_pilot(**seat.ids, side=VENDOR.value)
    return "stop"


_STEPS: dict[str, Callable[[Seat, QueryDict], str]] = {
    "sign": _sign,
    "address": _address,
    "check": _check,
    "stop": _stop,
}
