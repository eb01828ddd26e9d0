"""The one thing to do now: a ringing order, else what to pack, else calm."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jangteo.apps.orders.actions.answer_part import answer_part
from jangteo.apps.orders.queries import sold_today_krw, stall_parts
from jangteo.channels.stall.desk import Desk, at_desk, number, toast
from jangteo.channels.stall.shown import ShownPart, Today, shown_parts, sort_out
from jangteo.platform.errors import NotFound
from jangteo.platform.particles import with_josa


def today_of(desk: Desk) -> Today:
    """The stall's orders of now and today."""
    views = stall_parts(desk.market.id, desk.stall.pk, desk.now)
    return sort_out(shown_parts(views, desk.market, desk.now), desk.now)


def _state(desk: Desk) -> dict[str, object]:
    today = today_of(desk)
    sold_krw, sold = sold_today_krw(desk.market.id, desk.stall.pk, desk.now)
    return {
        "today": today,
        "stamp": today.stamp(desk.is_closed_today),
        "sold_krw": sold_krw,
        "sold": sold,
        "hub": with_josa(desk.market.hub_name or _("모으는 곳"), "으로/로"),
    }


@require_safe
@at_desk
def page(desk: Desk) -> HttpResponse:
    """The console's first page."""
    return desk.page("stall/now.html", {**_state(desk), "tab": "now"})


@require_safe
@at_desk
def part(desk: Desk) -> HttpResponse:
    """The same without its frame; 204 when the page shows it already (``seen``)."""
    state = _state(desk)
    if desk.request.GET.get("seen") == state["stamp"]:
        return HttpResponse(status=204)
    return desk.page("stall/now_part.html", state)


@require_safe
@at_desk
def bell(desk: Desk) -> HttpResponse:
    """On every other page: does an order ring?"""
    return desk.page("stall/bell.html", {"today": today_of(desk)})


@require_safe
@at_desk
def pulse(desk: Desk) -> HttpResponse:
    """For pages without a live stream: an ETag that changes when there is something to look at."""
    etag = f'"{today_of(desk).stamp(desk.is_closed_today)}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if desk.request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers=headers)
    return JsonResponse({"events": [{"name": "again"}]}, headers=headers)


def find_part(desk: Desk, part_id: int) -> ShownPart:
    """One of the stall's orders of today. Raises `NotFound`."""
    today = today_of(desk)
    every = (*today.ringing, *today.later, *today.packing, *today.at_hub, *today.over)
    found = next((one for one in every if one.part_id == part_id), None)
    if found is None:
        raise NotFound
    return found


@require_safe
@at_desk
def ask(desk: Desk, part_id: int, kind: str) -> HttpResponse:
    """Which line is short, and how much of it is there? ``kind``: "less" or "out"."""
    if kind not in ("less", "out"):
        raise NotFound
    template = "stall/some_part.html" if desk.is_part else "stall/some.html"
    return desk.page(template, {"part": find_part(desk, part_id), "kind": kind, "tab": "now"})


@require_POST
@at_desk
def answer(desk: Desk) -> HttpResponse:
    """됩니다, 양 적어요 or 품절. The same answer twice changes nothing."""
    posted = desk.request.POST
    part = find_part(desk, number(posted.get("part")) or 0)
    kind = posted.get("answer", "")
    # a line is always named: an answer sent twice must not reach what took the place of the first one
    if kind == "out" and "line" not in posted:
        return _again(desk, part, "out")
    if kind == "less" and not any(key.startswith("have-") for key in posted):
        return _again(desk, part, "less")
    available = _available(posted, kind, part)
    answer_part(**desk.keys, order_id=part.order_id, part_id=part.part_id, available=available)
    note = _told(find_part(desk, part.part_id))
    if not desk.is_part:
        return desk.back("now", note)
    return desk.page("stall/now_part.html", _state(desk), headers=toast(note))


def _again(desk: Desk, part: ShownPart, kind: str) -> HttpResponse:
    """A second question, in place where a script asks."""
    if not desk.is_part:
        return desk.back("answer-some", part_id=part.part_id, kind=kind)
    return desk.page("stall/some_part.html", {"part": part, "kind": kind})


def _available(posted: QueryDict, kind: str, part: ShownPart) -> dict[int, int]:
    """Lines (by id) of which fewer units can be given than are to be packed."""
    if kind == "out":
        return {number(str(line)) or 0: 0 for line in posted.getlist("line")}
    if kind != "less":
        return {}
    have = {
        x.line_id: (number(posted.get(f"have-{x.line_id}")) or 0) // x.step
        for x in part.to_pack
        if f"have-{x.line_id}" in posted
    }
    return {
        x.line_id: have[x.line_id] for x in part.to_pack if have.get(x.line_id, x.units) < x.units
    }


def _told(part: ShownPart) -> str:
    """What the answer led to, in one sentence."""
    if part.to_pack:
        return _("담아 주세요: %(goods)s") % {"goods": part.words}
    if part.asking:
        return _("손님께 여쭤보고 있어요.")
    return _("품절로 알렸어요. 손님께 돈을 돌려드려요.")
