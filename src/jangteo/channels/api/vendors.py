"""What a vendor downloads to build against: the contract and made-up requests. Public, the same for everybody."""

from __future__ import annotations

from functools import lru_cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jangteo.apps.decisions.contract import document, sandbox_examples
from jangteo.apps.decisions.vendors import known_capability
from jangteo.channels.api.problems import problem_response
from jangteo.platform.errors import JangteoError

#: it changes with the version of this software only
_KEPT_SECONDS = 300


@lru_cache(maxsize=1)
def _contract() -> bytes:
    return orjson.dumps(document())


@lru_cache(maxsize=32)
def _examples(key: str) -> bytes:
    return orjson.dumps(sandbox_examples(known_capability(key)))


def _json(body: bytes) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json")
    response["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    return response


@require_safe
def contract(request: HttpRequest) -> HttpResponse:
    """The whole contract, OpenAPI 3.1."""
    return _json(_contract())


@require_safe
def examples(request: HttpRequest, capability: str) -> HttpResponse:
    """Made-up requests of one capability with the simple rule's answers."""
    try:
        return _json(_examples(capability))
    except JangteoError as error:
        return problem_response(error)
