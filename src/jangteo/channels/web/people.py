"""Who is at the other end of a request, and how a session begins and ends."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from jangteo.apps.accounts.actions.adopt_choices import adopt_choices
from jangteo.apps.accounts.actions.end_session import end_session
from jangteo.apps.accounts.actions.remember_device import remember_device
from jangteo.apps.accounts.actions.see_device import see_device
from jangteo.apps.accounts.errors import AccountClosed, SignInNeeded
from jangteo.apps.accounts.models import Person
from jangteo.apps.accounts.queries import (
    actor_for_guest,
    actor_of,
    devices_of,
    is_staff,
    needs_factors,
    person_by_id,
)
from jangteo.apps.accounts.records import SignedIn
from jangteo.apps.orders.actions.adopt_cart import adopt_cart
from jangteo.apps.orders.models import Cart
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.config import config
from jangteo.platform.permissions import Actor, Role
from jangteo.platform.tenancy import every_market

GUEST_COOKIE = "jt_guest"
GUEST_SALT = "jangteo.guest"
GUEST_DAYS = 365
#: a working day: for staff and for devices that are not to be remembered
SHORT_SESSION_SECONDS = 12 * 3600
BACKEND = "django.contrib.auth.backends.ModelBackend"

_SYSTEMS = (
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows")),
    ("Mac", re.compile(r"Macintosh")),
    ("Linux", re.compile(r"Linux|X11")),
)
_BROWSERS = (
    ("KakaoTalk", re.compile(r"KAKAOTALK")),
    ("Samsung Internet", re.compile(r"SamsungBrowser")),
    ("Whale", re.compile(r"Whale")),
    ("Edge", re.compile(r"Edg")),
    ("Firefox", re.compile(r"Firefox")),
    ("Chrome", re.compile(r"Chrom")),
    ("Safari", re.compile(r"Safari")),
)


def request_actor(request: HttpRequest) -> Actor:
    """Who acts in this request: a signed-in person with the roles this session may use, or a guest. Kept for it.

    A session opened with a code or link alone leaves out the roles that need two factors.
    """
    kept = getattr(request, "jt_actor", None)
    if isinstance(kept, Actor):
        return kept
    person = request_person(request)
    if person is None:
        actor = actor_for_guest(_guest_key(request, make=True))
    else:
        actor = actor_of(
            person,
            strong=bool(request.session.get("strong")),
            guest_key=_guest_key(request, make=False),
        )
        _seen_today(request, actor)
    _put(request, "jt_actor", actor)
    return actor


def request_person(request: HttpRequest) -> Person | None:
    """The signed-in person, or None."""
    user: Person | AnonymousUser = request.user
    return user if isinstance(user, Person) else None


def require_person(request: HttpRequest) -> Person:
    """The signed-in person. Raises `SignInNeeded`, which sends a page's visitor to the sign-in page."""
    person = request_person(request)
    if person is None:
        raise SignInNeeded
    request_actor(request)
    return person


def _put(request: HttpRequest, name: str, value: Any) -> None:
    setattr(cast(Any, request), name, value)


def _guest_key(request: HttpRequest, *, make: bool) -> str:
    new = getattr(request, "jt_new_guest_key", "")
    if new:
        return str(new)
    key = str(
        request.get_signed_cookie(
            GUEST_COOKIE, default="", salt=GUEST_SALT, max_age=GUEST_DAYS * 86_400
        )
    )
    if not key and make:
        key = secrets.token_urlsafe(24)
        _put(request, "jt_new_guest_key", key)
    return key


def put_guest_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser the key that `request_actor` made for it, so that its cart is found again."""
    key = getattr(request, "jt_new_guest_key", "")
    if key:
        response.set_signed_cookie(
            GUEST_COOKIE,
            key,
            salt=GUEST_SALT,
            max_age=GUEST_DAYS * 86_400,
            httponly=True,
            samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE),
        )


def forget_guest(request: HttpRequest) -> None:
    """This browser goes on as a new one: with this answer it gets a fresh key, and the old one is nobody's."""
    _put(request, "jt_new_guest_key", secrets.token_urlsafe(24))
    _put(request, "jt_actor", None)


def _seen_today(request: HttpRequest, actor: Actor) -> None:
    """Once a day: note the device as used and let a remembered session last from today."""
    now = utc_now()
    today = seoul_day(now).isoformat()
    if request.session.get("seen") == today:
        return
    request.session["seen"] = today
    see_device(actor=actor, session_key=request.session.session_key or "", now=now)


def open_session(request: HttpRequest, signed: SignedIn, *, remember: bool) -> str:
    """Begin a session under a new key, note the device, adopt the guest's choices and carts; returns the path to go to.

    Staff sessions always end after a working day. Raises `AccountClosed`.
    """
    person = person_by_id(signed.person_id)
    if person is None:
        raise AccountClosed
    now = utc_now()
    guest_key = _guest_key(request, make=False)
    login(request, person, backend=BACKEND)
    trusted = remember and not (signed.strong and is_staff(person, now))
    request.session["strong"] = signed.strong
    request.session["seen"] = seoul_day(now).isoformat()
    request.session.set_expiry(
        int(settings.SESSION_COOKIE_AGE) if trusted else SHORT_SESSION_SECONDS
    )
    _put(request, "jt_actor", None)
    actor = request_actor(request)
    remember_device(
        actor=actor,
        session_key=request.session.session_key or "",
        label=device_label(request),
        is_trusted=trusted,
        is_strong=signed.strong,
        now=now,
    )
    adopt_choices(actor=actor, guest_key=guest_key, now=now)
    for market_id in _markets_of_carts(guest_key):
        adopt_cart(actor=actor, market_id=market_id, guest_key=guest_key)
    return _first_page(person, actor, signed, now)


def _markets_of_carts(guest_key: str) -> list[int]:
    """Where this browser filled a cart before anybody signed in."""
    if not guest_key:
        return []
    with every_market():
        carts = Cart.objects.filter(guest_key=guest_key, person=None)
        return list(carts.order_by("market_id").values_list("market_id", flat=True))


def _first_page(person: Person, actor: Actor, signed: SignedIn, now: datetime) -> str:
    if not signed.strong and needs_factors(person, now):
        return "/in/factors"
    if not signed.strong and is_staff(person, now) and signed.next_path.startswith("/office"):
        return "/in/staff"
    return signed.next_path or home_path(actor)


def home_path(actor: Actor) -> str:
    """Where somebody's day begins: the stall, the office, or the markets."""
    roles = {grant.role for grant in actor.grants}
    if roles & {Role.OFFICE, Role.AGENCY, Role.SYSTEM}:
        return reverse("office:home")
    if roles & {Role.STALL_OWNER, Role.PROXY}:
        return reverse("stall:home")
    return "/"


def close_session(request: HttpRequest) -> None:
    """Sign this browser out."""
    person = request_person(request)
    key = request.session.session_key
    if person is not None:
        for device in devices_of(person.pk):
            if device.session_key == key:
                end_session(actor=request_actor(request), device_id=device.pk)
    logout(request)
    _put(request, "jt_actor", None)


def client_address(request: HttpRequest) -> str:
    """The visitor's network address; behind TLS the one the load balancer saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if config().https and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def device_label(request: HttpRequest) -> str:
    """Such as "Android · KakaoTalk": what its owner would call it."""
    agent = request.headers.get("User-Agent", "")
    found = [
        next((name for name, pattern in table if pattern.search(agent)), "")
        for table in (_SYSTEMS, _BROWSERS)
    ]
    return " · ".join(name for name in found if name)
