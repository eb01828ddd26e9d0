"""The page of rights: what somebody allows, what was decided about her, her data, deleting it. Also without an account."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.accounts.actions.download_my_data import download_my_data
from jangteo.apps.accounts.actions.erase_guest import erase_guest
from jangteo.apps.accounts.actions.erase_me import erase_me
from jangteo.apps.accounts.actions.keep_me import keep_me
from jangteo.apps.accounts.actions.set_consent import set_consent
from jangteo.apps.accounts.consents import WORDING, consents_of
from jangteo.apps.accounts.models import Purpose
from jangteo.apps.accounts.phones import shown_phone
from jangteo.apps.accounts.queries import erasure_by_receipt, waiting_erasure, what_waits
from jangteo.apps.accounts.records import MyData
from jangteo.apps.decisions.forgetting import recipients, vendor_receipts
from jangteo.apps.decisions.objections import objections_of
from jangteo.apps.decisions.queries import decisions_about
from jangteo.channels.ui.render import render
from jangteo.channels.web.data_words import plain_sections
from jangteo.channels.web.people import (
    GUEST_COOKIE,
    forget_guest,
    request_actor,
    request_person,
    require_person,
)
from jangteo.platform.clock import seoul_day, utc_now
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.permissions import Actor

#: decisions on the page; all of them are in the data
DECISIONS_SHOWN = 10
#: for one pair of eyes
_PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


def _reader(request: HttpRequest) -> Actor:
    """Who reads. A visitor without a key gets none for looking."""
    if request_person(request) is None and GUEST_COOKIE not in request.COOKIES:
        return Actor()
    return request_actor(request)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything on one page, the switch first."""
    actor = _reader(request)
    person = request_person(request)
    now = utc_now()
    said = consents_of(actor)
    changed = request.GET.get("changed", "")
    purpose, _sep, word = changed.partition("-")
    known = purpose in Purpose.values and word in ("on", "off")
    context = {
        "person": person,
        "has_key": person is not None or bool(actor.guest_key),
        "said": {purpose.value: word for purpose, word in said.items()},
        "changed": purpose if known else "",
        "changed_to": word if known else "",
        "recipients": recipients(),
        "decisions": decisions_about(actor, DECISIONS_SHOWN),
        "objections": objections_of(actor),
        "erasure": waiting_erasure(person.pk) if person else None,
        "english": (get_language() or "ko").startswith("en"),
        "now": now,
        "account_url": "/me" if person else "/in?next=/me/privacy",
    }
    return render(request, "web/privacy.html", context, headers=_PRIVATE)


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """One purpose on or off."""
    purpose, word = request.POST.get("purpose", ""), request.POST.get("word", "")
    if purpose not in Purpose.values or word not in ("on", "off"):
        raise InvalidInput(
            field="word", ko="켤지 끌지 골라 주세요.", en="Choose whether to switch it on or off."
        )
    set_consent(
        actor=request_actor(request),
        purpose=Purpose(purpose),
        is_given=word == "on",
        wording=WORDING,
        channel="me",
        now=utc_now(),
    )
    return HttpResponseRedirect(f"/me/privacy?changed={purpose}-{word}#{purpose}")


def _gather(request: HttpRequest) -> MyData:
    return download_my_data(actor=_reader(request), now=utc_now())


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """All that is held about her, to read."""
    gathered = _gather(request)
    context = {
        "made_at": gathered.made_at,
        "sections": plain_sections(gathered.sections),
        "account_url": "/me/privacy",
    }
    return render(request, "web/my_data.html", context, headers=_PRIVATE)


@require_safe
def data_file(request: HttpRequest) -> HttpResponse:
    """The same as one JSON file, complete."""
    gathered = _gather(request)
    body = {
        "made_at": gathered.made_at.isoformat(),
        "sections": [
            {
                "key": section.key,
                "title": {"ko": section.title_ko, "en": section.title_en},
                "why": {"ko": section.why_ko, "en": section.why_en},
                "rows": [dict(row) for row in section.rows],
            }
            for section in gathered.sections
        ],
    }
    day = seoul_day(gathered.made_at).isoformat()
    headers = _PRIVATE | {"Content-Disposition": f'attachment; filename="jangteo-{day}.json"'}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers=headers,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Say beforehand what goes, what stays and what waits; POST does it."""
    person = request_person(request)
    context: dict[str, Any] = {"person": person, "account_url": "/me/privacy"}
    if request.method == "POST":
        try:
            return _delete(request)
        except JangteoError as problem:
            context["error"] = problem.message(get_language() or "ko")
            status = problem.status
    else:
        status = 200
    if person is not None:
        context |= {
            "phone": shown_phone(person.phone),
            "waits": what_waits(person, utc_now()),
            "erasure": waiting_erasure(person.pk),
        }
    context["has_key"] = person is not None or bool(_reader(request).guest_key)
    context["english"] = (get_language() or "ko").startswith("en")
    return render(request, "web/delete_me.html", context, status=status, headers=_PRIVATE)


def _delete(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    actor = request_actor(request)
    if request_person(request) is None:
        was_off = consents_of(actor)[Purpose.PERSONAL] is False
        done = erase_guest(actor=actor, now=now)
        forget_guest(request)
        if was_off:
            # a new key, and still no
            set_consent(
                actor=request_actor(request),
                purpose=Purpose.PERSONAL,
                is_given=False,
                wording=WORDING,
                channel="erasure",
                now=now,
            )
        context = {
            "done": done,
            "kept": [kept for one in done for kept in one.kept],
            "english": (get_language() or "ko").startswith("en"),
        }
        return render(request, "web/browser_forgotten.html", context, headers=_PRIVATE)
    asked = erase_me(actor=actor, now=now)
    forget_guest(request)
    if asked.is_done:
        # the session's row is gone already; a fresh, empty one takes its place
        request.session.flush()
    return HttpResponseRedirect(reverse("web:erasure", args=[asked.receipt_code]))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Take back a deletion that waits."""
    require_person(request)
    keep_me(actor=request_actor(request))
    return HttpResponseRedirect("/me/privacy?kept=1")


@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a deletion, for whoever has the receipt: no personal data."""
    view = erasure_by_receipt(code)
    english = (get_language() or "ko").startswith("en")
    context = {
        "erasure": view,
        "went": [(en if english else ko, count) for ko, en, count in view.went],
        "kept": view.kept,
        "waits": [en if english else ko for ko, en in view.waits_for],
        "vendors": vendor_receipts(view.calls),
        "english": english,
        "now": utc_now(),
        "is_signed_in": request_person(request) is not None,
        "days_left": (view.due_at - utc_now()).days,
        "title": _("지운 기록") if view.is_done else _("지우기를 기다리고 있어요"),
    }
    return render(request, "web/erasure.html", context, headers=_PRIVATE)
