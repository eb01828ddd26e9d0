"""The photograph of one thing: touched up in one tap, as it was in another."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jangteo.apps.catalog.actions.edit_picture import EditedPicture, edit_picture
from jangteo.apps.catalog.actions.undo_picture_edit import undo_picture_edit
from jangteo.channels.stall.desk import Desk, at_desk, pick
from jangteo.channels.stall.views.goods import own_offer
from jangteo.platform.errors import JangteoError
from jangteo.platform.files import picture_url

_PIXELS = 640
#: what the one big button does
_ALL = {"light": True, "crop": True, "square": True, "ground": "white"}


def edit_words(edit: str) -> str:
    """What was done to a picture, in the page's language."""
    return {
        "light": _("빛 고르게"),
        "background": _("뒤를 깨끗하게"),
        "crop": _("물건만 크게"),
        "square": _("정사각형"),
    }.get(edit, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def touch_up(desk: Desk, offer_id: int) -> HttpResponse:
    """사진 다듬기: before and after side by side."""
    if desk.request.method != "POST":
        return _page(desk, offer_id)
    posted = desk.request.POST
    wishes: dict[str, Any] = dict(_ALL)
    if not posted.get("all"):
        wishes = {name: posted.get(name) == "on" for name in ("light", "crop", "square")}
        wishes["ground"] = posted.get("ground", "")
    try:
        edited = edit_picture(**desk.keys, offer_id=offer_id, **wishes)
    except JangteoError as problem:
        words = problem.message(get_language() or "ko")
        return _page(desk, offer_id, problem=words, status=problem.status)
    return desk.back("touch-up", _told(edited), offer_id=offer_id)


def _told(edited: EditedPicture) -> str:
    if edited.left_out and edited.done:
        return _("할 수 있는 것만 다듬었어요. 물건과 뒤를 나누지 못해서 뒤는 그대로예요.")
    if edited.left_out:
        return _("물건과 뒤를 나누지 못했어요. 밝은 곳에서 단색 바닥에 놓고 다시 찍어 보세요.")
    return _("다듬었어요. 마음에 안 들면 되돌릴 수 있어요.")


def _page(desk: Desk, offer_id: int, *, problem: str = "", status: int = 200) -> HttpResponse:
    offer = own_offer(desk, offer_id)
    taken = offer.picture_before or offer.picture
    return desk.page(
        "stall/picture.html",
        {
            "offer_id": offer_id,
            "name": pick(offer.name, offer.name_en),
            "before": picture_url(taken, _PIXELS),
            "after": picture_url(offer.picture, _PIXELS) if offer.picture_before else "",
            "edits": offer.picture_edits,
            "edit_words": edit_words,
            "problem": problem,
            "tab": "goods",
        },
        status=status,
    )


@require_POST
@at_desk
def undo(desk: Desk, offer_id: int) -> HttpResponse:
    """The photograph as it was taken."""
    try:
        undo_picture_edit(**desk.keys, offer_id=offer_id)
    except JangteoError as problem:
        return desk.back("touch-up", problem.message(get_language() or "ko"), offer_id=offer_id)
    return desk.back("touch-up", _("찍은 그대로 되돌렸어요."), offer_id=offer_id)
