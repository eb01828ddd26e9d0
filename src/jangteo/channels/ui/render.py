"""One way to answer with a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render a Jinja2 page or fragment ("shop/home.html") for this request."""
    page = engines["jinja2"].get_template(template)
    return HttpResponse(
        page.render(dict(context or {}), request), status=status, headers=dict(headers or {})
    )
