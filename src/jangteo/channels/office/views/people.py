"""People of a stall: inviting an owner, helping one back in, delegations."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.accounts.actions.delegate_stall import delegate_stall
from jangteo.apps.accounts.actions.give_role import give_role
from jangteo.apps.accounts.actions.recover_access import recover_access
from jangteo.apps.accounts.actions.revoke_grant import revoke_grant
from jangteo.apps.markets.models import Stall
from jangteo.apps.markets.queries import stall_by_slug
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.answers import came_from
from jangteo.channels.office.forms import WEEKDAYS, day, told
from jangteo.channels.office.views.stalls import form_values, stall_people
from jangteo.platform.clock import at_seoul, seoul_day
from jangteo.platform.errors import InvalidInput
from jangteo.platform.permissions import Role


def _stall_page(desk: Desk, stall: Stall, saved: str) -> HttpResponseRedirect:
    goal = reverse("office:stall", args=[desk.market.slug, stall.slug])
    return HttpResponseRedirect(f"{goal}?saved={saved}#people")


def _again(request: HttpRequest, desk: Desk, stall: Stall, problem: InvalidInput) -> HttpResponse:
    """The stall's page with the error at its field."""
    context = {
        "stall": stall,
        "values": form_values(stall),
        "errors": told(problem),
        "typed": request.POST,
        "weekdays": WEEKDAYS,
        "people": stall_people(desk, stall.pk),
        "section": "stalls",
        "closed_today": stall.closed_on == seoul_day(desk.now),
    }
    return show(request, desk, "stall.html", context, status=problem.status)


@require_POST
@office_only
def invite(request: HttpRequest, desk: Desk, stall: str) -> HttpResponse:
    """Make somebody the stall's owner; a link to come in goes to that phone."""
    found = stall_by_slug(desk.market.id, stall)
    try:
        give_role(
            **desk.ids,
            phone=request.POST.get("phone", ""),
            name=request.POST.get("person_name", ""),
            role=Role.STALL_OWNER,
            stall_id=found.pk,
            send_link=True,
        )
    except InvalidInput as problem:
        return _again(request, desk, found, problem)
    return _stall_page(desk, found, "invited")


@require_POST
@office_only
def recover(request: HttpRequest, desk: Desk, stall: str, person_id: int) -> HttpResponse:
    """An owner lost the phone or has a new number: out everywhere, a fresh link to the owner only."""
    found = stall_by_slug(desk.market.id, stall)
    try:
        recover_access(
            **desk.ids,
            stall_id=found.pk,
            person_id=person_id,
            new_phone=request.POST.get("new_phone", ""),
        )
    except InvalidInput as problem:
        return _again(request, desk, found, problem)
    return _stall_page(desk, found, "recovered")


@require_POST
@office_only
def delegate(request: HttpRequest, desk: Desk, stall: str) -> HttpResponse:
    """Let somebody act for the stall until a day."""
    found = stall_by_slug(desk.market.id, stall)
    try:
        last = day(request.POST, "until")
        until: datetime = at_seoul(last + timedelta(days=1), time.min)
        delegate_stall(
            **desk.ids,
            stall_id=found.pk,
            phone=request.POST.get("proxy_phone", ""),
            name=request.POST.get("proxy_name", ""),
            until=until,
        )
    except InvalidInput as problem:
        return _again(request, desk, found, problem)
    return _stall_page(desk, found, "delegated")


@require_POST
@office_only
def revoke(request: HttpRequest, desk: Desk, stall: str, grant_id: int) -> HttpResponse:
    """Take a role at this stall back, at once."""
    found = stall_by_slug(desk.market.id, stall)
    revoke_grant(**desk.ids, stall_id=found.pk, grant_id=grant_id)
    goal = reverse("office:stall", args=[desk.market.slug, stall])
    return HttpResponseRedirect(f"{came_from(request, goal)}?saved=revoked#people")


@require_safe
@office_only
def delegations(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody who acts for a stall, in one list."""
    people = stall_people(desk)
    context = {
        "people": [person for person in people if not person["is_owner"]],
        "owners": [person for person in people if person["is_owner"]],
        "section": "stalls",
        "saved": request.GET.get("saved", ""),
        "title": _("대신하는 사람"),
    }
    return show(request, desk, "delegations.html", context)
