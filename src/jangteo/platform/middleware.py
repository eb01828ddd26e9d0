"""What every request passes: a clean tenant scope, its language, measured time, security headers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from jangteo.platform.config import config
from jangteo.platform.errors import JangteoError
from jangteo.platform.telemetry import REQUEST_SECONDS
from jangteo.platform.tenancy import reset_scope

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger("jangteo.request")


def request_scope(get_response: GetResponse) -> GetResponse:
    """Forget the former request's market, bind a request id to the logs, and measure the time taken."""

    def middleware(request: HttpRequest) -> HttpResponse:
        reset_scope()
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=secrets.token_hex(8))
        response = get_response(request)
        match = request.resolver_match
        route = match.view_name if match else "none"
        REQUEST_SECONDS.labels(route or "none", request.method or "", response.status_code).observe(
            time.perf_counter() - started
        )
        if response.status_code >= 500:
            log.error("request failed", route=route, status=response.status_code)
        return response

    return middleware


def language(get_response: GetResponse) -> GetResponse:
    """Korean unless the visitor chose otherwise; API clients choose with Accept-Language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if request.path.startswith("/api/"):
            chosen = translation.get_language_from_request(request)
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else "ko")
        response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "ko")
        return response

    return middleware


class RequestTooLarge(JangteoError):
    """This is larger than {most_mib} MiB, so it was not read. Make the file smaller and send it again; nothing was changed."""

    ko = "{most_mib}MB보다 커서 받지 않았어요. 파일을 줄여서 다시 보내 주세요. 바뀐 것은 없어요."
    status = 413


def body_limit(get_response: GetResponse) -> GetResponse:
    """Refuse what no form of ours sends before a byte of it is read: anybody could fill the disk with it.

    Four times the largest upload, so that a photograph somewhat too large is still refused at its own field.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        most_mib = config().upload_max_mib * 4
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > most_mib * 1024 * 1024:
            problem = RequestTooLarge(most_mib=most_mib)
            text = problem.message(translation.get_language() or "ko")
            return HttpResponse(
                text, status=problem.status, content_type="text/plain; charset=utf-8"
            )
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """Headers that Django and django-csp do not send."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(self), microphone=(self), geolocation=(self), payment=(self), interest-cohort=()",
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers and not request.path.startswith("/media/"):
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    return middleware
