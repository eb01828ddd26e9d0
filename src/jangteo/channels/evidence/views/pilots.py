"""Pilots for everybody: open problems, every published result, its files, and certificates checked by their code."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jangteo.apps.decisions.export import experiment_export
from jangteo.apps.decisions.log import dumps
from jangteo.apps.markets.info import market_by_slug
from jangteo.apps.programme.certificate_pdf import certificate_pdf
from jangteo.apps.programme.certificates import typed_code, verify
from jangteo.apps.programme.checklist import checklist_of
from jangteo.apps.programme.gates import newest_approval, signatures_that_count
from jangteo.apps.programme.models import Pilot
from jangteo.apps.programme.pilot_queries import (
    certificate_of,
    open_problems,
    published_pilot,
    published_pilots,
    shown_result,
)
from jangteo.apps.programme.terms import read_terms
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import client_address
from jangteo.channels.web.pilots import capability_name, terms_rows, why_closed
from jangteo.platform.clock import utc_now
from jangteo.platform.config import config
from jangteo.platform.errors import NotFound
from jangteo.platform.ratelimit import limit
from jangteo.platform.tenancy import market_scope


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Open problems and every published pilot, whatever it found."""
    pilots = []
    for pilot in published_pilots():
        with market_scope(pilot.market_id):
            pilots.append((pilot, shown_result(pilot).finding))
    context = {
        "problems": [(p, capability_name(p.capability)) for p in open_problems()],
        "pilots": pilots,
    }
    return render(request, "evidence/pilots.html", context)


def _context(pilot: Pilot) -> dict[str, Any]:
    terms = read_terms(pilot.terms)
    return {
        "pilot": pilot,
        "m": pilot.market.slug,
        "rows": terms_rows(terms),
        "terms": terms,
        "shown": shown_result(pilot),
        "signed": signatures_that_count(pilot),
        "names": [("retailer", pilot.market.name), ("vendor", pilot.offer.company.name)],
        "checklist": checklist_of(pilot),
        "approval": newest_approval(pilot),
        "certificate": certificate_of(pilot),
        "why_closed": why_closed(pilot.experiment),
        "is_intact": terms.digest == pilot.terms_digest,
    }


@require_safe
def page(request: HttpRequest, market: str, slug: str) -> HttpResponse:
    """One published pilot: the sentence, the drawing, the tables, the definitions, the files."""
    info = market_by_slug(market)
    pilot = published_pilot(info.id, slug)
    with market_scope(info.id):
        return render(request, "evidence/pilot.html", _context(pilot))


@require_safe
def export(request: HttpRequest, market: str, slug: str) -> HttpResponse:
    """Rows, design and a program that computes the result again."""
    info = market_by_slug(market)
    pilot = published_pilot(info.id, slug)
    if pilot.experiment_id is None:
        raise NotFound
    with market_scope(info.id):
        data = experiment_export(info.id, pilot.experiment_id, utc_now())
    return _file(data, "application/zip", f"{slug}.zip")


@require_safe
def terms_file(request: HttpRequest, market: str, slug: str) -> HttpResponse:
    """The signed terms in the exact bytes whose SHA-256 both sides signed."""
    pilot = published_pilot(market_by_slug(market).id, slug)
    data = dumps(read_terms(pilot.terms).as_json())
    return _file(data, "application/json", f"{slug}-terms.json")


@require_safe
def certificate(request: HttpRequest, market: str, slug: str) -> HttpResponse:
    """The certificate on paper; none for a withdrawn one."""
    info = market_by_slug(market)
    pilot = published_pilot(info.id, slug)
    with market_scope(info.id):
        found = certificate_of(pilot)
    if found is None or found.withdrawn_at is not None:
        raise NotFound
    data = certificate_pdf(
        found.facts,
        verify_url=config().effective_public_url()
        + reverse("evidence:verify-code", args=[found.code]),
        digest=found.digest,
    )
    return _file(data, "application/pdf", f"{found.code}.pdf")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Type a code from paper."""
    text = request.GET.get("code", "").strip()[:40]
    if text:
        return HttpResponseRedirect(
            reverse("evidence:verify-code", args=[typed_code(text) or "unknown"])
        )
    return render(request, "evidence/verify.html", {"found": None})


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Valid, withdrawn, altered or unknown; nothing of a person."""
    now = utc_now()
    # a code has 59 random bits: this only keeps machines from trying all night
    limit(f"verify:{client_address(request)}", at_most=60, per_seconds=60, now=now)
    found = verify(code)
    status = 404 if found.standing == "unknown" else 200
    return render(request, "evidence/verify.html", {"found": found}, status=status)
