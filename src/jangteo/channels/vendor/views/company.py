"""A company and who acts for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.accounts.links import safe_path
from jangteo.apps.programme.actions.add_company_member import add_company_member
from jangteo.apps.programme.actions.register_company import register_company
from jangteo.apps.programme.companies import CompanyDraft
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, require_person
from jangteo.channels.web.pilots import told
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.ratelimit import limit

#: colleagues' numbers one person may try in a day
MOST_TRIES = 10
_TEXTS = ("name", "name_en", "representative", "business_number", "homepage")


def _day(form: QueryDict) -> date | None:
    text = form.get("founded_on", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            field="founded_on", ko="날짜를 골라 주세요.", en="Choose a day."
        ) from None


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a company; back to the problem it came from."""
    require_person(request)
    form = request.POST
    goal = safe_path(form.get("next", "") or request.GET.get("next", "")) or reverse("vendor:home")
    context: dict[str, Any] = {
        "values": {name: form.get(name, "") for name in (*_TEXTS, "founded_on")},
        "errors": {},
        "problem": "",
        "next": goal,
        "today": seoul_day(utc_now()),
        "account_url": "/me",
    }
    if request.method == "POST":
        try:
            draft = CompanyDraft(
                **{name: form.get(name, "") for name in _TEXTS}, founded_on=_day(form)
            )
            register_company(actor=request_actor(request), draft=draft, now=utc_now())
        except InvalidInput as problem:
            context["errors"] = {problem.field: told(problem)}
            return render(request, "vendor/company.html", context, status=problem.status)
        except JangteoError as problem:
            context["problem"] = told(problem)
            return render(request, "vendor/company.html", context, status=problem.status)
        return HttpResponseRedirect(goal)
    return render(request, "vendor/company.html", context)


@require_POST
def add_member(request: HttpRequest, company_id: int) -> HttpResponse:
    """Let a colleague act for the company."""
    person, now = require_person(request), utc_now()
    # the answer tells whether a number has an account: nobody may ask for many
    limit(f"company-member:{person.pk}", at_most=MOST_TRIES, per_seconds=86_400, now=now)
    add_company_member(
        actor=request_actor(request),
        company_id=company_id,
        phone=request.POST.get("phone", ""),
        now=now,
    )
    return HttpResponseRedirect(reverse("vendor:home"))
