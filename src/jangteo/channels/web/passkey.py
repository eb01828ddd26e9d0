"""Passkeys over JSON: the browser's part is in ``static_src/passkey.js``."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from jangteo.apps.accounts.actions.register_passkey import register_passkey
from jangteo.apps.accounts.actions.sign_in_with_passkey import sign_in_with_passkey
from jangteo.apps.accounts.errors import PasskeyRefused
from jangteo.apps.accounts.links import safe_path
from jangteo.apps.accounts.passkeys import Ceremony, authentication, registration
from jangteo.channels.web.people import (
    client_address,
    device_label,
    open_session,
    request_actor,
    require_person,
)
from jangteo.platform.clock import utc_now
from jangteo.platform.ratelimit import limit

_CHALLENGE = "passkey_challenge"


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _rp_id(request: HttpRequest) -> str:
    return urlsplit(_origin(request)).hostname or ""


def _begin(request: HttpRequest, ceremony: Ceremony, purpose: str) -> HttpResponse:
    request.session[_CHALLENGE] = [purpose, bytes_to_base64url(ceremony.challenge)]
    return HttpResponse(ceremony.options_json, content_type="application/json")


def _challenge(request: HttpRequest, purpose: str) -> bytes:
    """The challenge of this ceremony; it works once."""
    kept = request.session.pop(_CHALLENGE, ["", ""])
    if kept[0] != purpose:
        raise PasskeyRefused
    return base64url_to_bytes(kept[1])


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError as problem:
        raise PasskeyRefused from problem
    if not isinstance(body, dict):
        raise PasskeyRefused
    return body


@require_POST
def sign_in_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to offer the passkeys it has for this host."""
    return _begin(request, authentication(rp_id=_rp_id(request)), "in")


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Check the browser's answer and begin a session; tells where to go."""
    now = utc_now()
    limit(f"passkey-from:{client_address(request)}", at_most=60, per_seconds=600, now=now)
    body = _body(request)
    signed = sign_in_with_passkey(
        actor=request_actor(request),
        credential=body.get("credential") or {},
        challenge=_challenge(request, "in"),
        rp_id=_rp_id(request),
        origin=_origin(request),
        now=now,
    )
    path = open_session(request, signed, remember=True)
    return JsonResponse({"next": safe_path(str(body.get("next", ""))) or path})


@require_POST
def add_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey for the signed-in person."""
    return _begin(request, registration(require_person(request), rp_id=_rp_id(request)), "add")


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Check and keep the new passkey."""
    body = _body(request)
    register_passkey(
        actor=request_actor(request),
        credential=body.get("credential") or {},
        challenge=_challenge(request, "add"),
        rp_id=_rp_id(request),
        origin=_origin(request),
        label=device_label(request),
        now=utc_now(),
    )
    return JsonResponse({"next": safe_path(str(body.get("next", ""))) or "/me"})
