"""The ways in: phone and code, the link in a message, and for staff a password with a second factor."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.accounts.actions.confirm_totp import confirm_totp
from jangteo.apps.accounts.actions.request_sign_in import request_sign_in
from jangteo.apps.accounts.actions.set_password import set_password
from jangteo.apps.accounts.actions.sign_in_with_code import sign_in_with_code
from jangteo.apps.accounts.actions.sign_in_with_link import sign_in_with_link
from jangteo.apps.accounts.actions.sign_in_with_password import sign_in_with_password
from jangteo.apps.accounts.actions.start_totp import start_totp
from jangteo.apps.accounts.errors import LinkDead, StrongSignInNeeded
from jangteo.apps.accounts.links import safe_path
from jangteo.apps.accounts.people import has_strong_way_in
from jangteo.apps.accounts.phones import masked_phone, shown_phone
from jangteo.apps.accounts.queries import link_preview
from jangteo.apps.accounts.totp import offer_again
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import (
    client_address,
    close_session,
    home_path,
    open_session,
    request_actor,
    request_person,
    require_person,
)
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError

_READ_OR_SEND = ["GET", "HEAD", "POST"]
_PHONE = "sign_in_phone"
_NEXT = "sign_in_next"
_TOTP = "totp_offer"


def _say(problem: JangteoError) -> str:
    return problem.message(get_language() or "ko")


def whose_page(path: str) -> str:
    """Who may read the page somebody wants to reach, in words; empty where anybody who signs in may."""
    if path.startswith("/evidence"):
        return _(
            "AI가 한 일의 근거는 시장의 상인회와 시장을 살피는 기관이 볼 수 있어요. 들어가면 바로 보여 드려요."
        )
    return ""


@require_http_methods(_READ_OR_SEND)
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number and send a code, whoever it belongs to."""
    next_path = safe_path(request.POST.get("next", "") or request.GET.get("next", ""))
    if request.method != "POST":
        if request_person(request) is not None and not next_path:
            return HttpResponseRedirect("/me")
        return render(request, "web/in.html", {"next": next_path, "whose": whose_page(next_path)})
    typed = request.POST.get("phone", "")
    try:
        sent = request_sign_in(
            actor=request_actor(request),
            phone=typed,
            next_path=next_path,
            language=get_language() or "ko",
            address=client_address(request),
            now=utc_now(),
        )
    except JangteoError as problem:
        context = {
            "next": next_path,
            "whose": whose_page(next_path),
            "phone": typed,
            "error": _say(problem),
        }
        return render(request, "web/in.html", context, status=problem.status)
    request.session[_PHONE] = sent.phone
    request.session[_NEXT] = next_path
    return HttpResponseRedirect("/in/code")


@require_http_methods(_READ_OR_SEND)
def code(request: HttpRequest) -> HttpResponse:
    """Take the six digits."""
    number = request.session.get(_PHONE, "")
    if not number:
        return HttpResponseRedirect("/in")
    context = {
        "phone": shown_phone(number),
        "masked": masked_phone(number),
        "next": request.session.get(_NEXT, ""),
        "minutes": config().code_minutes,
        "sandbox": config().sandbox_pages,
    }
    if request.method != "POST":
        return render(request, "web/code.html", context)
    remember = "remember" in request.POST
    try:
        signed = sign_in_with_code(
            actor=request_actor(request),
            phone=number,
            code=request.POST.get("code", ""),
            address=client_address(request),
            now=utc_now(),
        )
    except JangteoError as problem:
        context |= {"error": _say(problem), "remember": remember}
        return render(request, "web/code.html", context, status=problem.status)
    request.session.pop(_PHONE, None)
    request.session.pop(_NEXT, None)
    return HttpResponseRedirect(open_session(request, signed, remember=remember))


@require_http_methods(_READ_OR_SEND)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """One button; only pressing it uses the link up, so a preview by a messenger costs nothing."""
    if request.method == "POST":
        try:
            signed = sign_in_with_link(actor=request_actor(request), token=token, now=utc_now())
        except LinkDead:
            return _dead_link(request)
        return HttpResponseRedirect(
            open_session(request, signed, remember="remember" in request.POST)
        )
    preview = link_preview(token, utc_now())
    if preview is None:
        return _dead_link(request)
    return render(request, "web/link.html", {"preview": preview})


def _dead_link(request: HttpRequest) -> HttpResponse:
    person = request_person(request)
    home = home_path(request_actor(request)) if person else ""
    return render(request, "web/link_dead.html", {"inside_path": home}, status=410)


@require_http_methods(_READ_OR_SEND)
def staff(request: HttpRequest) -> HttpResponse:
    """Password and second factor in one form."""
    next_path = safe_path(request.POST.get("next", "") or request.GET.get("next", ""))
    if request.method != "POST":
        return render(
            request, "web/staff.html", {"next": next_path, "whose": whose_page(next_path)}
        )
    typed = request.POST.get("phone", "")
    try:
        signed = sign_in_with_password(
            actor=request_actor(request),
            phone=typed,
            password=request.POST.get("password", ""),
            totp_code=request.POST.get("code", ""),
            address=client_address(request),
            now=utc_now(),
        )
    except JangteoError as problem:
        context = {
            "next": next_path,
            "whose": whose_page(next_path),
            "phone": typed,
            "error": _say(problem),
        }
        return render(request, "web/staff.html", context, status=problem.status)
    path = open_session(request, signed, remember=False)
    return HttpResponseRedirect(next_path or path)


@require_http_methods(_READ_OR_SEND)
def factors(request: HttpRequest) -> HttpResponse:
    """Set the password, then connect the authenticator app; or add a passkey instead."""
    person = require_person(request)
    actor = request_actor(request)
    context: dict[str, object] = {"account_url": "/me"}
    if request.method == "POST":
        try:
            done = _set_password(request) if "password" in request.POST else _confirm(request)
        except JangteoError as problem:
            context |= {"error": _say(problem), "step": request.POST.get("step", "")}
        else:
            return HttpResponseRedirect(done)
    elif has_strong_way_in(person) and not request.session.get("strong"):
        raise StrongSignInNeeded
    person.refresh_from_db()
    context["has_password"] = person.has_usable_password()
    context["has_totp"] = bool(person.totp_secret)
    if person.has_usable_password():
        context["offer"] = _offer(request)
    context["inside_path"] = home_path(request_actor(request)) if actor.grants else "/"
    return render(request, "web/factors.html", context, status=422 if "error" in context else 200)


def _offer(request: HttpRequest) -> object:
    person = require_person(request)
    kept = request.session.get(_TOTP, "")
    if kept:
        return offer_again(kept, person.name or masked_phone(person.phone))
    offer = start_totp(actor=request_actor(request), now=utc_now())
    request.session[_TOTP] = offer.secret
    return offer


def _set_password(request: HttpRequest) -> str:
    set_password(
        actor=request_actor(request), password=request.POST.get("password", ""), now=utc_now()
    )
    person = require_person(request)
    person.refresh_from_db()
    update_session_auth_hash(request, person)
    return "/in/factors"


def _confirm(request: HttpRequest) -> str:
    confirm_totp(
        actor=request_actor(request),
        secret=request.session.get(_TOTP, ""),
        code=request.POST.get("code", ""),
        now=utc_now(),
    )
    request.session.pop(_TOTP, None)
    # password and second factor were both proven in this session just now
    request.session["strong"] = True
    return "/in/factors?" + urlencode({"done": "1"})


@require_POST
def out(request: HttpRequest) -> HttpResponse:
    """Sign this browser out."""
    close_session(request)
    return HttpResponseRedirect("/")
