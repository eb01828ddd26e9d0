"""The alliance's test bed: problems the market posts, offers that come, pilots from the terms to the published result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.decisions.actions.remove_provider import remove_provider
from jangteo.apps.programme.access import RETAILER
from jangteo.apps.programme.actions.accept_offer import accept_offer
from jangteo.apps.programme.actions.answer_checklist import answer_checklist
from jangteo.apps.programme.actions.change_terms import change_terms
from jangteo.apps.programme.actions.check_vendor import check_vendor
from jangteo.apps.programme.actions.close_problem import close_problem
from jangteo.apps.programme.actions.decline_offer import decline_offer
from jangteo.apps.programme.actions.enter_approval import ApprovalDraft, enter_approval
from jangteo.apps.programme.actions.post_problem import ProblemDraft, post_problem
from jangteo.apps.programme.actions.publish_pilot import ImpactNotes, publish_pilot
from jangteo.apps.programme.actions.sign_terms import sign_terms
from jangteo.apps.programme.actions.start_pilot import start_pilot
from jangteo.apps.programme.actions.stop_pilot import stop_pilot
from jangteo.apps.programme.actions.withdraw_certificate import withdraw_certificate
from jangteo.apps.programme.checklist import checklist_of
from jangteo.apps.programme.gates import (
    gates_of,
    newest_approval,
    power_of,
    signatures_that_count,
)
from jangteo.apps.programme.models import Pilot, VendorOffer
from jangteo.apps.programme.pilot_queries import (
    certificate_of,
    health_of,
    offers_of,
    pilot_of,
    pilots_of,
    problem_of,
    problems_of,
    shown_result,
)
from jangteo.apps.programme.terms import pilot_capabilities, read_terms
from jangteo.channels.office.access import Desk, office_only, show
from jangteo.channels.office.forms import day, told
from jangteo.channels.web.pilots import (
    capability_name,
    exit_day,
    fallback_word,
    field_words,
    in_language,
    state_word,
    steps_of,
    terms_changes,
    terms_form,
    terms_rows,
    why_closed,
)
from jangteo.channels.web.pilots import told as told_words
from jangteo.platform.clock import seoul_day
from jangteo.platform.errors import InvalidInput, JangteoError, NotFound


@require_safe
@office_only
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Pilots and problems of the market."""
    problems = problems_of(desk.market.id)
    context = {
        "pilots": [(pilot, *state_word(pilot)) for pilot in pilots_of(desk.market.id)],
        "problems": [
            (
                problem,
                sum(offer.state == VendorOffer.State.SENT for offer in problem.offers.all()),
                capability_name(problem.capability),
            )
            for problem in problems
        ],
        "section": "pilots",
    }
    return show(request, desk, "pilots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def new_problem(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Post a problem."""
    form = request.POST
    context: dict[str, Any] = {
        "values": {name: form.get(name, "") for name in ProblemDraft.__dataclass_fields__},
        "capabilities": [
            (c.key, in_language(c.name_ko, c.name_en), in_language(c.about_ko, c.about_en))
            for c in pilot_capabilities()
        ],
        "errors": {},
        "section": "pilots",
    }
    if request.method == "POST":
        try:
            posted = post_problem(**desk.ids, draft=ProblemDraft(**context["values"]))
        except InvalidInput as problem:
            context["errors"] = told(problem)
            return show(request, desk, "problem_new.html", context, status=problem.status)
        return HttpResponseRedirect(
            reverse("office:pilot-problem", args=[desk.market.slug, posted.slug])
        )
    return show(request, desk, "problem_new.html", context)


@require_safe
@office_only
def problem_page(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """One problem with the offers that came."""
    found = problem_of(desk.market.id, slug)
    context = {
        "problem": found,
        "capability": capability_name(found.capability),
        "offers": [
            (offer, field_words(found.capability, offer.wants_fields)) for offer in offers_of(found)
        ],
        "section": "pilots",
    }
    return show(request, desk, "problem.html", context)


@require_POST
@office_only
def answer_offer(request: HttpRequest, desk: Desk, slug: str, offer_id: int) -> HttpResponse:
    """Accept (and go to the terms) or decline."""
    found = problem_of(desk.market.id, slug)
    if not any(offer.pk == offer_id for offer in offers_of(found)):
        raise NotFound
    if request.POST.get("answer") == "accept":
        pilot = accept_offer(**desk.ids, offer_id=offer_id)
        return HttpResponseRedirect(reverse("office:pilot", args=[desk.market.slug, pilot.slug]))
    decline_offer(**desk.ids, offer_id=offer_id)
    return HttpResponseRedirect(reverse("office:pilot-problem", args=[desk.market.slug, slug]))


@require_POST
@office_only
def close(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Take no more offers."""
    close_problem(**desk.ids, problem_id=problem_of(desk.market.id, slug).pk)
    return HttpResponseRedirect(reverse("office:pilots", args=[desk.market.slug]))


def _context(desk: Desk, pilot: Pilot) -> dict[str, Any]:
    terms = read_terms(pilot.terms)
    checklist = checklist_of(pilot)
    gates = gates_of(pilot, desk.now, checklist=checklist)
    arms, reasons = health_of(pilot)
    before = pilot.state in (Pilot.State.TERMS, Pilot.State.SIGNED)
    return {
        "pilot": pilot,
        "terms": terms,
        "rows": terms_rows(terms),
        "steps": steps_of(pilot, gates),
        "gates": {gate.key: gate for gate in gates},
        "checklist": checklist,
        "signed": signatures_that_count(pilot),
        "names": [("retailer", desk.market.name), ("vendor", pilot.offer.company.name)],
        "approval": newest_approval(pilot),
        "power": power_of(pilot, terms, desk.now) if before else None,
        "health": arms,
        "reasons": [(fallback_word(why), n) for why, n in reasons],
        "shown": shown_result(pilot),
        "certificate": certificate_of(pilot),
        "exit_day": exit_day(pilot, terms),
        "why_closed": why_closed(pilot.experiment),
        "today": seoul_day(desk.now),
        "errors": {},
        "typed": QueryDict(),
        "problem": "",
        "section": "pilots",
    }


@require_safe
@office_only
def page(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """One pilot: what is done, what is next, whose turn it is."""
    context = _context(desk, pilot_of(desk.market.id, slug))
    return show(request, desk, "pilot.html", context | {"saved": request.GET.get("saved", "")})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only
def terms(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    """Change the terms."""
    pilot = pilot_of(desk.market.id, slug)
    kept = read_terms(pilot.terms)
    back = reverse("office:pilot", args=[desk.market.slug, slug])
    context: dict[str, Any] = {"pilot": pilot, "back": back, "errors": {}, "section": "pilots"}
    if request.method == "POST":
        try:
            change_terms(
                **desk.ids,
                pilot_id=pilot.pk,
                side=RETAILER.value,
                changes=terms_changes(request.POST, kept),
            )
        except InvalidInput as problem:
            context |= {"errors": told(problem), "form": terms_form(kept, request.POST)}
            return show(request, desk, "pilot_terms.html", context, status=problem.status)
        return HttpResponseRedirect(f"{back}?saved=terms")
    return show(request, desk, "pilot_terms.html", context | {"form": terms_form(kept)})


@require_POST
@office_only
def do(request: HttpRequest, desk: Desk, slug: str, what: str) -> HttpResponse:
    """One of the office's steps; what goes wrong is said on the pilot's page."""
    pilot = pilot_of(desk.market.id, slug)
    if what not in _STEPS:
        raise NotFound
    try:
        saved = _STEPS[what](desk, pilot, request.POST)
    except InvalidInput as problem:
        context = _context(desk, pilot) | {"errors": told(problem), "typed": request.POST}
        return show(request, desk, "pilot.html", context, status=problem.status)
    except JangteoError as problem:
        if problem.status in (403, 404):
            raise
        context = _context(desk, pilot_of(desk.market.id, slug))
        context["problem"] = told_words(problem)
        return show(request, desk, "pilot.html", context, status=problem.status)
    goal = reverse("office:pilot", args=[desk.market.slug, slug])
    return HttpResponseRedirect(f"{goal}?saved={saved}#{saved}")


def _sign(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    digest = form.get("digest", "")
    sign_terms(**desk.ids, pilot_id=pilot.pk, side=RETAILER.value, digest=digest)
    return "sign"


def _check(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    report = check_vendor(**desk.ids, pilot_id=pilot.pk, side=RETAILER.value)
    return "check" if report.passed else "check-failed"


def _answer(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    item = form.get("item", "")
    answer_checklist(
        **desk.ids,
        pilot_id=pilot.pk,
        item=item,
        is_met=form.get("answer") == "yes",
        note=form.get(f"note-{item}", ""),
    )
    return "checklist"


def _approve(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    draft = ApprovalDraft(
        authority=form.get("authority", ""),
        number=form.get("number", ""),
        granted_on=day(form, "granted_on"),
        last_day=day(form, "last_day"),
        conditions=form.get("conditions", ""),
    )
    enter_approval(**desk.ids, pilot_id=pilot.pk, draft=draft)
    return "approval"


def _start(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    start_pilot(**desk.ids, pilot_id=pilot.pk, plan_seen="plan_seen" in form)
    return "start"


def _stop(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    stop_pilot(**desk.ids, pilot_id=pilot.pk, side=RETAILER.value)
    return "stop"


def _remove(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    if pilot.provider_id is None:
        raise NotFound
    why = form.get("why", "").strip() or _("실증에서 뺌")
    remove_provider(**desk.ids, provider_id=pilot.provider_id, why=why)
    return "remove"


def _publish(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    notes = ImpactNotes(
        job_impact=form.get("job_impact", ""),
        social_impact=form.get("social_impact", ""),
        closing_note=form.get("closing_note", ""),
    )
    publish_pilot(**desk.ids, pilot_id=pilot.pk, notes=notes)
    return "publish"


def _withdraw(desk: Desk, pilot: Pilot, form: QueryDict) -> str:
    withdraw_certificate(**desk.ids, pilot_id=pilot.pk, why=form.get("why", ""))
    return "withdraw"


_STEPS: dict[str, Callable[[Desk, Pilot, QueryDict], str]] = {
    "sign": _sign,
    "check": _check,
    "answer": _answer,
    "approve": _approve,
    "start": _start,
    "stop": _stop,
    "remove": _remove,
    "publish": _publish,
    "withdraw": _withdraw,
}
