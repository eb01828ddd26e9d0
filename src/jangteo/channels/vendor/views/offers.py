"""One open problem and the company's answer to it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.decisions.capability import capability_of
from jangteo.apps.markets.info import market_by_slug
from jangteo.apps.programme.actions.send_offer import OfferDraft, send_offer
from jangteo.apps.programme.actions.withdraw_offer import withdraw_offer
from jangteo.apps.programme.pilot_queries import companies_of, problem_of
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, request_person, require_person
from jangteo.channels.web.pilots import capability_name, field_words, told
from jangteo.platform.clock import utc_now
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.tenancy import market_scope


def _won(form: QueryDict) -> int | None:
    text = re.sub(r"[,\s원]", "", form.get("monthly_krw", ""))
    if not text:
        return None
    if not re.fullmatch(r"\d{1,12}", text):
        raise InvalidInput(field="monthly_krw", ko="숫자로 적어 주세요.", en="Enter a number.")
    return int(text)


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, market: str, slug: str) -> HttpResponse:
    """Anybody reads it; a company's member answers it."""
    info = market_by_slug(market)
    with market_scope(info.id):
        found = problem_of(info.id, slug)
    capability = capability_of(found.capability)
    form = request.POST
    context: dict[str, Any] = {
        "problem": found,
        "market_info": info,
        "what": capability_name(found.capability),
        "fields": field_words(
            found.capability, sorted(capability.vendor_fields()) if capability else []
        ),
        "companies": companies_of(request_actor(request)) if request_person(request) else [],
        "signed_in": request_person(request) is not None,
        "values": {name: form.get(name, "") for name in ("summary", "base_url", "monthly_krw")},
        "wanted": set(form.getlist("wants_fields")),
        "errors": {},
        "refused": "",
        "account_url": "/me",
    }
    if request.method == "POST":
        require_person(request)
        try:
            send_offer(
                actor=request_actor(request),
                market_id=info.id,
                problem_id=found.pk,
                company_id=int(form["company"]) if form.get("company", "").isdecimal() else 0,
                draft=OfferDraft(
                    summary=form.get("summary", ""),
                    base_url=form.get("base_url", ""),
                    wants_fields=tuple(form.getlist("wants_fields")),
                    monthly_krw=_won(form),
                ),
                now=utc_now(),
            )
        except InvalidInput as wrong:
            context["errors"] = {wrong.field: told(wrong)}
            return render(request, "vendor/problem.html", context, status=wrong.status)
        except JangteoError as wrong:
            context["refused"] = told(wrong)
            return render(request, "vendor/problem.html", context, status=wrong.status)
        return HttpResponseRedirect(reverse("vendor:home") + "?saved=offer#offers")
    return render(request, "vendor/problem.html", context)


@require_POST
def withdraw(request: HttpRequest, market: str, offer_id: int) -> HttpResponse:
    """Take an offer back."""
    require_person(request)
    withdraw_offer(
        actor=request_actor(request),
        market_id=market_by_slug(market).id,
        offer_id=offer_id,
        now=utc_now(),
    )
    return HttpResponseRedirect(reverse("vendor:home"))
