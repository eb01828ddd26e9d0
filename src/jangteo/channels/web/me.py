"""My page: name, roles, passkeys, devices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.accounts.actions.change_profile import change_profile
from jangteo.apps.accounts.actions.end_other_sessions import end_other_sessions
from jangteo.apps.accounts.actions.end_session import end_session
from jangteo.apps.accounts.actions.remove_passkey import remove_passkey
from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.accounts.queries import devices_of, is_staff, passkeys_of, places_of
from jangteo.apps.markets.queries import market_list
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import JangteoError


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show the page; POST changes the name."""
    person = require_person(request)
    error = ""
    if request.method == "POST":
        try:
            change_profile(actor=request_actor(request), name=request.POST.get("name", ""))
        except JangteoError as problem:
            error = problem.message(get_language() or "ko")
        else:
            return HttpResponseRedirect("/me?saved=1")
    now = utc_now()
    context = {
        "person": person,
        "phone": shown_phone(person.phone),
        "name": request.POST.get("name", person.name),
        "error": error,
        "saved": "saved" in request.GET,
        "places": places_of(person, now),
        "passkeys": passkeys_of(person.pk),
        "devices": devices_of(person.pk),
        "this_session": request.session.session_key,
        "is_staff": is_staff(person, now),
        "is_strong": bool(request.session.get("strong")),
        "markets": market_list(),
    }
    return render(request, "web/me.html", context, status=422 if error else 200)


@require_POST
def passkey_remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Take a passkey away."""
    require_person(request)
    remove_passkey(actor=request_actor(request), passkey_id=passkey_id, now=utc_now())
    return HttpResponseRedirect("/me#passkeys")


@require_POST
def device_end(request: HttpRequest, device_id: int) -> HttpResponse:
    """Sign one device out."""
    require_person(request)
    end_session(actor=request_actor(request), device_id=device_id)
    return HttpResponseRedirect("/me#devices")


@require_POST
def devices_end_others(request: HttpRequest) -> HttpResponse:
    """Sign every other device out."""
    require_person(request)
    end_other_sessions(actor=request_actor(request), session_key=request.session.session_key or "")
    return HttpResponseRedirect("/me#devices")
