"""New goods and changed ones: one short form in the market's words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jangteo.apps.catalog.actions.add_offer import add_offer
from jangteo.apps.catalog.actions.edit_offer import edit_offer
from jangteo.apps.catalog.actions.set_picture import set_picture
from jangteo.apps.catalog.drafts import OfferDraft, offer_draft
from jangteo.apps.catalog.queries import all_categories
from jangteo.apps.catalog.tax import suggest_tax
from jangteo.channels.stall.desk import Desk, at_desk, number, pick
from jangteo.channels.stall.views.goods import own_offer
from jangteo.platform.errors import InvalidInput, JangteoError
from jangteo.platform.particles import with_josa

#: the units stalls use most, offered as buttons
UNITS = ("1개", "1단", "1근", "1kg", "1봉지", "1팩", "1마리", "1모", "1망", "1바구니")


def _draft(posted: QueryDict, before: OfferDraft | None) -> OfferDraft:
    """The form's values over what was there before."""
    kept = before or OfferDraft(name="", tax="")
    return replace(
        kept,
        name=posted.get("name", ""),
        unit=posted.get("unit", ""),
        is_weighed=posted.get("weighed") == "on",
        origin=posted.get("origin", ""),
        category_slug=posted.get("category", ""),
        tax=posted.get("tax", ""),
        storage=posted.get("storage", "") or kept.storage,
        description=posted.get("description", ""),
        use_by_days=number(posted.get("use_by_days")),
    )


def _form(desk: Desk, draft: OfferDraft, **more: Any) -> HttpResponse:
    guess = suggest_tax(draft.name, draft.category_slug) if draft.name else None
    context: dict[str, Any] = {
        "draft": draft,
        "guess": guess,
        "units": UNITS,
        "categories": [("", _("고르지 않음"))]
        + [(c.slug, f"{c.emoji} {pick(c.name, c.name_en)}".strip()) for c in all_categories()],
        "errors": {},
        "offer_id": None,
        "price": "",
        "tab": "goods",
    }
    status = 422 if more.get("errors") else 200
    return desk.page("stall/goods_form.html", context | more, status=status)


def _errors(problem: JangteoError) -> dict[str, str]:
    words = problem.message(get_language() or "ko")
    if isinstance(problem, InvalidInput):
        return {problem.field: words}
    return {"price": words} if problem.code.startswith("price") else {"form": words}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def new(desk: Desk) -> HttpResponse:
    """Sell something new."""
    if desk.request.method != "POST":
        return _form(desk, OfferDraft(name="", tax=""))
    posted = desk.request.POST
    draft = _draft(posted, None)
    try:
        added = add_offer(
            **desk.keys,
            draft=draft,
            price_krw=number(posted.get("price"), default=0) or 0,
            channel="office" if desk.role == "office" else "console",
        )
    except JangteoError as problem:
        return _form(desk, draft, errors=_errors(problem), price=posted.get("price", ""))
    goods = {"goods": with_josa(draft.name.strip(), "을/를"), "n": len(added.missing)}
    if added.missing:
        note = _("%(goods)s 적어 두었어요. %(n)s가지만 답하면 팔 수 있어요.") % goods
    else:
        note = _("%(goods)s 이제 팔아요.") % goods
    upload = desk.request.FILES.get("picture")
    if upload is not None:
        try:
            set_picture(**desk.keys, offer_id=added.offer_id, data=upload.read())
        except JangteoError as problem:
            # the goods are kept; only the picture is missing, and why is said on their page
            note = f"{note} {problem.message(get_language() or 'ko')}"
            return desk.back("offer", note, offer_id=added.offer_id)
    if added.missing:
        return desk.back("label", note, offer_id=added.offer_id)
    return desk.back("goods", note, desk.href("mark", offer_id=added.offer_id, mark="hide"))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def edit(desk: Desk, offer_id: int) -> HttpResponse:
    """Change what is said of goods; the price has its own page."""
    before = offer_draft(own_offer(desk, offer_id))
    if desk.request.method != "POST":
        return _form(desk, before, offer_id=offer_id)
    draft = _draft(desk.request.POST, before)
    try:
        edit_offer(**desk.keys, offer_id=offer_id, draft=draft)
    except JangteoError as problem:
        return _form(desk, draft, errors=_errors(problem), offer_id=offer_id)
    return desk.back("offer", _("고쳤어요."), offer_id=offer_id)
