"""How a write is answered: a toast in place for htmx, the page it came from for a plain form."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from jangteo.apps.accounts.links import safe_path


def came_from(request: HttpRequest, otherwise: str) -> str:
    """The page to go back to: the form's ``next`` when it is a place on this site."""
    return safe_path(request.POST.get("next", "") or request.GET.get("next", "")) or otherwise


def done(request: HttpRequest, text: str, *, back: str, undo: str = "") -> HttpResponse:
    """Say what was done and, with ``undo`` (a path), offer to take it back."""
    goal = came_from(request, back)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(goal)
    toast = {"text": text}
    if undo:
        toast["undo"] = f"{undo}?{urlencode({'next': goal})}"
    return HttpResponse(
        status=204, headers={"HX-Trigger": json.dumps({"toast": toast, "office:refresh": {}})}
    )
