"""The market's stalls: who works today, who sells nothing, adding and editing one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.accounts.queries import people_of_market
from jangteo.apps.fulfilment.queries import LATELY_DAYS, StallAtWork, stalls_at_work
from jangteo.apps.markets.actions.close_stall_today import close_stall_today
from jangteo.apps.markets.actions.edit_stall import edit_stall
from jangteo.apps.markets.actions.open_stall import open_stall
from jangteo.apps.markets.actions.reopen_stall_today import reopen_stall_today
from jangteo.apps.markets.drafts import StallDraft, stall_draft
from jangteo.apps.markets.models import Stall
from jangteo.apps.markets.queries import stall_by_slug, stall_is_open
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.answers import done
from jangteo.channels.office.forms import (
    WEEKDAYS,
    optional_number,
    optional_time,
    told,
    weekdays,
)
from jangteo.channels.ui.filters import named
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Role

_TEXTS = (
    "name", "name_en", "owner_name", "owner_age", "kind", "kind_en", "known_for", "known_for_en", "place", "phone",
)  # fmt: skip
_OF_STALL = (Role.STALL_OWNER.value, Role.PROXY.value)


def _shown(rows: list[StallAtWork], kind: str, desk: Desk) -> list[StallAtWork]:
    today = seoul_day(desk.now)
    if kind == "unsold":
        return [row for row in rows if not row.orders_lately]
    if kind == "closed":
        return [row for row in rows if row.stall.closed_on == today]
    return rows


@require_safe
@office_only
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every stall with its day. ``?only=unsold`` or ``closed``."""
    rows = stalls_at_work(desk.market.id, desk.now)
    kind = request.GET.get("only", "")
    context = {
        "rows": _shown(rows, kind, desk),
        "counts": {name: len(_shown(rows, name, desk)) for name in ("", "unsold", "closed")},
        "only": kind,
        "is_open": {row.stall.pk: stall_is_open(row.stall, desk.market, desk.now) for row in rows},
        "today": seoul_day(desk.now),
        "days": LATELY_DAYS,
        "section": "stalls",
    }
    return show(request, desk, "stalls.html", context)


@require_POST
@office_only
def close(request: HttpRequest, desk: Desk, stall: str) -> HttpResponse:
    """The stall takes no more orders today."""
    found = stall_by_slug(desk.market.id, stall)
    close_stall_today(**desk.ids, stall_id=found.pk)
    return done(
        request,
        _("%(stall)s: 오늘은 닫았어요. 받은 주문은 그대로예요.") % {"stall": named(found)},
        back=reverse("office:stalls", args=[desk.market.slug]),
        undo=reverse("office:stall-reopen", args=[desk.market.slug, stall]),
    )


@require_POST
@office_only
def reopen(request: HttpRequest, desk: Desk, stall: str) -> HttpResponse:
    """It takes orders again."""
    found = stall_by_slug(desk.market.id, stall)
    reopen_stall_today(**desk.ids, stall_id=found.pk)
    return done(
        request,
        _("%(stall)s: 다시 주문을 받아요.") % {"stall": named(found)},
        back=reverse("office:stalls", args=[desk.market.slug]),
    )


def _draft(form: QueryDict, stall: Stall | None) -> StallDraft:
    """The form on top of what the form does not show (picture, place on the map). Raises `InvalidInput`."""
    before = stall_draft(stall) if stall else StallDraft(name="", kind="")
    texts: dict[str, Any] = {name: form.get(name, "") for name in _TEXTS}
    return replace(
        before,
        **texts,
        since_year=optional_number(form, "since_year"),
        opens_at=optional_time(form, "opens_at"),
        closes_at=optional_time(form, "closes_at"),
        closed_weekdays=weekdays(form, "closed_weekdays"),
        position=optional_number(form, "position") or 0,
    )


def form_values(stall: Stall | None) -> dict[str, Any]:
    """What the form shows at first."""
    draft = stall_draft(stall) if stall else StallDraft(name="", kind="")
    values: dict[str, Any] = {name: getattr(draft, name) for name in _TEXTS}
    for name in ("opens_at", "closes_at"):
        moment = getattr(draft, name)
        values[name] = moment.strftime("%H:%M") if moment else ""
    values["since_year"] = draft.since_year or ""
    values["position"] = draft.position
    return values | {"closed_weekdays": set(draft.closed_weekdays)}


def _typed(form: QueryDict) -> dict[str, Any]:
    """What the form shows again when something in it was wrong."""
    names = (*_TEXTS, "opens_at", "closes_at", "since_year", "position")
    values: dict[str, Any] = {name: form.get(name, "") for name in names}
    return values | {"closed_weekdays": set(weekdays(form, "closed_weekdays"))}


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open a stall."""
    context: dict[str, Any] = {"values": form_values(None), "errors": {}, "stall": None}
    context |= {"weekdays": WEEKDAYS, "section": "stalls"}
    if request.method == "POST":
        try:
            opened = open_stall(**desk.ids, draft=_draft(request.POST, None))
        except InvalidInput as problem:
            context |= {"values": _typed(request.POST), "errors": told(problem)}
            return show(request, desk, "stall.html", context, status=problem.status)
        goal = reverse("office:stall", args=[desk.market.slug, opened.slug])
        return HttpResponseRedirect(f"{goal}?saved=1")
    return show(request, desk, "stall.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def one(request: HttpRequest, desk: Desk, stall: str) -> HttpResponse:
    """Edit a stall; who owns it and who acts for it."""
    found = stall_by_slug(desk.market.id, stall)
    context: dict[str, Any] = {
        "stall": found,
        "values": form_values(found),
        "errors": {},
        "weekdays": WEEKDAYS,
        "people": stall_people(desk, found.pk),
        "section": "stalls",
        "saved": request.GET.get("saved", ""),
        "is_open": stall_is_open(found, desk.market, desk.now),
        "closed_today": found.closed_on == seoul_day(desk.now),
    }
    if request.method == "POST":
        try:
            edit_stall(**desk.ids, stall_id=found.pk, draft=_draft(request.POST, found))
        except InvalidInput as problem:
            context |= {"values": _typed(request.POST), "errors": told(problem)}
            return show(request, desk, "stall.html", context, status=problem.status)
        goal = reverse("office:stall", args=[desk.market.slug, stall])
        return HttpResponseRedirect(f"{goal}?saved=1")
    return show(request, desk, "stall.html", context)


def stall_people(desk: Desk, stall_id: int | None = None) -> list[dict[str, Any]]:
    """Owners and proxies of one stall, or of all: who, since when, until when, given by whom."""
    return [
        {
            "grant_id": grant.pk,
            "person_id": grant.person_id,
            "name": grant.person.name or _("이름 없음"),
            "phone": shown_phone(grant.person.phone or ""),
            "is_owner": grant.role == Role.STALL_OWNER.value,
            "stall": grant.stall,
            "given_by": grant.given_by.name if grant.given_by else "",
            "given_at": grant.given_at,
            "until": grant.until,
        }
        for grant in people_of_market(desk.market.id, desk.now)
        if grant.stall is not None
        and grant.role in _OF_STALL
        and stall_id in (None, grant.stall_id)
    ]
