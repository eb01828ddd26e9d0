"""``/api/v1/...``; an unknown address below it is answered in the API's own form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from jangteo.channels.api import vendors
from jangteo.channels.api.api import api
from jangteo.channels.api.problems import problem_response
from jangteo.platform.errors import NotFound


def unknown(request: HttpRequest) -> HttpResponse:
    """No such resource."""
    return problem_response(NotFound())


urlpatterns = [
    path("api/v1/provider-contract.json", vendors.contract, name="provider-contract"),
    path(
        "api/v1/provider-contract/examples/<slug:capability>.json",
        vendors.examples,
        name="provider-examples",
    ),
    path("api/v1/", api.urls),
    re_path(r"^api/.*$", unknown),
]
