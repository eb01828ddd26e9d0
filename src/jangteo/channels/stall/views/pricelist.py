"""A price list becomes goods on sale: upload, three piles, one question, publish, and one tap to take it all back."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jangteo.apps.catalog.actions.answer_row import answer_row
from jangteo.apps.catalog.actions.answer_tax import answer_tax
from jangteo.apps.catalog.actions.confirm_import import confirm_import
from jangteo.apps.catalog.actions.read_price_list import read_price_list
from jangteo.apps.catalog.actions.undo_import import undo_import
from jangteo.apps.catalog.import_queries import ImportPiles, import_piles, imports_of_stall
from jangteo.apps.catalog.models import PriceImportRow
from jangteo.channels.stall.desk import Desk, at_desk, number, pick, toast
from jangteo.platform.errors import JangteoError

#: sure rows shown before "show all"
SHOWN_ROWS = 30
#: a cell that is nothing but an amount of something: 1봉지, 3개, 한 단
_UNIT = re.compile(
    r"\s*(\d+|한|두|세|네|다섯|열)\s*(?!원)([가-힣]{1,4}|k?g|m?l|kg)\s*", re.IGNORECASE
)


def _language() -> str:
    return get_language() or "ko"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def upload(desk: Desk) -> HttpResponse:
    """Choose a file, or look at the lists that came in before."""
    if desk.request.method != "POST":
        return _upload(desk)
    file = desk.request.FILES.get("file")
    if file is None:
        return _upload(desk, _("파일을 고르지 않았어요. 가격표 파일을 골라 주세요."), 422)
    try:
        read = read_price_list(**desk.keys, data=file.read(), file_name=file.name or "")
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
        "tab": "stall",
    }


def _shown(row: PriceImportRow) -> dict[str, Any]:
    """A row with its original cells, its reason and its proposals in the page's language."""
    return {
        "row": row,
        "cells": [str(cell) for cell in row.cells if str(cell).strip()],
        "reason": pick(row.reason_ko, row.reason_en),
        # only a start for the hand that types; nothing is taken from it by itself
        "unit": row.unit or next((c for c in map(str, row.cells) if _UNIT.fullmatch(c)), ""),
        "proposals": [
            {**p, "why": pick(p["why_ko"], p["why_en"]), "index": index}
            for index, p in enumerate(row.proposals)
        ],
        "was_krw": row.offer.price_krw
        if row.offer is not None and not row.effect and row.offer.price_krw != row.price_krw
        else None,
    }


def _processed(piles: ImportPiles) -> list[PriceImportRow]:
    """New goods that the names alone say are processed food: shown, and to be overruled."""
    return [row for row in piles.ready if row.offer_id is None and row.tax == "taxed"]


@require_safe
@at_desk
def page(desk: Desk, import_id: int) -> HttpResponse:
    """What was understood, in three piles."""
    return desk.page("stall/list.html", _piles(desk, import_id))


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
    if desk.is_part:
        return desk.page(
            "stall/list_part.html", _piles(desk, import_id), headers=toast(_("적어 두었어요."))
        )
    return desk.back("list", _("적어 두었어요."), import_id=import_id)


@require_POST
@at_desk
def publish(desk: Desk, import_id: int) -> HttpResponse:
    """올리기: all that is ready goes on sale, or nothing does and why is said."""
    try:
        done = confirm_import(**desk.keys, import_id=import_id)
    except JangteoError as problem:
        context = {**_piles(desk, import_id), "problem": problem.message(_language())}
        return desk.page("stall/list.html", context, status=problem.status)
    count = done.added + done.repriced + done.shown
    note = ngettext("물건 %(n)s가지를 올렸어요.", "물건 %(n)s가지를 올렸어요.", count) % {
        "n": count
    }
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
