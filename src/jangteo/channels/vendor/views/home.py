"""The first five minutes of a start-up: what is open, what to download, what it has running."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jangteo.apps.programme.models import VendorOffer
from jangteo.apps.programme.pilot_queries import companies_of, offers_by, open_problems
from jangteo.apps.programme.terms import pilot_capabilities
from jangteo.channels.ui.render import render
from jangteo.channels.web.people import request_actor, request_person
from jangteo.channels.web.pilots import capability_name, in_language, state_word


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Open problems for everybody; companies, offers and pilots for who is signed in."""
    companies = companies_of(request_actor(request)) if request_person(request) else []
    offers = offers_by(companies) if companies else []
    context = {
        "companies": companies,
        "offers": [o for o in offers if o.state != VendorOffer.State.ACCEPTED],
        "pilots": [
            (o.pilot, o, *state_word(o.pilot))
            for o in offers
            if o.state == VendorOffer.State.ACCEPTED
        ],
        "problems": [(p, capability_name(p.capability)) for p in open_problems()],
        "capabilities": [
            (c.key, in_language(c.name_ko, c.name_en), c.deadline_ms) for c in pilot_capabilities()
        ],
        "signed_in": request_person(request) is not None,
        "account_url": "/me",
    }
    return render(request, "vendor/home.html", context)
