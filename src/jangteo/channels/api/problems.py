"""Errors of the API as problem+json (RFC 9457), in the language the client asked for."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from jangteo.platform.errors import InvalidInput, JangteoError, NotFound, TooManyRequests

log = structlog.get_logger("jangteo.api")


class FieldProblem(Schema):
    """One field that must be changed."""

    field: str
    message: str


class Problem(Schema):
    """What went wrong, what to do, what is safe."""

    type: str
    title: str
    status: int
    detail: str
    fields: list[FieldProblem] = []


class SignInNeeded(JangteoError):
    """A valid bearer token is needed: `Authorization: Bearer ...`. Make one with `jangteo user token`."""

    ko = "올바른 토큰이 필요해요: `Authorization: Bearer ...`. `jangteo user token`으로 만들 수 있어요."
    status = 401


class BadRequest(JangteoError):
    """The request could not be understood. Change the named fields and send it again; nothing was done."""

    ko = "요청을 이해하지 못했어요. 표시된 항목을 고쳐 다시 보내 주세요. 처리된 것은 없어요."
    status = 422


class Broken(JangteoError):
    """Something broke on our side. It was noted; try again with the same idempotency key."""

    ko = "서버에 문제가 생겼어요. 기록했으니 같은 요청 번호로 다시 보내 주세요."
    status = 500


def problem_response(
    error: JangteoError, fields: list[dict[str, str]] | None = None
) -> HttpResponse:
    """An error as a problem document."""
    detail = error.message(get_language() or "ko")
    body: dict[str, Any] = {
        "type": f"urn:jangteo:problem:{error.code}",
        "title": error.code,
        "status": error.status,
        "detail": detail,
        "fields": fields or [],
    }
    if isinstance(error, InvalidInput):
        body["fields"] = [{"field": error.field, "message": detail}]
    response = HttpResponse(
        orjson.dumps(body), status=error.status, content_type="application/problem+json"
    )
    if isinstance(error, TooManyRequests):
        response["Retry-After"] = str(error.details["wait_seconds"])
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _fields(error: ValidationError) -> list[dict[str, str]]:
    return [
        {"field": ".".join(str(part) for part in item["loc"]), "message": str(item["msg"])}
        for item in error.errors
    ]


def install(api: NinjaAPI) -> None:
    """Give every error of this API the one form."""

    @api.exception_handler(JangteoError)
    def _ours(request: HttpRequest, error: JangteoError) -> HttpResponse:
        return problem_response(error)

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem_response(BadRequest(), _fields(error))

    @api.exception_handler(AuthenticationError)
    def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem_response(SignInNeeded())

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        wrong = NotFound() if error.status_code == 404 else BadRequest()
        return problem_response(wrong)

    @api.exception_handler(Exception)
    def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("api request failed", exc_info=error)
        return problem_response(Broken())
