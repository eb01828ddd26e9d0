"""The first page, the language, the sandbox's messages, and what is shown when nothing else can be."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

import pyotp
import structlog
from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.accounts.actions.change_profile import LANGUAGES, change_profile
from jangteo.apps.accounts.links import safe_path
from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.accounts.totp import STEP_SECONDS
from jangteo.apps.markets.models import Market
from jangteo.apps.markets.opening import market_is_open, opening_on
from jangteo.apps.markets.queries import market_by_id, market_list
from jangteo.apps.messaging.models import Message
from jangteo.apps.messaging.queries import newest_messages
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, request_person
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.config import config
from jangteo.platform.sample_keys import read_sample_keys

log = structlog.get_logger("jangteo.web")

_LINK = re.compile(r"https?://\S+")
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_YEAR_SECONDS = 365 * 86_400


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every market with its day; the only one opens at once."""
    markets = market_list()
    if len(markets) == 1:
        return HttpResponseRedirect(reverse("shop:home", args=[markets[0].slug]))
    return render(
        request,
        "web/home.html",
        {"markets": [_market_card(m) for m in markets], "account_url": "/me"},
    )


def _market_card(market: Market) -> dict[str, Any]:
    now = utc_now()
    info = market_by_id(market.pk)
    return {
        "market": info,
        "is_open": market_is_open(info, now),
        "note": opening_on(info, seoul_day(now)).note,
    }


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in this browser and, for somebody signed in, for messages too."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_path(request.POST.get("next", "")) or "/")
    if language in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=_YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=bool(settings.SESSION_COOKIE_SECURE),
        )
        if request_person(request) is not None:
            change_profile(actor=request_actor(request), language=language)
    return response


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownMessage:
    """A message as the sandbox page shows it."""

    message: Message
    phone: str
    code: str
    #: text and, where it is a link, the path to follow on this site
    parts: list[tuple[str, str]]


@require_safe
def sandbox_messages(request: HttpRequest) -> HttpResponse:
    """The phones of the sandbox: every message, the newest first. Only where sandbox pages are on."""
    if not config().sandbox_pages:
        raise Http404
    shown = [_shown(message) for message in newest_messages()]
    page = "web/message_list.html" if "part" in request.GET else "web/sandbox_messages.html"
    return render(request, page, {"messages": shown, "factors": _sample_factors()})


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownFactor:
    """What the authenticator app of one of the sample's staff would show now."""

    name: str
    phone: str
    code: str
    seconds_left: int


def _sample_factors() -> list[ShownFactor]:
    seconds_left = STEP_SECONDS - int(utc_now().timestamp()) % STEP_SECONDS
    return [
        ShownFactor(
            name=key["name"],
            phone=shown_phone(phone),
            code=pyotp.TOTP(key["totp_secret"]).now(),
            seconds_left=seconds_left,
        )
        for phone, key in read_sample_keys().items()
    ]


def _shown(message: Message) -> ShownMessage:
    code = _CODE.search(message.body) if message.template == "sign_in" else None
    parts: list[tuple[str, str]] = []
    position = 0
    ours = config().effective_public_url()
    for link in _LINK.finditer(message.body):
        parts.append((message.body[position : link.start()], ""))
        parts.append((link.group(), link.group().removeprefix(ours)))
        position = link.end()
    parts.append((message.body[position:], ""))
    return ShownMessage(
        message=message,
        phone=shown_phone(message.to_phone),
        code=code.group() if code else "",
        parts=parts,
    )


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """An uploaded picture. Its name changes with its content, so browsers keep it."""
    path = config().media_dir / name
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"),
        content_type="image/webp",
        headers={"Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable"},
    )


def _error(request: HttpRequest, status: int, **words: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": f"HTTP {status}", "status": status}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    return render(request, "ui/error.html", {"status": status, **words}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 as a page."""
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 as a page."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 as a page."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 as a page, with a number that the log knows too."""
    reference = secrets.token_hex(4)
    log.error("page broke", reference=reference)
    return _error(request, 500, reference=reference)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was open too long, or came from elsewhere."""
    return _error(
        request,
        403,
        title=_("화면을 연 지 오래됐어요"),
        what=_("안전을 위해 보내지 않았어요."),
        remedy=_("앞 화면으로 돌아가 새로 고친 다음 다시 눌러 주세요."),
        safe=_("바뀐 것은 없어요."),
    )
