"""Objections and complaints: a person reads, looks, answers; what is due first stands first."""

from __future__ import annotations

from typing import Literal, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.decisions.actions.answer_objection import answer_objection
from jangteo.apps.decisions.objections import (
    ANSWER_WITHIN,
    LEGAL_DAYS,
    objections_answered,
    objections_to_answer,
)
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.platform.errors import InvalidInput


@require_safe
@office_only
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open ones with their day, then the answered ones."""
    return _page(request, desk)


def _page(
    request: HttpRequest,
    desk: Desk,
    *,
    wrong_id: int = 0,
    error: InvalidInput | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "to_answer": objections_to_answer(desk.market.id),
        "answered": objections_answered(desk.market.id),
        "answer_days": ANSWER_WITHIN.days,
        "legal_days": LEGAL_DAYS,
        "english": (get_language() or "ko").startswith("en"),
        "now": desk.now,
        "wrong_id": wrong_id,
        "error": error.message(get_language() or "ko") if error else "",
        "wrong_field": error.field if error else "",
        "written": request.POST.get("answer", ""),
        "chosen": request.POST.get("state", ""),
        "sent": request.GET.get("sent", ""),
        "section": "objections",
    }
    return show(request, desk, "objections.html", context, status=status)


@require_POST
@office_only
def answer(request: HttpRequest, desk: Desk, objection_id: int) -> HttpResponse:
    """The answer of the person who looked."""
    try:
        answer_objection(
            **desk.ids,
            objection_id=objection_id,
            state=cast(Literal["upheld", "changed"], request.POST.get("state", "")),
            answer=request.POST.get("answer", ""),
        )
    except InvalidInput as problem:
        return _page(request, desk, wrong_id=objection_id, error=problem, status=problem.status)
    return HttpResponseRedirect(reverse("office:objections", args=[desk.market.slug]) + "?sent=yes")
