"""What the office may set: hours, days, zones, collection, answer time, deductions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.markets.actions.edit_market import edit_market
from jangteo.apps.markets.actions.remove_zone import remove_zone
from jangteo.apps.markets.actions.set_special_day import set_special_day
from jangteo.apps.markets.actions.set_zone import set_zone
from jangteo.apps.markets.drafts import MarketDraft, ZoneDraft, market_draft, zone_draft
from jangteo.apps.markets.models import Market, Zone
from jangteo.apps.markets.queries import special_days_from, zones_of_market
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.forms import (
    WEEKDAYS,
    bp_text,
    clock_time,
    day,
    number,
    optional_number,
    optional_time,
    percent_bp,
    short_numbers,
    told,
    weekdays,
    words,
)
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput, NotFound

_NUMBERS = ("pickup_minutes", "answer_minutes", "payout_days")
_TEXTS = ("name", "name_en", "phone", "hub_name")


def _market(desk: Desk) -> Market:
    return Market.objects.get(pk=desk.market.id)


def _draft(form: QueryDict, before: MarketDraft) -> MarketDraft:
    """The form on top of what it does not show (story, operator). Raises `InvalidInput`."""
    plain: dict[str, Any] = {name: form.get(name, "") for name in _TEXTS}
    plain |= {name: number(form, name) for name in _NUMBERS}
    return replace(
        before,
        **plain,
        opens_at=clock_time(form, "opens_at"),
        closes_at=clock_time(form, "closes_at"),
        fair_days=short_numbers(form, "fair_days"),
        fair_only="fair_only" in form,
        closed_weekdays=weekdays(form, "closed_weekdays"),
        pickup_enabled="pickup_enabled" in form,
        commission_bp=percent_bp(form, "commission"),
        card_fee_bp=percent_bp(form, "card_fee"),
    )


def _values(draft: MarketDraft) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(draft, name) for name in (*_TEXTS, *_NUMBERS)}
    return values | {
        "opens_at": draft.opens_at.strftime("%H:%M"),
        "closes_at": draft.closes_at.strftime("%H:%M"),
        "fair_days": ", ".join(map(str, draft.fair_days)),
        "fair_only": draft.fair_only,
        "closed_weekdays": set(draft.closed_weekdays),
        "pickup_enabled": draft.pickup_enabled,
        "commission": bp_text(draft.commission_bp),
        "card_fee": bp_text(draft.card_fee_bp),
    }


def _typed(form: QueryDict) -> dict[str, Any]:
    names = (*_TEXTS, *_NUMBERS, "opens_at", "closes_at", "fair_days", "commission", "card_fee")
    values: dict[str, Any] = {name: form.get(name, "") for name in names}
    return values | {
        "fair_only": "fair_only" in form,
        "pickup_enabled": "pickup_enabled" in form,
        "closed_weekdays": set(weekdays(form, "closed_weekdays")),
    }


def _context(desk: Desk) -> dict[str, Any]:
    return {
        "values": _values(market_draft(_market(desk))),
        "errors": {},
        "day_values": {},
        "weekdays": WEEKDAYS,
        "zones": [zone for zone in zones_of_market(desk.market.id) if zone.areas],
        "days": special_days_from(desk.market.id, seoul_day(desk.now)),
        "today": seoul_day(desk.now),
        "section": "settings",
    }


def _saved(desk: Desk, what: str) -> HttpResponseRedirect:
    goal = reverse("office:settings", args=[desk.market.slug])
    return HttpResponseRedirect(f"{goal}?saved={what}#{what}")


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everything the office may set, with zones and special days below."""
    context = _context(desk) | {"saved": request.GET.get("saved", "")}
    if request.method == "POST":
        try:
            draft = _draft(request.POST, market_draft(_market(desk)))
            edit_market(**desk.ids, draft=draft)
        except InvalidInput as problem:
            names = {"commission_bp": "commission", "card_fee_bp": "card_fee"}
            errors = {names.get(key, key): text for key, text in told(problem).items()}
            context |= {"values": _typed(request.POST), "errors": errors}
            return show(request, desk, "settings.html", context, status=problem.status)
        return _saved(desk, "market")
    return show(request, desk, "settings.html", context)


@require_POST
@office_only
def set_day(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open or close on one day, or go back to the rule."""
    try:
        which = day(request.POST, "day")
        kind = request.POST.get("kind", "")
        note = request.POST.get("note", "")
        is_open = {"open": True, "closed": False}.get(kind)
        set_special_day(**desk.ids, day=which, is_open=is_open, note=note)
    except InvalidInput as problem:
        context = _context(desk) | {"errors": told(problem), "day_values": request.POST}
        return show(request, desk, "settings.html", context, status=problem.status)
    return _saved(desk, "days")


def _zone(desk: Desk, zone_id: int) -> Zone:
    zones = zones_of_market(desk.market.id)
    found = next((zone for zone in zones if zone.pk == zone_id), None)
    if found is None:
        raise NotFound
    return found


def _zone_values(draft: ZoneDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "areas": ", ".join(draft.areas),
        "fee_krw": draft.fee_krw,
        "free_from_krw": "" if draft.free_from_krw is None else draft.free_from_krw,
        "delivery_minutes": draft.delivery_minutes,
        "last_order_at": draft.last_order_at.strftime("%H:%M") if draft.last_order_at else "",
        "position": draft.position,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def zone(request: HttpRequest, desk: Desk, zone_id: int = 0) -> HttpResponse:
    """One delivery zone; without an id a new one."""
    found = _zone(desk, zone_id) if zone_id else None
    blank = ZoneDraft(name="", areas=(), fee_krw=3000, delivery_minutes=90)
    context: dict[str, Any] = {
        "zone": found,
        "values": _zone_values(zone_draft(found) if found else blank),
        "errors": {},
        "section": "settings",
    }
    if request.method == "POST":
        form = request.POST
        try:
            draft = ZoneDraft(
                name=form.get("name", ""),
                areas=words(form, "areas"),
                fee_krw=number(form, "fee_krw"),
                delivery_minutes=number(form, "delivery_minutes"),
                free_from_krw=optional_number(form, "free_from_krw"),
                last_order_at=optional_time(form, "last_order_at"),
                position=found.position if found else 0,
            )
            set_zone(**desk.ids, zone_id=found.pk if found else None, draft=draft)
        except InvalidInput as problem:
            typed = {name: form.get(name, "") for name in context["values"]}
            context |= {"values": typed, "errors": told(problem)}
            return show(request, desk, "zone.html", context, status=problem.status)
        return _saved(desk, "zones")
    return show(request, desk, "zone.html", context)


@require_POST
@office_only
def zone_remove(request: HttpRequest, desk: Desk, zone_id: int) -> HttpResponse:
    """Stop delivering there."""
    remove_zone(**desk.ids, zone_id=zone_id)
    return _saved(desk, "zones")
