"""Every error on purpose becomes a page that says what happened, what to do, and what is safe."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jangteo.apps.accounts.errors import SignInNeeded
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import put_guest_cookie
from jangteo.platform.errors import InvalidInput, JangteoError

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger("jangteo.web")

#: statuses whose usual words in ui/error.html fit any error of that kind
_USUAL = frozenset({403, 404, 429})

_UNREADABLE = InvalidInput(
    field="text",
    ko="글에 쓸 수 없는 글자가 있어요. 다시 적어 주세요.",
    en="There is a character in it that cannot be kept. Write it again.",
)


def _is_nul(problem: DataError) -> bool:
    """No person types a NUL character, and PostgreSQL keeps none."""
    return "NUL (0x00)" in str(problem) or "\\u0000" in str(problem)


class _FriendlyErrors:
    """See `friendly_errors`. Django looks for ``process_exception`` on the object a factory returns."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        put_guest_cookie(request, response)
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A `JangteoError` of a page view, or a NUL character in what came in, as a page; None leaves any other to
        Django."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(problem, DataError) and _is_nul(problem):
            return answer_error(request, _UNREADABLE)
        if not isinstance(problem, JangteoError):
            return None
        if problem.status >= 500:
            log.error("refused", code=problem.code, status=problem.status)
        return answer_error(request, problem)


def friendly_errors(get_response: GetResponse) -> _FriendlyErrors:
    """Turn a `JangteoError` into a page, a toast (htmx) or JSON (fetch); give new guests their cookie."""
    return _FriendlyErrors(get_response)


def answer_error(request: HttpRequest, problem: JangteoError) -> HttpResponse:
    """The error in the visitor's language and the form the browser asked for."""
    message = problem.message(get_language() or "ko")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": problem.code, "message": message}, status=problem.status)
    if request.headers.get("HX-Request"):
        toast = json.dumps({"toast": {"text": message}})
        headers = {"HX-Trigger": toast, "HX-Reswap": "none"}
        return HttpResponse(status=problem.status, headers=headers)
    if isinstance(problem, SignInNeeded) and request.method == "GET":
        return HttpResponseRedirect(f"/in?{urlencode({'next': request.get_full_path()})}")
    words: dict[str, str] = {"what": message}
    if problem.status < 500 and problem.status not in _USUAL:
        words |= {
            "title": _("이대로는 할 수 없어요"),
            "remedy": _("앞 화면으로 돌아가 고친 다음 다시 해 주세요."),
            "safe": _("바뀐 것은 없어요."),
        }
    return render(
        request, "ui/error.html", {"status": problem.status, **words}, status=problem.status
    )
