"""A price list becomes goods on sale: upload, three piles, one question, publish, and one tap to take it all back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.catalog.actions.answer_list import (
    answer_gone,
    answer_item,
    answer_list_origin,
)
from jangteo.apps.catalog.actions.answer_row import answer_row
from jangteo.apps.catalog.actions.answer_tax import answer_tax
from jangteo.apps.catalog.actions.confirm_import import confirm_import
from jangteo.apps.catalog.actions.read_price_list import read_price_list, read_price_photos
from jangteo.apps.catalog.actions.undo_import import undo_import
from jangteo.apps.catalog.errors import ImportNotFound
from jangteo.apps.catalog.import_queries import (
    ImportPiles,
    drafts_of_import,
    import_piles,
    imports_of_stall,
    row_box,
)
from jangteo.apps.catalog.items import card
from jangteo.apps.catalog.models import PriceImport, PriceImportRow
from jangteo.apps.catalog.price_lists.gone import KEEP
from jangteo.apps.catalog.price_lists.understanding import unit_told
from jangteo.apps.catalog.price_lists.waiting import takes_long
from jangteo.apps.catalog.publishing.labelling import gate_many
from jangteo.channels.stall.desk import Desk, at_desk, number, pick, toast
from jangteo.platform.errors import JangteoError
from jangteo.platform.picture_parts import picture_part
from jangteo.platform.ratelimit import limit

KOREAN = "국산"
#: one tap each; anything else is typed. Data, not words of the page: this is what the label says
ORIGINS = ("국산", "중국산", "미국산", "호주산", "러시아산", "베트남산", "칠레산", "노르웨이산")
#: sure rows shown before "show all"
SHOWN_ROWS = 30
#: times an hour a stall may send photographs: each costs the worker up to a minute
MOST_PHOTOS = 30


def _language() -> str:
    return get_language() or "ko"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def upload(desk: Desk) -> HttpResponse:
    """Choose a file or photographs of price boards, or look at the lists that came in before."""
    if desk.request.method != "POST":
        return _upload(desk)
    photos = desk.request.FILES.getlist("photo")
    file = desk.request.FILES.get("file")
    if file is None and not photos:
        return _upload(desk, _("파일을 고르지 않았어요. 가격표 파일을 골라 주세요."), 422)
    try:
        if file is None:
            limit(f"boards:{desk.stall.pk}", at_most=MOST_PHOTOS, per_seconds=3600, now=desk.now)
            read = read_price_photos(**desk.keys, photos=[p.read() for p in photos])
        else:
            data = file.read()
            later = takes_long(data)
            read = read_price_list(**desk.keys, data=data, file_name=file.name or "", later=later)
    except JangteoError as problem:
        return _upload(desk, problem.message(_language()), problem.status)
    note = _("같은 파일이에요. 바뀐 것은 없어요.") if read.is_repeat else ""
    return desk.back("list", note, import_id=read.import_id)


def _upload(desk: Desk, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "lists": imports_of_stall(desk.market.id, desk.stall.pk),
        "problem": problem,
        "tab": "stall",
    }
    return desk.page("stall/lists.html", context, status=status)


def _piles(desk: Desk, import_id: int) -> dict[str, Any]:
    piles = import_piles(desk.market.id, desk.stall.pk, import_id)
    sure = [_shown(row) for row in piles.sure]
    return {
        "piles": piles,
        "list": piles.price_import,
        "sure": sure,
        "sure_first": SHOWN_ROWS,
        "check": [_shown(row) for row in piles.check],
        "cannot": [_shown(row) for row in piles.cannot],
        "ignored": [_shown(row) for row in piles.ignored],
        "open_questions": sum(not row.is_settled and not row.effect for row in piles.check),
        "processed": _processed(piles),
        "origins": [_shown(row) for row in piles.origin_question],
        "origin_chips": ORIGINS,
        "later": bool(piles.price_import.outcome.get("origin_later")),
        "gone": [(o, piles.price_import.gone.get(str(o.pk), KEEP)) for o in piles.gone],
        "groups": _groups(piles),
        "drafts": _drafts(desk, piles),
        "trouble": pick(
            piles.price_import.problem.get("ko", ""), piles.price_import.problem.get("en", "")
        ),
        "tab": "stall",
    }


def _groups(piles: ImportPiles) -> list[tuple[str, list[dict[str, Any]]]]:
    """Certain rows by what they would do: new goods, other prices (the largest change first), nothing."""
    if piles.price_import.state != PriceImport.State.READ:
        return [("", [_shown(row) for row in piles.sure])]
    sure = {row.pk: row for row in piles.sure}
    order = {row.pk: place for place, row in enumerate(piles.changed)}
    changed = sorted((r for r in piles.changed if r.pk in sure), key=lambda r: order[r.pk])
    new = [r for r in piles.sure if r.offer is None]
    known = {r.pk for r in (*changed, *new)}
    rest = [r for r in piles.sure if r.pk not in known]
    titled = (
        (_("새 물건"), new),
        (_("값이 바뀐 것"), changed),
        (_("그대로인 것"), rest),
    )
    return [(title, [_shown(row) for row in rows]) for title, rows in titled if rows]


def _drafts(desk: Desk, piles: ImportPiles) -> list[dict[str, Any]]:
    """Goods of this list that wait unseen, with the first thing they lack."""
    if piles.price_import.state != "confirmed":
        return []
    offers = drafts_of_import(desk.market.id, piles.price_import.pk)
    return [
        {"offer": offer, "lacks": [pick(one.ko, one.en) for one in lacking]}
        for offer, lacking in zip(offers, gate_many(offers), strict=True)
    ]


def _shown(row: PriceImportRow) -> dict[str, Any]:
    """A row with its original cells, its reason and its proposals in the page's language."""
    known = row.offer if row.offer is not None and not row.effect else None
    was_krw = known.price_krw if known is not None and known.price_krw != row.price_krw else None
    return {
        "row": row,
        "cells": [str(cell) for cell in row.cells if str(cell).strip()],
        "reason": pick(row.reason_ko, row.reason_en),
        # only a start for the hand that types; nothing is taken from it by itself
        "unit": unit_told(row),
        "proposals": [
            {**p, "why": pick(p["why_ko"], p["why_en"]), "index": index}
            for index, p in enumerate(row.proposals)
        ],
        "was_krw": was_krw,
        "percent": (
            round(100 * ((row.price_krw or was_krw) - was_krw) / was_krw) if was_krw else None
        ),
        "asks": [pick(a["ko"], a["en"]) for a in row.understood.get("asks", [])][:2],
        "item": _item_question(row),
        "origin_by": row.understood.get("origin", {}).get("by", ""),
    }


def _item_question(row: PriceImportRow) -> dict[str, Any] | None:
    """Is it this product? Asked only where the matcher is not sure; a sale never waits for it."""
    if row.item_verdict != "unsure" or row.item is None or row.effect or row.is_left_out:
        return None
    why = row.understood.get("match", {})
    return {
        "id": row.item.pk,
        "title": card(row.item).title,
        "why": pick(why.get("ko", ""), why.get("en", "")),
    }


def _processed(piles: ImportPiles) -> list[PriceImportRow]:
    """New goods that the names alone say are processed food: shown, and to be overruled."""
    return [row for row in piles.ready if row.offer_id is None and row.tax == "taxed"]


@require_safe
@at_desk
def page(desk: Desk, import_id: int) -> HttpResponse:
    """What was understood, in three piles; while a worker reads, how far it is."""
    context = _piles(desk, import_id)
    state = context["list"].state
    if state not in (PriceImport.State.READING, PriceImport.State.FAILED):
        if desk.is_part:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return desk.page("stall/list.html", context)
    if desk.is_part and state == PriceImport.State.FAILED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    template = "stall/list_wait_part.html" if desk.is_part else "stall/list_wait.html"
    return desk.page(template, context)


@require_safe
@at_desk
def crop(desk: Desk, import_id: int, row_id: int) -> HttpResponse:
    """The part of the photograph that a row was read from."""
    box = row_box(desk.market.id, desk.stall.pk, import_id, row_id)
    try:
        data = picture_part(str(box["picture"]), box["at"])
    except (FileNotFoundError, KeyError, ValueError) as problem:
        raise ImportNotFound from problem
    return HttpResponse(
        data, content_type="image/webp", headers={"Cache-Control": "private, max-age=3600"}
    )


@require_POST
@at_desk
def origin(desk: Desk, import_id: int) -> HttpResponse:
    """모두 국산인가요? Yes for all, one by one, or later."""
    posted = desk.request.POST
    asked = [number(value) or 0 for value in posted.getlist("asked")]
    answer = posted.get("answer", "")
    origins: dict[int, str] = {}
    if answer == "korean":
        origins = dict.fromkeys(asked, KOREAN)
    elif answer == "each":
        said = {row_id: posted.get(f"origin-{row_id}", "").strip() for row_id in asked}
        origins = {row_id: text for row_id, text in said.items() if text}
    remember = KOREAN if answer == "korean" and posted.get("remember") == "yes" else ""
    answer_list_origin(
        **desk.keys,
        import_id=import_id,
        origins=origins,
        remember=remember,
        later=answer == "later",
    )
    return _answered(desk, import_id)


@require_POST
@at_desk
def gone(desk: Desk, import_id: int) -> HttpResponse:
    """What becomes of goods that the list lacks: all alike, or one by one."""
    posted = desk.request.POST
    asked = [number(value) or 0 for value in posted.getlist("asked")]
    every = posted.get("all", "")
    choices = {pk: every or posted.get(f"gone-{pk}", KEEP) for pk in asked}
    answer_gone(**desk.keys, import_id=import_id, choices=choices)
    return _answered(desk, import_id)


@require_POST
@at_desk
def item(desk: Desk, import_id: int, row_id: int) -> HttpResponse:
    """이 상품인가요? Yes or no; the answer is learned from."""
    posted = desk.request.POST
    chosen = number(posted.get("item")) if posted.get("answer") == "yes" else None
    answer_item(**desk.keys, import_id=import_id, row_id=row_id, item_id=chosen)
    return _answered(desk, import_id)


def _answered(desk: Desk, import_id: int) -> HttpResponse:
    if desk.is_part:
        said = toast(_("적어 두었어요."))
        return desk.page("stall/list_part.html", _piles(desk, import_id), headers=said)
    return desk.back("list", _("적어 두었어요."), import_id=import_id)


@require_POST
@at_desk
def row(desk: Desk, import_id: int, row_id: int) -> HttpResponse:
    """Settle one row: tap a proposal, type it, or leave it out."""
    posted = desk.request.POST
    typed = "name" in posted
    try:
        answer_row(
            **desk.keys,
            import_id=import_id,
            row_id=row_id,
            proposal=number(posted.get("proposal")),
            name=posted.get("name") if typed else None,
            unit=posted.get("unit") if typed else None,
            price_krw=number(posted.get("price")) if typed else None,
            leave_out=posted.get("leave_out") == "yes",
        )
    except JangteoError as problem:
        if desk.is_part:
            raise
        return desk.back("list", problem.message(_language()), import_id=import_id)
    if desk.is_part:
        return desk.page("stall/list_part.html", _piles(desk, import_id))
    return desk.back("list", import_id=import_id)


@require_POST
@at_desk
def tax(desk: Desk, import_id: int) -> HttpResponse:
    """Which of the new goods are processed food? Ticked rows are taxed, the others exempt."""
    posted = desk.request.POST
    asked = [number(value) or 0 for value in posted.getlist("asked")]
    taxed = set(posted.getlist("taxed"))
    taxes = {row_id: "taxed" if str(row_id) in taxed else "exempt" for row_id in asked}
    answer_tax(**desk.keys, import_id=import_id, taxes=taxes)
    return _answered(desk, import_id)


@require_POST
@at_desk
def publish(desk: Desk, import_id: int) -> HttpResponse:
    """올리기: all that is ready goes on sale, or nothing does and why is said."""
    try:
        done = confirm_import(**desk.keys, import_id=import_id)
    except JangteoError as problem:
        context = {**_piles(desk, import_id), "problem": problem.message(_language())}
        return desk.page("stall/list.html", context, status=problem.status)
    count = done.added + done.repriced + done.shown + done.drafts
    note = ngettext("물건 %(n)s가지를 올렸어요.", "물건 %(n)s가지를 올렸어요.", count) % {
        "n": count
    }
    if done.drafts:
        note = _("%(n)s가지를 올렸어요. %(drafts)s가지는 표시할 것이 남아 준비 중이에요.") % {
            "n": count - done.drafts,
            "drafts": done.drafts,
        }
    count += done.sold_out + done.taken_down
    if not count:
        note = _("바뀐 것은 없어요.")
    undo = desk.href("list-undo", import_id=import_id) if count else ""
    return desk.back("list", note, undo, import_id=import_id)


@require_POST
@at_desk
def undo(desk: Desk, import_id: int) -> HttpResponse:
    """Everything the list did is taken back; what was changed since stays and is named."""
    done = undo_import(**desk.keys, import_id=import_id)
    note = _("되돌렸어요. 예전 값 %(back)s가지, 내린 물건 %(hidden)s가지.") % {
        "back": done.restored,
        "hidden": done.hidden,
    }
    return desk.back("list", note, import_id=import_id)
